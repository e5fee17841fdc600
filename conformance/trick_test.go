package conformance_test

import (
	"regexp"
	"strconv"
	"strings"
)

// trick is one way of spoiling. Of its functions, those that are not nil are called for
// commands that match.
type trick struct {
	match *regexp.Regexp // the command line; nil matches all, and the greeting, whose line is ""
	nth   int            // of the commands that match, this one alone; 0: all

	// anew, if not nil, makes the trick that is played in a run: for those that remember
	// what they have done. All else of such a trick is nil.
	anew func() *trick

	// command is given the line before it is forwarded, and returns what to forward
	// instead. If it returns false, nothing is: then the saboteur has answered, or never
	// will.
	command func(s *session, line string) (string, bool)

	// reply is given a reply, preliminary or final, with its line ends, and returns what
	// the checker gets.
	reply func(s *session, raw string) string

	// early is what is said as soon as a part of a line has come.
	early string

	// download and upload are given what goes over the data connection of the command,
	// all of it, and return what arrives.
	download, upload func(content []byte) []byte

	// lingers has the data connection of the command stay open when all has gone over it.
	lingers bool
	tls     *tlsTrick // what is wrong with TLS; may be nil
}

// on returns t for the nth of the commands that match alone.
func (t *trick) on(nth int) *trick {
	t.nth = nth
	return t
}

// remembers is a trick that is made for each run.
func remembers(anew func() *trick) *trick { return &trick{anew: anew} }

// applies reports whether a trick is to be played on a command, which counts as one.
func (s *saboteur) applies(t *trick, line string) bool {
	if t.match != nil && !t.match.MatchString(line) || t.match == nil && t.nth == 0 && line == "" && t.reply == nil {
		return false
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.seen[t]++
	return t.nth == 0 || t.nth == s.seen[t]
}

// lines compiles what commands match: a regular expression for the beginning of the
// line, in which case does not count.
func lines(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?is)^(?:` + pattern + `)`) }

// answers has commands answered so, and not carried out. The text may have several
// lines; an empty one is no answer at all.
func answers(pattern, text string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, line string) (string, bool) {
		s.answer(line, text)
		return "", false
	}}
}

// ignores has commands never answered.
func ignores(pattern string) *trick { return answers(pattern, "") }

// instead has another command carried out in place of one.
func instead(pattern, other string) *trick {
	return &trick{match: lines(pattern), command: func(*session, string) (string, bool) { return other, true }}
}

// rewrites has commands carried out as f says.
func rewrites(pattern string, f func(line string) string) *trick {
	return &trick{match: lines(pattern), command: func(_ *session, line string) (string, bool) { return f(line), true }}
}

// says has every reply to commands changed by f, which gets it with its line ends.
func says(pattern string, f func(raw string) string) *trick {
	return &trick{match: lines(pattern), reply: func(_ *session, raw string) string { return f(raw) }}
}

// codes has the replies to commands that have one code have another.
func codes(pattern string, from, to int) *trick {
	return says(pattern, func(raw string) string {
		var b strings.Builder
		for line := range strings.Lines(raw) {
			if rest, ok := strings.CutPrefix(line, strconv.Itoa(from)); ok {
				line = strconv.Itoa(to) + rest
			}
			b.WriteString(line)
		}
		return b.String()
	})
}

// replaces has a text in the replies to commands replaced.
func replaces(pattern, old, by string) *trick {
	return says(pattern, func(raw string) string { return strings.ReplaceAll(raw, old, by) })
}

// greets has the server greet so. The text may have several lines; if it is empty, there
// is no greeting.
func greets(text string) *trick {
	return &trick{reply: func(s *session, raw string) string {
		if s.greeted {
			return raw
		}
		return crlf(text)
	}}
}

// twice has the final replies to commands come twice.
func twice(pattern string) *trick {
	return says(pattern, func(raw string) string {
		if raw[0] == '1' {
			return raw
		}
		return raw + raw
	})
}

// hangsUp has the server close the connection instead of carrying out a command.
func hangsUp(pattern string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, _ string) (string, bool) {
		s.hangUp()
		return "", false
	}}
}

// downloads has what the server sends changed by f.
func downloads(pattern string, f func([]byte) []byte) *trick {
	return &trick{match: lines(pattern), download: f}
}

// uploads has what the server gets changed by f.
func uploads(pattern string, f func([]byte) []byte) *trick {
	return &trick{match: lines(pattern), upload: f}
}

func crlf(text string) string {
	if text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}
