package ftp

import (
	"strconv"
	"strings"
)

// Reply is one reply on the control connection (RFC 959, 4.2). Lines holds the
// text without the codes, one string a line; a Reply without lines has an empty
// text. The zero Reply is no reply at all.
type Reply struct {
	Code  Code
	Lines []string
}

// NewReply returns a reply of the given lines.
func NewReply(code Code, lines ...string) Reply { return Reply{Code: code, Lines: lines} }

// IsZero reports whether r is no reply.
func (r Reply) IsZero() bool { return r.Code == 0 }

// Text returns the lines joined by "\n".
func (r Reply) Text() string { return strings.Join(r.Lines, "\n") }

// String returns the reply as people read it: the code, a space and the text.
func (r Reply) String() string { return r.Code.String() + " " + r.Text() }

// AppendWire appends r as it goes over the wire (RFC 959, 4.2): one line, or
// "code-first", middle lines, "code last". A middle line that begins with a
// digit is padded with a space so that no client takes it for the end. CR, which
// names may hold, becomes CR NUL (RFC 2640, 3.1), and IAC is doubled (RFC 854). LF
// and the other C0 controls but tab become "?": many a client ends a line at an
// LF, whatever stands before it.
func (r Reply) AppendWire(b []byte) []byte {
	last := len(r.Lines) - 1
	if last < 0 {
		b = strconv.AppendInt(b, int64(r.Code), 10)
		return append(b, " \r\n"...)
	}
	for i, line := range r.Lines {
		switch {
		case i == last:
			b = strconv.AppendInt(b, int64(r.Code), 10)
			b = append(b, ' ')
		case i == 0:
			b = strconv.AppendInt(b, int64(r.Code), 10)
			b = append(b, '-')
		case line != "" && line[0] >= '0' && line[0] <= '9':
			b = append(b, ' ')
		}
		b = AppendText(b, line)
		b = append(b, "\r\n"...)
	}
	return b
}

// AppendText appends text as a line of a reply carries it (see [Reply.AppendWire]), for who
// puts a line together from parts.
func AppendText(b []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case c == iac:
			b = append(b, iac, iac)
		case c == '\r':
			b = append(b, '\r', 0)
		case c < ' ' && c != '\t', c == 0x7f:
			b = append(b, '?')
		default:
			b = append(b, c)
		}
	}
	return b
}
