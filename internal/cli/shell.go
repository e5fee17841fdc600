package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/shell"
)

type shellCmd struct {
	URL      string `arg:"" optional:"" name:"url" help:"The server to begin with, or a folder there, or a bookmark. Without it, open connects."`
	Command  string `short:"c" placeholder:"COMMANDS" xor:"script" help:"Run these commands, as in \"cd pub; mget *.txt\", and end."`
	File     string `short:"f" placeholder:"FILE" xor:"script" complete:"file" help:"Run the commands in FILE, and end."`
	Parallel int    `default:"4" placeholder:"N" help:"Copy up to N files at once, each over a connection of its own (default ${default})."`
	remoteFlags
}

func (shellCmd) Help() string {
	return `Examples:

    ferry shell ftp://bob@host/                 commands by hand; help lists them
    ferry shell ftp://host/pub -c "mget *.iso"
    ferry shell ftp://bob@host/ < script
    ferry shell -f script                       with open in it

A script ends at the first command that fails, with its exit code; set fail-exit off lets it go on, and COMMAND || COMMAND does for one. The password comes from where those of other commands come from; without a terminal, nothing is asked. See docs/shell.md.`
}

// ferryShell is what all commands and jobs of a shell share.
type ferryShell struct {
	ctx         context.Context // of all of it
	table       []shellCommand
	jobs        shell.Jobs
	bookmarks   bookmarks
	limit       rateLimit
	interactive bool
	editor      *editor        // nil unless interactive
	history     *shell.History // nil unless interactive

	flags remoteFlags // of the command line

	mu     sync.Mutex // guards what follows
	named  bool       // whether first is set
	first  remoteURL  // the server that the flags about the login are for
	failed error      // of a job that nobody waited for

	level atomic.Int32 // of verbose
	trace func(ftpclient.TraceEvent)

	foreground atomic.Pointer[context.CancelCauseFunc] // ends the command that runs
}

func (c *shellCmd) Run(s *stdio) error {
	if c.Parallel < 1 || c.Parallel > 64 {
		return usagef("--parallel is a number from 1 to 64")
	}
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	sh := &ferryShell{ctx: ctx, flags: c.remoteFlags}
	for _, g := range shellGroups() {
		sh.table = append(sh.table, g.commands...)
	}
	sh.bookmarks = openBookmarks()
	sh.interactive = c.Command == "" && c.File == "" && isTerminal(s.in) && s.outTerminal() && s.errTerminal()
	if c.Command == "" && c.File == "" && !sh.interactive && (c.PasswordFile == "-" || c.AccountFile == "-") {
		return usagef("standard input holds the commands: --password-file and --account-file need a file")
	}
	local, err := os.Getwd()
	if err != nil {
		return err
	}
	e := &shellEnv{sh: sh, s: s, dir: ".", local: local,
		set: shellSettings{failExit: true, parallel: c.Parallel, progress: true, verbose: min(c.Verbose, 2)}}
	sh.level.Store(int32(e.set.verbose))
	sh.trace = traces(s, &c.remoteFlags, &sh.level)
	defer sh.signals(stop)()
	if sh.interactive {
		end, err := sh.attach(e)
		if err != nil {
			return err
		}
		defer end()
		sh.trace = traces(e.s, &c.remoteFlags, &sh.level)
	}
	return sh.run(e, c)
}

// run connects, and runs what is to be run.
func (sh *ferryShell) run(e *shellEnv, c *shellCmd) (err error) {
	defer func() { e.site.leave() }()
	if c.URL != "" {
		open := shell.Command{Words: []shell.Word{wordOf("open"), wordOf(c.URL)}}
		if err := sh.front(e.s, func(ctx context.Context) error { return e.Run(ctx, open) }); err != nil {
			return err
		}
	}
	switch {
	case sh.interactive:
		err = sh.talk(e)
	case c.Command != "":
		err = sh.script(e, strings.NewReader(c.Command))
	case c.File != "":
		var f *os.File
		if f, err = os.Open(c.File); err != nil {
			e.s.say("ferry: %s", message(err))
			break
		}
		defer f.Close()
		err = sh.script(e, f)
	default:
		in := e.s.in
		e.s = &stdio{out: e.s.out, err: e.s.err} // what commands ask is not in a script
		err = sh.script(e, in)
	}
	return sh.leave(err)
}

// leave ends the jobs that still run, and says how the shell has ended.
func (sh *ferryShell) leave(err error) error {
	for _, job := range sh.jobs.Running() {
		job.Kill(errKilled)
	}
	late := time.After(patience)
	for _, job := range sh.jobs.Running() {
		select {
		case <-job.Done():
		case <-late:
		}
	}
	var exit *exitError
	switch {
	case errors.As(err, &exit) && exit.code == exitOK:
		return nil
	case err == nil && !sh.interactive:
		sh.mu.Lock()
		defer sh.mu.Unlock()
		return told(sh.failed)
	case err == nil:
		return nil
	}
	return told(err)
}

// patience is how long jobs may take to put things in order when the shell ends.
const patience = 12 * time.Second

// front runs something that Ctrl-C ends. An interrupt that comes between two commands is
// told of here, for neither has.
func (sh *ferryShell) front(s *stdio, do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(sh.ctx)
	sh.foreground.Store(&cancel)
	err := do(ctx)
	sh.foreground.Store(nil)
	if ctx.Err() != nil && err != nil {
		err = sameTold(err, context.Cause(ctx))
		if known := (toldError{}); !errors.As(err, &known) {
			s.say("ferry: %s", message(err))
			err = told(err)
		}
	}
	cancel(nil)
	return err
}

// traces returns a function that shows the dialogue with servers as the level says.
func traces(s *stdio, f *remoteFlags, level *atomic.Int32) func(ftpclient.TraceEvent) {
	once := &remoteFlags{Lang: f.Lang, Verbose: 1}
	every := &remoteFlags{Lang: f.Lang, Verbose: 2}
	show := []func(ftpclient.TraceEvent){1: once.traceTo(s), 2: every.traceTo(s)}
	return func(ev ftpclient.TraceEvent) {
		if n := level.Load(); n > 0 {
			show[n](ev)
		}
	}
}
