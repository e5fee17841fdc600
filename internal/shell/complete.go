package shell

import "strings"

// Partial is the beginning of a command line, up to a word that is to be completed.
type Partial struct {
	Head  string // all before the word
	Words []Word // of the same command, before the word
	Text  string // the word as far as it goes, without quotes
	Tilde bool   // it begins with a "~" that stands for a home
	Style Style  // how it was quoted so far

	// IsLocal says that the command is for the shell of the system.
	IsLocal bool
}

// Cut takes apart what stands before the cursor.
func Cut(line string) Partial {
	s := &scanner{text: line}
	var p Partial
	for {
		s.space()
		if len(p.Words) == 0 && strings.HasPrefix(s.text[s.at:], "!") {
			p.IsLocal = true
			s.at++
			continue
		}
		begin := s.at
		w, ok := s.word()
		if s.at == len(s.text) {
			p.Head, p.Text, p.Tilde = line[:begin], w.Text, w.Tilde
			switch rest := line[begin:]; {
			case strings.HasPrefix(rest, "'"):
				p.Style = Single
			case strings.HasPrefix(rest, `"`):
				p.Style = Double
			}
			return p
		}
		if ok {
			p.Words = append(p.Words, w)
			continue
		}
		s.operator()
		p.Words, p.IsLocal = nil, false
	}
}

// Complete returns what a completed word is to be written as. more says that it may go
// on, as a folder's name does, so that no blank follows and the quotes stay open.
func (p Partial) Complete(text string, more bool) string {
	tilde := ""
	if p.Tilde {
		tilde, text = text[:1], text[1:]
	}
	quoted := tilde
	if tilde == "" || text != "" {
		quoted += Quote(text, p.Style)
	}
	switch {
	case !more:
		return quoted + " "
	case p.Style != Backslash && !strings.HasPrefix(quoted, "$"):
		return quoted[:len(quoted)-1]
	}
	return quoted
}
