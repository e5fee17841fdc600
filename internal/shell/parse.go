package shell

import (
	"errors"
	"fmt"
	"strings"
)

// Script is statements, one after the other.
type Script []Statement

// Statement is commands that depend on each other.
type Statement struct {
	Text       string // as it was written, without what ends it
	Commands   []Command
	Background bool
}

// Command is a simple command.
type Command struct {
	// Unless says when the command is left out: after a failure (behind "&&"), or
	// after a success (behind "||").
	Unless Outcome

	Words []Word // at least one, but for a local command

	// IsLocal says that the command is for the shell of the system: Local. If that is
	// empty, the shell itself is wanted.
	IsLocal bool
	Local   string
}

// Outcome is how a command has ended.
type Outcome uint8

const (
	Unknown Outcome = iota // of nothing
	Success
	Failure
)

// ErrIncomplete says that a script may become right by another line: a quote is open,
// or "&&" stands at the end.
var ErrIncomplete = errors.New("the command line is not complete")

// SyntaxError is what no further line would put right.
type SyntaxError struct{ Text string }

func (e *SyntaxError) Error() string { return e.Text }

func syntaxf(format string, args ...any) error { return &SyntaxError{fmt.Sprintf(format, args...)} }

// Parse reads a script.
func Parse(text string) (Script, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, syntaxf("a command line cannot hold NUL")
	}
	s := &scanner{text: text}
	var script Script
	for {
		for s.space(); s.at < len(s.text) && s.text[s.at] == '\n'; s.space() {
			s.at++
		}
		if s.at == len(s.text) {
			return script, nil
		}
		st, err := s.statement()
		if err != nil {
			return nil, err
		}
		script = append(script, st)
	}
}

// statement takes a statement, and what ends it.
func (s *scanner) statement() (st Statement, err error) {
	begin, unless := s.at, Unknown
	for {
		c, err := s.command()
		if err != nil {
			return st, err
		}
		c.Unless = unless
		st.Commands = append(st.Commands, c)
		end := s.at
		op := s.operator()
		switch op {
		case "&&", "||":
			if unless = Failure; op == "||" {
				unless = Success
			}
			for s.space(); s.at < len(s.text) && s.text[s.at] == '\n'; s.space() {
				s.at++
			}
			if s.at == len(s.text) {
				return st, ErrIncomplete
			}
			continue
		case "|", "<", ">":
			return st, syntaxf("%s is not known here: put it in quotes, or behind ! for the shell of the system", op)
		}
		st.Text = strings.TrimSpace(s.text[begin:end])
		st.Background = op == "&"
		return st, nil
	}
}

// command takes a simple command.
func (s *scanner) command() (c Command, err error) {
	if s.space(); s.at < len(s.text) && s.text[s.at] == '!' {
		s.at++
		return Command{IsLocal: true, Local: strings.TrimSpace(s.line())}, nil
	}
	for {
		s.space()
		w, ok := s.word()
		if s.open != 0 {
			return c, ErrIncomplete
		}
		if !ok {
			break
		}
		c.Words = append(c.Words, w)
	}
	if len(c.Words) == 0 {
		if op := s.operator(); op != "" && op != "\n" {
			return c, syntaxf("a command is missing before %s", op)
		}
		return c, ErrIncomplete
	}
	return c, nil
}
