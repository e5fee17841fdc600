package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// script runs the commands of in, each as soon as it is read, and waits for the jobs
// that they have begun.
func (sh *ferryShell) script(e *shellEnv, in io.Reader) error {
	lines := readLines(in)
	text, first, n := "", 1, 0
	var last error
	for {
		line, err := sh.next(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			if sh.ctx.Err() == nil {
				e.s.say("ferry: %s", message(err))
			}
			return err
		}
		end := err != nil
		if n++; text == "" {
			first = n
		}
		if text += line; len(text) > maxScript {
			return usagef("line %d: a command is too long", first)
		}
		commands, err := shell.Parse(text)
		if errors.Is(err, shell.ErrIncomplete) && !end {
			text += "\n"
			continue
		}
		if err != nil {
			e.s.say("ferry: line %d: %s", first, message(err))
			return told(usagef("line %d: %v", first, err))
		}
		text = ""
		err = sh.front(e.s, func(ctx context.Context) error {
			return shell.Run(ctx, e, commands, func() bool { return !e.set.failExit })
		})
		if len(commands) > 0 {
			last = err
		}
		if errors.Is(err, shell.ErrExit) || err != nil && e.set.failExit || sh.ctx.Err() != nil {
			return err
		}
		if end {
			return errors.Join(last, sh.front(e.s, func(ctx context.Context) error { return e.wait(ctx, shellArgs{}) }))
		}
	}
}

// next returns the next line, unless the shell is to end.
func (sh *ferryShell) next(lines <-chan readText) (string, error) {
	select {
	case l := <-lines:
		return l.text, l.err
	case <-sh.ctx.Done():
		return "", context.Cause(sh.ctx)
	}
}

// readText is a line without its end, or at the end what is behind the last, and io.EOF.
type readText struct {
	text string
	err  error
}

// readLines reads lines in a goroutine of its own, which may stay behind: nothing ends
// a read of standard input.
func readLines(in io.Reader) <-chan readText {
	lines := make(chan readText)
	go func() {
		r := bufio.NewReader(in)
		for {
			text, err := readBounded(r)
			lines <- readText{text, err}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// readBounded reads a line without its end.
func readBounded(r *bufio.Reader) (string, error) {
	var text []byte
	for {
		piece, err := r.ReadSlice('\n')
		if text = append(text, piece...); len(text) > maxScript {
			return "", fmt.Errorf("a line is longer than %d octets", maxScript)
		}
		switch {
		case err == nil:
			return string(text[:len(text)-1]), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return string(text), err
		}
	}
}
