package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxBytes limits what a line of a script can repeat itself to.
const maxBytes = 8 << 20

// Parse reads a script. The name is for its errors, which are of the form
// "name:line: problem".
func Parse(name string, source []byte) (*Script, error) {
	s := &Script{name: name}
	for i, line := range strings.Split(string(source), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		st, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w: %s", name, i+1, err, line)
		}
		st.number, st.source = i+1, line
		s.steps = append(s.steps, st)
	}
	s.markRefused()
	return s, nil
}

// markRefused finds the lines whose data connection is refused further down.
// Who listens for one must have stopped before the line is sent: afterwards the
// other side might be faster.
func (s *Script) markRefused() {
	last := make(map[string]*step) // of each session, the line with a data connection's end
	session := ""
	for i := range s.steps {
		st := &s.steps[i]
		switch {
		case st.kind == kindSession:
			session = st.session
		case st.kind == kindLine && st.text.mentionsEndpoint():
			last[session] = st
		case st.kind == kindDataRefused && last[session] != nil:
			last[session].refuse = true
		}
	}
}

func parseLine(line string) (st step, err error) {
	if !utf8.ValidString(line) {
		return st, errors.New("not UTF-8; write such bytes as a string literal")
	}
	if pause, ok := strings.CutPrefix(line, "+"); ok {
		st.kind = kindPause
		st.pause, err = time.ParseDuration(pause)
		if err == nil && st.pause <= 0 {
			err = errors.New("not a positive duration")
		}
		return st, err
	}
	if words, ok := strings.CutPrefix(line, "@"); ok {
		st.kind = kindDirective
		if st.words, err = splitWords(words); err == nil && len(st.words) == 0 {
			err = errors.New("directive without a name")
		}
		return st, err
	}
	if len(line) < 2 {
		return st, errUnknown
	}
	mark, rest := line[:2], strings.TrimPrefix(line[2:], " ")
	switch mark {
	case "C:", "S:":
		st.kind, st.by = kindLine, side(mark[0])
		st.text, err = parseTemplate(rest)
	case "C~", "S~":
		st.kind, st.by = kindPattern, side(mark[0])
		st.pattern, err = whole(rest)
	case "C<", "S<":
		st.kind, st.by = kindBytes, side(mark[0])
		st.bytes, err = parseBytes(rest)
	case "X:":
		st.kind, st.by = kindEnd, server
		if word, ok := strings.CutPrefix(rest, "client "); ok {
			st.by, rest = client, word
		}
		st.ending, err = parseEnd(rest)
	case "D>", "D<":
		st.by = server
		if mark == "D>" {
			st.by = client
		}
		if !strings.HasPrefix(rest, `"`) {
			st.kind = kindDataEnd
			st.ending, err = parseEnd(rest)
			break
		}
		st.kind = kindDataBytes
		st.bytes, err = parseBytes(rest)
	case "D~":
		st.kind, st.by = kindDataPattern, server
		st.pattern, err = whole(rest)
	case "D ":
		switch rest {
		case "open":
			st.kind = kindDataOpen
		case "refused":
			st.kind = kindDataRefused
		case "quiet":
			st.kind = kindDataQuiet
		default:
			err = errUnknown
		}
	case "T:", "D:", "T!", "D!":
		st.kind = kindTLS
		if mark[0] == 'D' {
			st.kind = kindDataTLS
		}
		st.words, err = splitWords(rest)
		if err == nil && mark[1] == '!' {
			if len(st.words) == 0 || st.words[0] == "" {
				return st, errors.New("no text of an error")
			}
			st.fails, st.words = st.words[0], st.words[1:]
		}
	case "T>", "T<":
		st.kind, st.by = kindTLSEnd, server
		if mark == "T>" {
			st.by = client
		}
		st.ending, err = parseEnd(rest)
		if err == nil && (st.ending == byReset || mark == "T<" && st.ending == cut) {
			err = errUnknown
		}
	case "==":
		st.kind, st.session = kindSession, strings.TrimSpace(rest)
		if st.session == "" {
			err = errors.New("session without a name")
		}
	default:
		err = errUnknown
	}
	return st, err
}

var errUnknown = errors.New("not a line of a transcript")

// whole compiles an expression that has to match from end to end.
func whole(expr string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + expr + `)$`)
}

// parseEnd reads how a connection ends.
func parseEnd(word string) (ending, error) {
	switch word {
	case "closed":
		return inOrder, nil
	case "reset":
		return byReset, nil
	case "cut":
		return cut, nil
	}
	return 0, errUnknown
}

// parseBytes reads string literals, each perhaps with "* N" behind it.
func parseBytes(s string) ([]byte, error) {
	var b []byte
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		text, rest, err := cutLiteral(s)
		if err != nil {
			return nil, err
		}
		count := 1
		s = strings.TrimSpace(rest)
		if times, ok := strings.CutPrefix(s, "*"); ok {
			times = strings.TrimSpace(times)
			digits := len(times) - len(strings.TrimLeft(times, "0123456789"))
			if count, err = strconv.Atoi(times[:digits]); err != nil {
				return nil, errors.New("no number behind *")
			}
			s = times[digits:]
		}
		if len(text) > 0 && count > (maxBytes-len(b))/len(text) {
			return nil, fmt.Errorf("more than %d bytes", maxBytes)
		}
		b = append(b, strings.Repeat(text, count)...)
	}
	if len(b) == 0 {
		return nil, errors.New("no bytes")
	}
	return b, nil
}

// splitWords reads words and string literals.
func splitWords(s string) ([]string, error) {
	var words []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		word, rest := s, ""
		if s[0] == '"' || s[0] == '`' {
			var err error
			if word, rest, err = cutLiteral(s); err != nil {
				return nil, err
			}
		} else if i := strings.IndexAny(s, " \t"); i >= 0 {
			word, rest = s[:i], s[i:]
		}
		words = append(words, word)
		s = rest
	}
	return words, nil
}

// cutLiteral takes a string literal off the front of s.
func cutLiteral(s string) (text, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil || quoted[0] == '\'' {
		return "", "", errors.New("not a string literal")
	}
	text, err = strconv.Unquote(quoted)
	return text, s[len(quoted):], err
}
