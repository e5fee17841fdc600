package ftpserver

import (
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// answer is a reply as a handler gives it. What the text says of names and numbers is put
// into it only when it is written, where it is sent from. The zero answer is no reply at
// all.
type answer struct {
	Code  ftp.Code
	text  string // in the language of the session; with args it is a format
	args  [3]arg
	n     int      // of args
	lines []string // in place of text, if there are several
}

// plain returns a reply of one line.
func plain(code ftp.Code, text string) answer { return answer{Code: code, text: text} }

// several returns a reply of one line or more.
func several(code ftp.Code, lines []string) answer { return answer{Code: code, lines: lines} }

// filled returns a reply of one line, which is a format.
func filled(code ftp.Code, format string, args ...arg) answer {
	a := plain(code, format)
	a.n = copy(a.args[:], args)
	return a
}

// IsZero reports whether a is no reply.
func (a *answer) IsZero() bool { return a.Code == 0 }

// appendWire appends a as it goes over the wire.
func (a *answer) appendWire(b []byte) []byte {
	if a.lines != nil {
		return ftp.NewReply(a.Code, a.lines...).AppendWire(b)
	}
	b = append(strconv.AppendInt(b, int64(a.Code), 10), ' ')
	return append(a.appendText(b), "\r\n"...)
}

// appendText appends the text. The verbs of its format are those of package fmt, but
// how an argument looks is its own affair.
func (a *answer) appendText(b []byte) []byte {
	if a.n == 0 {
		return ftp.AppendText(b, a.text)
	}
	for next, text := 0, a.text; ; next++ {
		before, verb, more := strings.Cut(text, "%")
		b = ftp.AppendText(b, before)
		if !more {
			return b
		}
		if verb[0] == '[' { // "[2]s": a translation has them in another order
			next, verb = int(verb[1]-'1'), verb[len("[2]"):]
		}
		b, text = a.args[next].append(b), verb[1:]
	}
}

// arg is what a text says of something.
type arg struct {
	kind argKind
	text string
	n    int64
}

type argKind uint8

const (
	argText argKind = iota
	argPath
	argNumber
	argChar
)

func str(s string) arg { return arg{kind: argText, text: s} }

// quoted is a path as ftp.QuotePath writes it.
func quoted(path string) arg { return arg{kind: argPath, text: path} }

func num[T int | int64 | uint16](n T) arg { return arg{kind: argNumber, n: int64(n)} }

func char(c byte) arg { return arg{kind: argChar, n: int64(c)} }

func (g *arg) append(b []byte) []byte {
	switch g.kind {
	case argNumber:
		return strconv.AppendInt(b, g.n, 10)
	case argChar:
		return append(b, byte(g.n))
	case argPath:
		return append(appendQuoted(append(b, '"'), g.text), '"')
	}
	return ftp.AppendText(b, g.text)
}

// appendQuoted appends what stands between the quotes, in which a quote is doubled.
func appendQuoted(b []byte, path string) []byte {
	for {
		before, after, more := strings.Cut(path, `"`)
		b = ftp.AppendText(b, before)
		if !more {
			return b
		}
		b, path = append(b, `""`...), after
	}
}
