package shell

import (
	"path"
	"strings"
)

// Word is a word of a command.
type Word struct {
	Text string // without quotes

	// Pattern is for path.Match, element by element of a path, where the word has
	// wildcards without quotes; else "".
	Pattern string

	Tilde bool // Text begins with a "~" without quotes, alone or before a slash
}

// wordBuilder gathers a word.
type wordBuilder struct {
	text    strings.Builder
	pattern strings.Builder
	wild    bool
	tilde   bool
}

// quoted adds an octet that means itself.
func (b *wordBuilder) quoted(c byte) {
	if strings.IndexByte(`*?[]\`, c) >= 0 {
		b.pattern.WriteByte('\\')
	}
	b.text.WriteByte(c)
	b.pattern.WriteByte(c)
}

// bare adds an octet that stood without quotes.
func (b *wordBuilder) bare(c byte) {
	switch text := b.pattern.String(); {
	case c == '*', c == '?', c == '[':
		b.wild = true
	case c == '!' && strings.HasSuffix(text, "[") && !strings.HasSuffix(text, `\[`):
		b.text.WriteByte(c)
		b.pattern.WriteByte('^') // as path.Match has it
		return
	case c == '~' && text == "":
		b.tilde = true
	}
	b.text.WriteByte(c)
	b.pattern.WriteByte(c)
}

// word returns the word. What is no pattern after all, as "[" alone, means itself.
func (b *wordBuilder) word() Word {
	w := Word{Text: b.text.String()}
	w.Tilde = b.tilde && (len(w.Text) == 1 || w.Text[1] == '/')
	if _, err := path.Match(b.pattern.String(), ""); b.wild && err == nil {
		w.Pattern = b.pattern.String()
	}
	return w
}
