package ftp

import (
	"bytes"
	"io"
)

// NewASAReader returns a reader of printable text, made of lines with carriage
// control in their first column, as files of format C have it (RFC 959, 3.1.1.5.2).
// A column says how the paper moves before its line is printed:
//
//	blank  one line       LF
//	0      two lines      LF LF
//	-      three lines    LF LF LF
//	1      the next page  FF
//	+      not at all     CR, so that the line overprints the one before
//	2 to 9, A, B, C       to a channel of the carriage tape, of which
//	                      text has but one: VT
//
// Anything else, and a line without a column, moves it one line. Before the first
// line the paper stands at the first line already: one line fewer, and no CR. After
// the last comes LF. The lines read from r end with LF; of any length, they are not
// held in memory.
func NewASAReader(r io.Reader) io.Reader { return &asaReader{r: r, start: true} }

type asaReader struct {
	r     io.Reader
	buf   [4096]byte
	in    []byte // read, but not rendered yet
	out   []byte // rendered, but not returned yet
	start bool   // no line has begun
	text  bool   // the line's column has been read
	err   error  // of r, once in is empty
}

func (a *asaReader) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if len(a.out) > 0 {
			n := copy(p, a.out)
			a.out = a.out[n:]
			return n, nil
		}
		switch {
		case len(a.in) > 0:
			a.render()
		case a.err == nil:
			var n int
			n, a.err = a.r.Read(a.buf[:])
			a.in = a.buf[:n]
		case a.err == io.EOF && !a.start:
			a.out, a.start = []byte("\n"), true
		default:
			return 0, a.err
		}
	}
	return 0, nil
}

// render takes a column, or what has come of a line behind it.
func (a *asaReader) render() {
	if !a.text {
		c := a.in[0]
		a.out, a.in = a.move(c), a.in[1:]
		a.text, a.start = c != '\n', false
		return
	}
	i := bytes.IndexByte(a.in, '\n')
	if i < 0 {
		a.out, a.in = a.in, nil
		return
	}
	a.out, a.in, a.text = a.in[:i], a.in[i+1:], false
}

// move returns what moves the paper as a column says.
func (a *asaReader) move(column byte) []byte {
	var s string
	switch c := column; {
	case c == '0':
		s = "\n\n"
	case c == '-':
		s = "\n\n\n"
	case c == '1':
		return []byte("\f")
	case c >= '2' && c <= '9', c >= 'A' && c <= 'C':
		return []byte("\v")
	case c == '+':
		s = "\r"
	default:
		s = "\n"
	}
	if a.start {
		s = s[1:]
	}
	return []byte(s)
}
