// Package plain writes what others chose (names, replies, listings) so that it can be
// shown: a terminal does not obey it, and a document may hold it.
package plain

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with what does not print, and octets that are not UTF-8, as escapes of
// Go's string literals. What it returns is UTF-8 that prints, and is returned as it is
// when it is given again; it cannot be read back, since a backslash stays one.
func Text(s string) string {
	if !strings.ContainsFunc(s, odd) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case odd(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// odd holds for RuneError too, so that bad UTF-8 is looked at closely.
func odd(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }
