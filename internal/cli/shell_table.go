package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// shellCommand is a command of the shell. The help, the guide and the completion are
// made from these.
type shellCommand struct {
	names string // separated by blanks; the first is the usual one
	args  string // what follows the name, in words
	help  string // what it does, in a sentence
	more  string // what else is to be known; may be empty

	// opts are the letters of its options, a colon behind those with a value.
	opts     string
	min, max int // how many words may follow the options; max -1: any number

	// complete says what words can be, a letter for each, the last one for all that
	// follow: r a path on the server, d a folder there, l a path here, f a folder here,
	// c a command, o a server or a bookmark, b a bookmark, s a setting, j a job; or
	// words between slashes.
	complete string

	offline bool // it needs no connection
	changes bool // it may change what is on the server

	run func(e *shellEnv, ctx context.Context, a shellArgs) error
}

// remote reports whether the errors of the command are about names on the server alone.
// Those of copies are about both sides, and tell themselves.
func (c *shellCommand) remote() bool { return !strings.ContainsAny(c.complete, "l") }

// name is the usual name.
func (c *shellCommand) name() string {
	name, _, _ := strings.Cut(c.names, " ")
	return name
}

// usage is how the command is written.
func (c *shellCommand) usage() string { return strings.TrimSpace(c.name() + " " + c.args) }

// shellArgs are the words behind the name of a command.
type shellArgs struct {
	as    string // the name that was used
	opts  map[byte]string
	words []shell.Word
}

func (a shellArgs) has(opt byte) bool { _, ok := a.opts[opt]; return ok }

// text returns a word without its quotes, "" if there is none.
func (a shellArgs) text(i int) string {
	if i < len(a.words) {
		return a.words[i].Text
	}
	return ""
}

// parse reads the words of a command. Options may stand anywhere before "--".
func (c *shellCommand) parse(words []shell.Word) (shellArgs, error) {
	a := shellArgs{as: words[0].Text, opts: make(map[byte]string)}
	rest := words[1:]
	for len(rest) > 0 {
		w := rest[0]
		rest = rest[1:]
		if c.opts == "" || len(w.Text) < 2 || w.Text[0] != '-' {
			a.words = append(a.words, w)
			continue
		}
		if w.Text == "--" {
			a.words = append(a.words, rest...)
			break
		}
		var err error
		if rest, err = c.option(a, w.Text, rest); err != nil {
			return a, err
		}
	}
	switch n := len(a.words); {
	case n < c.min:
		return a, usagef("%s needs more (%s)", c.name(), c.usage())
	case c.max >= 0 && n > c.max:
		return a, usagef("%s takes no more than %s (%s)", c.name(), plural(c.max, "word", "words"), c.usage())
	}
	return a, nil
}

// option reads the letters of w, of which one that has a value may take it from the words
// that follow. It returns those that are left.
func (c *shellCommand) option(a shellArgs, w string, rest []shell.Word) ([]shell.Word, error) {
	for i := 1; i < len(w); i++ {
		at := strings.IndexByte(c.opts, w[i])
		if at < 0 || w[i] == ':' {
			return nil, hint(usagef("%s has no option %s (%s)", c.name(), printable(w), c.usage()), "behind -- or with ./ before it, it is a name")
		}
		if !strings.HasPrefix(c.opts[at+1:], ":") {
			a.opts[w[i]] = ""
			continue
		}
		value := w[i+1:]
		if value == "" {
			if len(rest) == 0 {
				return nil, usagef("-%c of %s needs a value (%s)", w[i], c.name(), c.usage())
			}
			value, rest = rest[0].Text, rest[1:]
		}
		a.opts[w[i]] = value
		break
	}
	return rest, nil
}

// shellGroup is commands that belong together.
type shellGroup struct {
	title    string
	commands []shellCommand
}

// shellGroups is all commands.
func shellGroups() []shellGroup {
	return []shellGroup{
		{"Servers", siteCommands()},
		{"Looking around", listCommands()},
		{"Files here and there", copyCommands()},
		{"Files on the server", changeCommands()},
		{"Jobs", jobCommands()},
		{"The shell", metaCommands()},
	}
}

// find returns the command of a name; nil if there is none.
func (sh *ferryShell) find(name string) *shellCommand {
	for i := range sh.table {
		for n := range strings.FieldsSeq(sh.table[i].names) {
			if n == name {
				return &sh.table[i]
			}
		}
	}
	return nil
}

// unknown is the error for a command that there is not.
func (sh *ferryShell) unknown(name string) error {
	err := usagef("%s is no command", printable(name))
	var near []string
	for _, c := range sh.table {
		for n := range strings.FieldsSeq(c.names) {
			if strings.HasPrefix(n, name) && name != "" {
				near = append(near, n)
			}
		}
	}
	if len(near) > 0 {
		return hint(err, "there is %s", strings.Join(near, ", "))
	}
	return hint(err, "help lists those there are")
}

// usageColumns is how wide the commands are in the help.
const usageColumns = 30

// shellHelp is what help shows without a command.
func shellHelp() string {
	var b strings.Builder
	for _, g := range shellGroups() {
		fmt.Fprintf(&b, "%s:\n", g.title)
		for _, c := range g.commands {
			usage := c.usage()
			if len(usage) > usageColumns {
				usage += "\n" + strings.Repeat(" ", usageColumns+2)
			}
			fmt.Fprintf(&b, "  %-*s %s\n", usageColumns, usage, c.help)
		}
		b.WriteByte('\n')
	}
	b.WriteString(`Words with blanks are quoted, as in 'two words' or two\ words. COMMAND & runs as a
job; ; && and || are those of sh. Ctrl-C ends a command, Ctrl-D the shell. help COMMAND
says more.
`)
	return b.String()
}

// about is what help shows of one command.
func (c *shellCommand) about() string {
	text := c.usage() + "\n    " + c.help + "\n"
	if c.more != "" {
		text += "    " + c.more + "\n"
	}
	if names := strings.Fields(c.names); len(names) > 1 {
		text += "    Also called " + strings.Join(names[1:], ", ") + ".\n"
	}
	return text
}
