package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style is how a word is quoted.
type Style uint8

const (
	Backslash Style = iota // \ before what needs it
	Single                 // '...'
	Double                 // "..."
)

// Quote returns a text as a word that means it, in the style if it needs quotes and
// that style can. What a terminal should not be sent is written as escapes in $'...'.
func Quote(text string, style Style) string {
	if strings.ContainsFunc(text, hidden) {
		return quoteHidden(text)
	}
	switch {
	case text == "":
		return "''"
	case style == Single:
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	case style == Double:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text) + `"`
	}
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if strings.IndexByte(" \\'\"$`&;|<>*?[](){}!", c) >= 0 || i == 0 && (c == '~' || c == '#') {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// hidden reports whether a terminal should not be sent a rune. Octets that are not
// UTF-8 are RuneError.
func hidden(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

func quoteHidden(text string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + text[:n])
		case hidden(r):
			for _, c := range []byte(text[:n]) {
				fmt.Fprintf(&b, `\%03o`, c) // always three digits, so that none that follows joins them
			}
		default:
			b.WriteString(text[:n])
		}
		text = text[n:]
	}
	return b.String() + "'"
}
