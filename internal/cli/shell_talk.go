package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/peterh/liner"
	"golang.org/x/term"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// editor reads lines that are edited on the terminal, one at a time. Between them the
// terminal is as it was before, for what commands run there.
type editor struct {
	mu          sync.Mutex
	state       *liner.State
	raw, cooked liner.ModeApplier
	gate        gate
}

func newEditor() (*editor, error) {
	ed := &editor{}
	var err error
	if ed.cooked, err = liner.TerminalMode(); err != nil {
		return nil, err
	}
	ed.state = liner.NewLiner()
	if ed.raw, err = liner.TerminalMode(); err != nil {
		return nil, errors.Join(err, ed.state.Close())
	}
	ed.state.SetCtrlCAborts(true)
	ed.state.SetTabCompletionStyle(liner.TabPrints)
	return ed, ed.cooked.ApplyMode()
}

// read shows a prompt and returns what is typed; secret hides it. Ctrl-C is
// errInterrupted, Ctrl-D is io.EOF.
func (ed *editor) read(prompt string, secret bool) (string, error) {
	ed.mu.Lock()
	defer ed.mu.Unlock()
	ed.gate.hold()
	defer ed.gate.release()
	if err := ed.raw.ApplyMode(); err != nil {
		return "", err
	}
	defer ed.cooked.ApplyMode()
	ask := ed.state.Prompt
	if secret {
		ask = ed.state.PasswordPrompt
	}
	line, err := ask(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		err = errInterrupted
	}
	return line, err
}

// errPlain says that the terminal is one where the editor cannot hide what is typed: it
// says nothing of itself, as in the window of an editor or below another program.
var errPlain = errors.New("the terminal cannot be moved about in")

func isPlain() bool {
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	return err != nil || width == 0 || !liner.TerminalSupported()
}

// attach connects the shell to the terminal. The function returned leaves that as it
// was.
func (sh *ferryShell) attach(e *shellEnv) (end func(), err error) {
	if sh.editor, err = newEditor(); err != nil {
		return nil, err
	}
	ed := sh.editor
	e.s = &stdio{in: e.s.in, out: ed.gate.to(os.Stdout), err: ed.gate.to(os.Stderr), ask: sh.ask}
	state, err := stateDir()
	if err == nil {
		sh.history, err = shell.OpenHistory(filepath.Join(state, "history"))
	}
	if err != nil {
		e.s.say("ferry: the history cannot be kept: %s", message(err))
	}
	if sh.history != nil {
		for _, line := range sh.history.Lines() {
			ed.state.AppendHistory(line)
		}
	}
	ed.state.SetWordCompleter(e.completions)
	return func() { ed.cooked.ApplyMode() }, nil
}

// ask asks the user something. Only a command in the foreground may: what is typed at
// the prompt is for that.
func (sh *ferryShell) ask(prompt string, secret bool) (string, error) {
	if sh.foreground.Load() == nil {
		return "", fmt.Errorf("%w: a job cannot ask for one", errNoPassword)
	}
	if secret && isPlain() {
		return "", errPlain
	}
	text, err := sh.editor.read(prompt, secret)
	if errors.Is(err, io.EOF) {
		err = errInterrupted
	}
	return text, err
}

// forget empties the history of the editor.
func (sh *ferryShell) forget() { sh.editor.state.ClearHistory() }

// remember keeps a line in the history, unless there is a password in it.
func (sh *ferryShell) remember(s *stdio, line string) {
	if sh.history == nil || hasSecret(line) {
		return
	}
	added, err := sh.history.Add(line)
	if added {
		sh.editor.state.AppendHistory(line)
	}
	if err != nil {
		s.say("ferry: the history cannot be kept: %s", message(err))
	}
}

// talk runs what the user types, until that ends.
func (sh *ferryShell) talk(e *shellEnv) error {
	pending := ""
	for {
		for _, job := range sh.jobs.All() {
			sh.report(e.s, job)
		}
		prompt := e.prompt()
		if pending != "" {
			prompt = "> "
		}
		line, err := sh.typed(prompt)
		switch {
		case sh.ctx.Err() != nil:
			return context.Cause(sh.ctx)
		case errors.Is(err, errInterrupted):
			pending = ""
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(e.s.out)
			if leave, _ := sh.mayLeave(sh.ctx); leave {
				return nil
			}
			continue
		case err != nil:
			return err
		}
		text := pending + line
		script, err := shell.Parse(text)
		if errors.Is(err, shell.ErrIncomplete) && len(text) < maxScript {
			pending = text + "\n"
			continue
		}
		pending = ""
		sh.remember(e.s, text)
		if err != nil {
			e.s.say("ferry: %s", message(err))
			continue
		}
		err = sh.front(e.s, func(ctx context.Context) error { return shell.Run(ctx, e, script, func() bool { return true }) })
		if errors.Is(err, shell.ErrExit) || sh.ctx.Err() != nil {
			return err
		}
	}
}

// typed returns the next line from the terminal, unless the shell is to end.
func (sh *ferryShell) typed(prompt string) (string, error) {
	got := make(chan readText, 1)
	go func() {
		line, err := sh.editor.read(prompt, false)
		got <- readText{line, err}
	}()
	select {
	case l := <-got:
		return l.text, l.err
	case <-sh.ctx.Done(): // the read stays behind, but the process ends
		return "", context.Cause(sh.ctx)
	}
}

// mayLeave asks, if jobs run, whether the user wants to leave them.
func (sh *ferryShell) mayLeave(context.Context) (bool, error) {
	n := len(sh.jobs.Running())
	if n == 0 {
		return true, nil
	}
	answer, err := sh.editor.read(plural(n, "job runs", "jobs run")+": end all and leave? (yes/no) ", false)
	if errors.Is(err, io.EOF) || errors.Is(err, errInterrupted) {
		return false, nil
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "yes" || answer == "y", err
}

// maxPrompt is how long a prompt may be: the line has to have room beside it.
const maxPrompt = 36

// prompt says where the shell is.
func (e *shellEnv) prompt() string {
	if e.site == nil {
		return "ferry> "
	}
	u := e.site.url
	where := u.Host
	if u.User != "" {
		where = u.User + "@" + where
	}
	dir := e.site.full(e.dir)
	if rest, ok := relative(e.site.home, e.dir); ok && e.site.absolute && e.site.home != "." {
		if dir = "~/" + rest; rest == "." {
			dir = "~"
		}
	}
	where, dir = printable(where), printable(dir)
	return shorten(where+":"+shorten(dir, maxPrompt/2), maxPrompt) + "> "
}
