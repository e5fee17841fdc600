package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"
)

// stdio is what a command reads from and writes to.
type stdio struct {
	in  *os.File
	out io.Writer
	err io.Writer

	// ask, if not nil, asks on the terminal in place of what is done else; secret has
	// the answer not shown. With errPlain it leaves that to what is done else.
	ask func(prompt string, secret bool) (string, error)

	mu   sync.Mutex // one line at a time on err
	lost error      // the first of what was for scripts and could not be written
}

func (s *stdio) outTerminal() bool { return isTerminal(s.out) }
func (s *stdio) errTerminal() bool { return isTerminal(s.err) }

// described is what has a descriptor, as a file does.
type described interface{ Fd() uintptr }

// isTerminal reports whether what is written to w comes out on a terminal.
func isTerminal(w io.Writer) bool {
	d, ok := w.(described)
	return ok && term.IsTerminal(int(d.Fd()))
}

// color reports whether standard output is for escape sequences (https://no-color.org).
func (s *stdio) color() bool {
	return s.outTerminal() && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// say writes a line for the user, not for scripts.
func (s *stdio) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.err, format+"\n", args...)
}

// json writes one object in one line for scripts, of which a terminal obeys nothing.
func (s *stdio) json(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err = (unprinted{s.out}).Write(append(b, '\n')); s.lost == nil {
		s.lost = err
	}
	return err
}

// unwritten returns why some of what json was called for has not come out, or nil. What
// is copied meanwhile goes on; but the command has not succeeded for who reads along.
func (s *stdio) unwritten() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// interruptible returns a context that ends with the first Ctrl-C or SIGTERM.
// The second one ends the process.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// askPassword asks on the terminal, without echo. It reports false if there is
// no terminal to ask on.
func (s *stdio) askPassword(ctx context.Context, prompt string) (password string, asked bool, err error) {
	if s.ask != nil {
		if password, err = s.ask(prompt, true); !errors.Is(err, errPlain) {
			return password, true, err
		}
	}
	fd := int(s.in.Fd())
	if !term.IsTerminal(fd) || !s.errTerminal() {
		return "", false, nil
	}
	state, err := term.GetState(fd)
	if err != nil {
		return "", false, err
	}
	if err := hideInput(fd); err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, term.Restore(fd, state)) }()
	fmt.Fprint(s.err, prompt)
	type answer struct {
		line []byte
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		got <- answer{line, err}
	}()
	defer fmt.Fprintln(s.err)
	select {
	case a := <-got:
		return string(a.line), true, a.err
	case <-ctx.Done(): // the read stays behind, but the process ends
		return "", true, ctx.Err()
	}
}

// askYes asks a question on the terminal that only "yes" answers. It reports false for
// asked if there is no terminal to ask on.
func (s *stdio) askYes(ctx context.Context, prompt string) (yes, asked bool, err error) {
	if s.ask != nil {
		answer, err := s.ask(prompt, false)
		return strings.EqualFold(strings.TrimSpace(answer), "yes"), true, err
	}
	if !term.IsTerminal(int(s.in.Fd())) || !s.errTerminal() {
		return false, false, nil
	}
	fmt.Fprint(s.err, prompt)
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := readLine(s.in)
		got <- answer{line, err}
	}()
	select {
	case a := <-got:
		return strings.EqualFold(strings.TrimSpace(a.line), "yes"), true, a.err
	case <-ctx.Done(): // the read stays behind, but the process ends
		fmt.Fprintln(s.err)
		return false, true, ctx.Err()
	}
}

// readLine returns the first line of r, without its end.
func readLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 64<<10)).ReadString('\n')
	if err == io.EOF {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
