package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/shell"
)

// metaCommands are those about the shell itself.
func metaCommands() []shellCommand {
	return []shellCommand{
		{names: "help ?", args: "[COMMAND]", max: 1, complete: "c", offline: true,
			help: "List the commands, or explain one.", run: (*shellEnv).help},
		{names: "set", args: "[NAME [VALUE]]", max: 2, complete: "s", offline: true,
			help: "Show or change how the shell does things.", more: settingsText(), run: (*shellEnv).setting},
		{names: "verbose trace debug", args: "[0|1|2]", max: 1, complete: "/0 1 2/", offline: true,
			help: "Show the dialogue with the server, or no more; 1 explains what is new in it, 2 all.", run: (*shellEnv).verbose},
		{names: "progress", args: "[on|off]", max: 1, complete: "/on off/", offline: true,
			help: "Show bars while files are copied, or only a line for each.", run: (*shellEnv).progress},
		{names: "limit-rate", args: "[RATE]", max: 1, complete: "-", offline: true,
			help: "Show or set how many octets a second files may be copied with, as in 500K; 0 is no limit.", run: (*shellEnv).limitRate},
		{names: "history", args: "[-c] [N]", opts: "c", max: 1, complete: "-", offline: true,
			help: "Show the last lines that were typed; -c forgets all.", run: (*shellEnv).history},
		{names: "source .", args: "FILE", min: 1, max: 1, complete: "l", offline: true,
			help: "Run the commands in a file.", run: (*shellEnv).source},
		{names: "echo", args: "[TEXT...]", max: -1, complete: "-", offline: true,
			help: "Write a text.", run: (*shellEnv).echo},
		{names: "exit quit bye", args: "[CODE]", max: 1, complete: "-", offline: true,
			help: "Leave the shell. On a terminal it asks if jobs still run, in a script it waits for them.", run: (*shellEnv).exit},
	}
}

// line writes a line to standard output.
func (e *shellEnv) line(text string) error {
	if e.s.outTerminal() {
		text = printable(text)
	}
	_, err := fmt.Fprintln(e.s.out, text)
	return err
}

func (e *shellEnv) help(_ context.Context, a shellArgs) error {
	text := shellHelp()
	if name := a.text(0); name != "" {
		c := e.sh.find(name)
		if c == nil {
			return e.sh.unknown(name)
		}
		text = c.about()
	}
	_, err := io.WriteString(e.s.out, text)
	return err
}

// shellSettings are what set changes. Jobs keep those that they were started with.
type shellSettings struct {
	failExit bool // a script ends at the first error
	parallel int  // files copied at once
	progress bool // bars
	text     bool // type A
	verbose  int

	rate capacity // octets a second; 0 no limit
}

// settings are the names of the settings, what they mean and what they can be.
var settings = [][3]string{
	{"fail-exit", "whether a script ends at the first error", "on off"},
	{"limit-rate", "octets a second for all copies together, 0 being no limit", ""},
	{"parallel", "how many files are copied at once", ""},
	{"progress", "whether bars are shown", "on off"},
	{"type", "what files are sent as: a text, i octets", "a i"},
	{"verbose", "whether the dialogue is shown: 0, 1, 2", "0 1 2"},
}

func settingsText() string {
	var list []string
	for _, s := range settings {
		list = append(list, s[0]+" ("+s[1]+")")
	}
	return "Settings: " + strings.Join(list, "; ") + "."
}

// get returns the value of a setting in words.
func (s *shellSettings) get(name string) string {
	onOff := map[bool]string{true: "on", false: "off"}
	switch name {
	case "fail-exit":
		return onOff[s.failExit]
	case "limit-rate":
		return strconv.FormatInt(int64(s.rate), 10)
	case "parallel":
		return strconv.Itoa(s.parallel)
	case "progress":
		return onOff[s.progress]
	case "type":
		return map[bool]string{true: "a", false: "i"}[s.text]
	}
	return strconv.Itoa(s.verbose)
}

func (e *shellEnv) setting(_ context.Context, a shellArgs) error {
	name := a.text(0)
	known := slices.ContainsFunc(settings, func(s [3]string) bool { return s[0] == name })
	switch {
	case name == "":
		for _, s := range settings {
			if err := e.line(fmt.Sprintf("set %-12s %-6s # %s", s[0], e.set.get(s[0]), s[1])); err != nil {
				return err
			}
		}
		return nil
	case !known:
		return usagef("there is no setting %s: set lists those there are", printable(name))
	case len(a.words) == 1:
		return e.line(e.set.get(name))
	}
	return e.change(name, a.text(1))
}

// change changes a setting.
func (e *shellEnv) change(name, value string) error {
	bad := func(want string) error { return usagef("%s is %s, not %s", name, want, printable(value)) }
	on, isSwitch := map[string]bool{"on": true, "yes": true, "true": true, "1": true, "off": false, "no": false, "false": false, "0": false}[strings.ToLower(value)]
	n, err := strconv.Atoi(value)
	switch name {
	case "fail-exit", "progress":
		if !isSwitch {
			return bad("on or off")
		}
		*map[string]*bool{"fail-exit": &e.set.failExit, "progress": &e.set.progress}[name] = on
	case "verbose":
		if isSwitch && err != nil {
			n, err = map[bool]int{true: 1}[on], nil
		}
		if err != nil || n < 0 || n > 2 {
			return bad("0, 1 or 2")
		}
		e.set.verbose = n
		e.sh.level.Store(int32(n))
	case "parallel":
		if err != nil || n < 1 || n > 64 {
			return bad("a number from 1 to 64")
		}
		e.set.parallel = n
		e.retune(func(o *ftpclient.Options) { o.MaxConns = n + 1 })
	case "limit-rate":
		if e.set.rate = 0; value != "off" && e.set.rate.UnmarshalText([]byte(value)) != nil {
			return bad("octets a second, as in 500K, or 0")
		}
		e.sh.limit.change(int64(e.set.rate))
	case "type":
		kind := strings.ToLower(value)
		if !slices.Contains([]string{"a", "i", "ascii", "binary", "image"}, kind) {
			return bad("a or i")
		}
		e.set.text = kind[0] == 'a'
		e.retune(func(o *ftpclient.Options) { e.set.apply(o, remoteURL{}) })
	}
	return nil
}

// retune has other connections to the same server, by other options.
func (e *shellEnv) retune(change func(*ftpclient.Options)) {
	if e.site != nil {
		old := e.site
		e.site = old.with(change)
		old.leave()
	}
}

func (e *shellEnv) verbose(_ context.Context, a shellArgs) error {
	if len(a.words) == 1 {
		return e.change("verbose", a.text(0))
	}
	return e.change("verbose", map[bool]string{true: "0", false: "1"}[e.set.verbose > 0])
}

func (e *shellEnv) progress(_ context.Context, a shellArgs) error {
	if len(a.words) == 1 {
		return e.change("progress", a.text(0))
	}
	return e.change("progress", map[bool]string{true: "off", false: "on"}[e.set.progress])
}

func (e *shellEnv) limitRate(_ context.Context, a shellArgs) error {
	if len(a.words) == 0 {
		return e.line(e.set.get("limit-rate"))
	}
	return e.change("limit-rate", a.text(0))
}

func (e *shellEnv) history(_ context.Context, a shellArgs) error {
	if e.sh.history == nil || e.job != nil {
		return usagef("there is no history of what a script or a job does")
	}
	if a.has('c') {
		e.sh.forget()
		return e.sh.history.Clear()
	}
	lines := e.sh.history.Lines()
	if text := a.text(0); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return usagef("%s is not a number of lines", printable(text))
		}
		lines = lines[max(0, len(lines)-n):]
	}
	for _, line := range lines {
		if err := e.line(line); err != nil {
			return err
		}
	}
	return nil
}

// maxScript is how long a script may be, and maxDepth how deep one may call another.
const (
	maxScript = 1 << 20
	maxDepth  = 16
)

func (e *shellEnv) source(ctx context.Context, a shellArgs) error {
	path, err := e.localPath(a.words[0])
	if err != nil {
		return err
	}
	if e.depth++; e.depth > maxDepth {
		return usagef("%s: scripts call each other without end", printable(path))
	}
	defer func() { e.depth-- }()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxScript+1))
	if err != nil {
		return err
	}
	if len(text) > maxScript {
		return usagef("%s is too long for a script", printable(path))
	}
	script, err := shell.Parse(string(text))
	if err != nil {
		return usagef("%s: %v", printable(path), err)
	}
	return shell.Run(ctx, e, script, func() bool { return !e.set.failExit })
}

func (e *shellEnv) echo(_ context.Context, a shellArgs) error {
	var words []string
	for _, w := range a.words {
		words = append(words, w.Text)
	}
	return e.line(strings.Join(words, " "))
}

// exitError ends the shell with a code.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit %d", e.code) }
func (e *exitError) Unwrap() error { return shell.ErrExit }

func (e *shellEnv) exit(ctx context.Context, a shellArgs) error {
	code := exitOK
	if !e.sh.interactive {
		code = exitCode(e.status)
	}
	if text := a.text(0); text != "" {
		var err error
		if code, err = strconv.Atoi(text); err != nil || code < 0 || code > 255 {
			return usagef("%s is no exit code: it is a number from 0 to 255", printable(text))
		}
	}
	if e.job == nil && e.sh.interactive && e.depth == 0 {
		if leave, err := e.sh.mayLeave(ctx); err != nil || !leave {
			return err
		}
	}
	return &exitError{code}
}
