package cli

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// unprinted is a writer of JSON that has in it, as an escape, whatever a terminal does
// not print but obeys: DEL, the controls that UTF-8 knows, and what turns the direction
// of writing. JSON itself allows them, and log/slog leaves them. A Write is a whole
// record.
type unprinted struct{ w io.Writer }

func (u unprinted) Write(p []byte) (int, error) {
	var escaped []byte // nil as long as all is as it was
	for i := 0; i < len(p); {
		r, size := utf8.DecodeRune(p[i:])
		switch {
		case r >= 0x7f && r != utf8.RuneError && !unicode.IsPrint(r):
			if escaped == nil {
				escaped = append(make([]byte, 0, len(p)+16), p[:i]...)
			}
			for _, unit := range utf16.Encode([]rune{r}) {
				escaped = fmt.Appendf(escaped, `\u%04x`, unit)
			}
		case escaped != nil:
			escaped = append(escaped, p[i:i+size]...)
		}
		i += size
	}
	if escaped == nil {
		return u.w.Write(p)
	}
	if _, err := u.w.Write(escaped); err != nil {
		return 0, err
	}
	return len(p), nil
}
