package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// reply is a reply as it came, well-formed or nearly so: what is wrong with its
// form is for the items about form to say.
type reply struct {
	code  int
	lines []string // without the code at the beginning of the first and the last; IAC IAC and CR NUL decoded
	raw   string   // octet by octet
}

func (r reply) is(codes ...int) bool { return slices.Contains(codes, r.code) }

// text is the lines joined by "\n".
func (r reply) text() string { return strings.Join(r.lines, "\n") }

func (r reply) preliminary() bool { return r.code/100 == 1 }

func (r reply) String() string {
	if r.raw == "" {
		return "nothing"
	}
	s := strings.TrimRight(r.raw, "\r\n")
	if first, rest, more := strings.Cut(s, "\n"); more {
		s = fmt.Sprintf("%s [and %d more lines]", strings.TrimRight(first, "\r"), strings.Count(rest, "\n")+1)
	}
	return printable(s)
}

const (
	mostReply = 1 << 20 // octets of a reply
	mostLines = 20_000  // of a reply
	mostSaid  = 8 << 20 // octets of all replies on a connection
)

var (
	errNoReply = errors.New("what came is no reply")
	errEndless = errors.New("the reply does not end")
)

// readReply reads a reply, forgiving in form: LF alone ends a line, a code may stand
// without a blank. each is given every line as it comes, with its end.
func readReply(r *bufio.Reader, each func(line string)) (rep reply, err error) {
	var raw strings.Builder
	defer func() { rep.raw = raw.String() }()
	for n := 0; ; n++ {
		line, err := readLine(r, mostReply-raw.Len())
		if line != "" {
			each(line)
		}
		raw.WriteString(line)
		if err != nil {
			return rep, err
		}
		if n == mostLines {
			return rep, errEndless
		}
		text := decodeTelnet(strings.TrimRight(line, "\r\n"))
		code, more, rest, ok := splitCode(text)
		switch {
		case n == 0 && !ok:
			return rep, errNoReply
		case n == 0:
			rep.code = code
			rep.lines = append(rep.lines, rest)
			if !more {
				return rep, nil
			}
		case ok && !more && code == rep.code:
			rep.lines = append(rep.lines, rest)
			return rep, nil
		default:
			rep.lines = append(rep.lines, text)
		}
	}
}

// readLine reads up to an LF, with it.
func readLine(r *bufio.Reader, most int) (string, error) {
	var b strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		b.Write(part)
		switch {
		case err == bufio.ErrBufferFull && b.Len() < most:
			continue
		case b.Len() >= most:
			return b.String(), errEndless
		case err == io.EOF && b.Len() > 0:
			return b.String(), io.ErrUnexpectedEOF
		}
		return b.String(), err
	}
}

// splitCode splits "ddd text" and "ddd-text".
func splitCode(line string) (code int, more bool, text string, ok bool) {
	if len(line) < 3 {
		return 0, false, "", false
	}
	code, err := strconv.Atoi(line[:3])
	if err != nil || code < 100 || code > 699 {
		return 0, false, "", false
	}
	switch {
	case len(line) == 3:
		return code, false, "", true
	case line[3] == ' ':
		return code, false, line[4:], true
	case line[3] == '-':
		return code, true, line[4:], true
	}
	return 0, false, "", false
}

// decodeTelnet turns IAC IAC into one octet 255 and CR NUL into CR, and takes the
// other Telnet commands out (RFC 854).
func decodeTelnet(s string) string {
	if !strings.ContainsAny(s, "\x00") && !strings.Contains(s, "\xff") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == 0xff && i+1 < len(s) && s[i+1] == 0xff:
			b.WriteByte(c)
			i++
		case c == 0xff && i+1 < len(s) && s[i+1] >= 0xfb:
			i += 2 // WILL, WON'T, DO, DON'T have an option behind them
		case c == 0xff:
			i++
		case c == '\r' && i+1 < len(s) && s[i+1] == 0:
			b.WriteByte(c)
			i++
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// encodeTelnet is a name as it stands in a command: an octet 255 is doubled (RFC 854),
// CR is followed by NUL (RFC 2640, 3.1).
func encodeTelnet(name string) string {
	return strings.NewReplacer("\xff", "\xff\xff", "\r", "\r\x00").Replace(name)
}
