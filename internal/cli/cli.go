// Package cli is ferry's command line: flags, messages, progress, exit codes.
package cli

import (
	"errors"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// commands is the grammar of the command line.
type commands struct {
	Serve serveCmd `cmd:"" help:"Serve a folder by FTP."`

	Get   getCmd   `cmd:"" group:"client" help:"Download a file, or a folder with -r."`
	Put   putCmd   `cmd:"" group:"client" help:"Upload a file, or a folder with -r."`
	Cat   catCmd   `cmd:"" group:"client" help:"Write a remote file to standard output."`
	Ls    lsCmd    `cmd:"" group:"client" help:"List a remote folder."`
	Stat  statCmd  `cmd:"" group:"client" help:"Show all that is known about remote files."`
	Rm    rmCmd    `cmd:"" group:"client" help:"Delete remote files, or folders with -r."`
	Mkdir mkdirCmd `cmd:"" group:"client" help:"Make remote folders."`
	Mv    mvCmd    `cmd:"" group:"client" help:"Rename or move a remote file or folder."`
	Cp    cpCmd    `cmd:"" group:"client" help:"Copy a remote file to another name or server."`
	Shell shellCmd `cmd:"" group:"client" help:"Work on a server by hand, or by a script."`

	Mirror mirrorCmd `cmd:"" group:"client" help:"Make one folder like another, of which at least one is on a server."`

	Hash     hashCmd     `cmd:"" group:"details" help:"Show the hashes of remote files."`
	Thumb    thumbCmd    `cmd:"" group:"details" help:"Fetch a small picture of a remote picture."`
	Combine  combineCmd  `cmd:"" group:"details" help:"Append remote files to another and delete them."`
	Chmod    chmodCmd    `cmd:"" group:"details" help:"Set the permissions of remote files."`
	Chown    chownCmd    `cmd:"" group:"details" help:"Set the owner of remote files."`
	Touch    touchCmd    `cmd:"" group:"details" help:"Set the time of remote files, or make empty ones."`
	Ln       lnCmd       `cmd:"" group:"details" help:"Make a symbolic link on a server."`
	Du       duCmd       `cmd:"" group:"details" help:"Show how much remote folders hold."`
	Df       dfCmd       `cmd:"" group:"details" help:"Show how much room a server has."`
	Pwd      pwdCmd      `cmd:"" group:"details" help:"Show the path of a remote folder, or of the one that the login leads to."`
	Features featuresCmd `cmd:"" group:"details" help:"Show what a server can do, explained."`
	Quote    quoteCmd    `cmd:"" group:"details" help:"Send FTP commands as they are and show the replies."`

	Check      checkCmd      `cmd:"" group:"more" help:"Hold a server against the standards of FTP."`
	Doctor     doctorCmd     `cmd:"" group:"more" help:"Find out what works with a server, what does not, and why."`
	Bench      benchCmd      `cmd:"" group:"more" help:"Measure what a server bears: a load test within limits."`
	Explain    explainCmd    `cmd:"" group:"more" help:"Say what FTP's commands and replies mean, and how it works."`
	Trust      trustCmd      `cmd:"" group:"more" help:"Say which servers are trusted by their keys."`
	Completion completionCmd `cmd:"" group:"more" help:"Write a completion script for your shell."`
	Help       helpCmd       `cmd:"" group:"more" help:"Explain a command, the exit codes, URLs or the JSON output."`
	Version    versionCmd    `cmd:"" group:"more" help:"Show the version of ferry."`
}

// Main runs the command line of this process and returns its exit code.
func Main() int {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		slacken()
	}
	return run(os.Args[1:], &stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr})
}

func run(args []string, s *stdio) int {
	parser, err := newParser(s, grammar(args))
	if err != nil {
		s.say("ferry: %v", err)
		return exitFailure
	}
	if len(args) == 0 {
		s.say("%s", "ferry serves and fetches files by FTP. The first step: ferry serve, or ferry help.")
		return exitUsage
	}
	code, done := 0, false
	parser.Exit = func(n int) { code, done = n, true; panic(helpShown{}) }
	kctx, err := parse(parser, args)
	if done {
		return code
	}
	if err != nil {
		command := ""
		if kctx != nil && kctx.Selected() != nil {
			command = " " + kctx.Selected().Name
		}
		s.say("ferry: %s (see: ferry%s -h)", message(err), command)
		return exitUsage
	}
	kctx.Bind(parser.Model)
	if err = kctx.Run(s); err == nil {
		err = s.unwritten()
	}
	var known toldError
	if err != nil && !errors.As(err, &known) {
		s.say("ferry: %s", message(err))
	}
	return exitCode(err)
}

// helpShown unwinds kong when it has shown help: it has no other way to stop.
type helpShown struct{}

// parse parses args. On a wrong command line the context, if there is one, says
// how far parsing came.
func parse(parser *kong.Kong, args []string) (kctx *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(helpShown); !ok {
				panic(r)
			}
		}
	}()
	kctx, err = parser.Parse(args)
	var pe *kong.ParseError
	if errors.As(err, &pe) {
		kctx = pe.Context
	}
	return kctx, err
}

// grammar is that of the command that args begin with, which is some twentieth of all:
// to build the whole takes longer than many a command runs. It is the whole where
// somebody may want to see all of it.
func grammar(args []string) any {
	if len(args) > 0 {
		for f := range reflect.TypeFor[commands]().Fields() {
			if strings.ToLower(f.Name) == args[0] && f.Type != reflect.TypeFor[helpCmd]() && f.Type != reflect.TypeFor[completionCmd]() {
				return reflect.New(reflect.StructOf([]reflect.StructField{f})).Interface()
			}
		}
	}
	return &commands{}
}

func newParser(s *stdio, grammar any) (*kong.Kong, error) {
	return kong.New(grammar,
		kong.Name("ferry"),
		kong.Description("ferry serves and fetches files by FTP."),
		kong.Writers(s.out, s.err),
		kong.Vars{"loadkinds": loadKinds()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 90}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "client", Title: "Files on a server:"},
			{Key: "choice", Title: "What takes part:"},
			{Key: "copying", Title: "How files are copied:"},
			{Key: "watch", Title: "Watching:"},
			{Key: "details", Title: "More than files:"},
			{Key: "more", Title: "More:"},
			{Key: "access", Title: "Who may do what:"},
			{Key: "network", Title: "Network:"},
			{Key: "acme", Title: "Certificates from an authority (ACME):"},
			{Key: "clients", Title: "Clients:"},
			{Key: "limits", Title: "Limits (0 is none):"},
			{Key: "files", Title: "Files:"},
			{Key: "log", Title: "Log:"},
			{Key: "format", Title: "Types, structures and modes:"},
			{Key: "report", Title: "The report:"},
			{Key: "states", Title: "What some items need:"},
			{Key: "login", Title: "Login:"},
			{Key: "connection", Title: "Connection:"},
			{Key: "tls", Title: "TLS:"},
		}),
	)
}
