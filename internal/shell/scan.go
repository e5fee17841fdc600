package shell

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner takes a script apart. At the end of the text it stops wherever it is, and
// says in open what was not ended.
type scanner struct {
	text string
	at   int
	open byte // the quote that was open at the end, '$' for $'..., '\\' for a lone backslash; else 0
}

// operators, longest first. Those that other shells have and this one has not are not
// to be taken for parts of words.
var operators = []string{"&&", "||", ";", "&", "\n", "|", "<", ">"}

// operator takes the operator that comes next; "" if none does.
func (s *scanner) operator() string {
	for _, op := range operators {
		if strings.HasPrefix(s.text[s.at:], op) {
			s.at += len(op)
			return op
		}
	}
	return ""
}

// space skips what stands between words: blanks, continued lines, comments.
func (s *scanner) space() {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == ' ', c == '\t', c == '\r':
			s.at++
		case strings.HasPrefix(s.text[s.at:], "\\\n"):
			s.at += 2
		case c == '#':
			s.line()
		default:
			return
		}
	}
}

// line takes what is left of the line, without its end.
func (s *scanner) line() string {
	rest, _, _ := strings.Cut(s.text[s.at:], "\n")
	s.at += len(rest)
	return strings.TrimSuffix(rest, "\r")
}

// word takes the word that comes next. It reports false if none does.
func (s *scanner) word() (Word, bool) {
	var b wordBuilder
	begin := s.at
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case strings.IndexByte(" \t\r\n;&|<>", c) >= 0:
			return b.word(), s.at > begin
		case c == '\\':
			s.escaped(&b)
		case c == '\'':
			s.at++
			s.single(&b)
		case c == '"':
			s.at++
			s.double(&b)
		case strings.HasPrefix(s.text[s.at:], "$'"):
			s.at += 2
			s.dollar(&b)
		default:
			s.at++
			b.bare(c)
		}
	}
	return b.word(), s.at > begin
}

// escaped takes a backslash without quotes and what it quotes.
func (s *scanner) escaped(b *wordBuilder) {
	s.at++
	switch {
	case s.at == len(s.text):
		s.open = '\\'
	case s.text[s.at] == '\n': // the line goes on
		s.at++
	default:
		b.quoted(s.text[s.at])
		s.at++
	}
}

func (s *scanner) single(b *wordBuilder) {
	for ; s.at < len(s.text); s.at++ {
		if s.text[s.at] == '\'' {
			s.at++
			return
		}
		b.quoted(s.text[s.at])
	}
	s.open = '\''
}

func (s *scanner) double(b *wordBuilder) {
	for ; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		switch {
		case c == '"':
			s.at++
			return
		case c == '\\' && s.at+1 < len(s.text) && strings.IndexByte("$`\"\\\n", s.text[s.at+1]) >= 0:
			s.at++
			if c = s.text[s.at]; c != '\n' {
				b.quoted(c)
			}
		default:
			b.quoted(c)
		}
	}
	s.open = '"'
}

// dollar takes the inside of $'...' (POSIX.1-2024, 2.2.4).
func (s *scanner) dollar(b *wordBuilder) {
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '\'':
			return
		case c != '\\':
			b.quoted(c)
		case s.at == len(s.text): // as an open quote
		default:
			for _, c := range []byte(s.escape()) {
				b.quoted(c)
			}
		}
	}
	s.open = '$'
}

// escape takes what stands behind the backslash of an escape of C, and returns what
// it means. One that is not known means itself.
func (s *scanner) escape() string {
	c := s.text[s.at]
	s.at++
	if i := strings.IndexByte("abefnrtv", c); i >= 0 {
		return "\a\b\x1b\f\n\r\t\v"[i : i+1]
	}
	switch {
	case c == 'x':
		if n, ok := s.number(16, 2); ok {
			return string([]byte{byte(n)})
		}
	case c == 'u' || c == 'U':
		if n, ok := s.number(16, map[byte]int{'u': 4, 'U': 8}[c]); ok {
			return string(utf8.AppendRune(nil, rune(n)))
		}
	case '0' <= c && c <= '7':
		s.at--
		n, _ := s.number(8, 3)
		return string([]byte{byte(n)})
	default:
		return string([]byte{c})
	}
	return `\` + string([]byte{c})
}

// number takes a number of at most so many digits. It reports false if there are none.
func (s *scanner) number(base, digits int) (uint64, bool) {
	n := 0
	for n < digits && s.at+n < len(s.text) {
		if _, err := strconv.ParseUint(s.text[s.at+n:s.at+n+1], base, 8); err != nil {
			break
		}
		n++
	}
	v, err := strconv.ParseUint(s.text[s.at:s.at+n], base, 32)
	s.at += n
	return v, err == nil
}
