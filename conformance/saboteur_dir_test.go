package conformance_test

import (
	"io"
	"regexp"
	"strings"
	"time"
)

// first has another command carried out before one, of which nobody hears.
func first(pattern, other string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, line string) (string, bool) {
		hush := &trick{reply: func(*session, string) string { return "" }}
		s.turn <- struct{}{}
		s.queue = append(s.queue, &asked{line: other, tricks: []*trick{hush}})
		<-s.turn
		_, err := io.WriteString(s.server, other+"\r\n")
		return line, err == nil
	}}
}

// lists has what a listing sends changed, wherever a regular expression matches.
func lists(pattern, find, replace string) *trick {
	re := regexp.MustCompile(find)
	return downloads(pattern, func(b []byte) []byte { return re.ReplaceAll(b, []byte(replace)) })
}

// tells has the replies to commands changed, wherever a regular expression matches.
func tells(pattern, find, replace string) *trick {
	re := regexp.MustCompile(find)
	return says(pattern, func(raw string) string { return re.ReplaceAllString(raw, replace) })
}

// facts has facts changed in all that MLST and MLSD tell.
func facts(find, replace string) []*trick {
	return []*trick{tells("MLST", find, replace), lists("MLSD", find, replace)}
}

// secretly has another command carried out in place of one, and answered as if it were not.
func secretly(pattern, other, answer string) []*trick {
	return []*trick{instead(pattern, other), says(pattern, func(string) string { return crlf(answer) })}
}

// local is a time of now as a server tells it that is two hours to the east, and does not
// know of UTC.
func local(prefix string) func(string) string {
	return func(string) string {
		return prefix + time.Now().UTC().Add(2*time.Hour).Format("20060102150405")
	}
}

// easterly has times told in the zone of the server.
func easterly() []*trick {
	re := regexp.MustCompile(`modify=[0-9.]+`)
	modify := func(text string) string { return re.ReplaceAllStringFunc(text, local("modify=")) }
	return []*trick{
		says("MDTM", func(raw string) string { return local("213 ")(raw) + "\r\n" }),
		says("MLST", modify),
		downloads("MLSD", func(b []byte) []byte { return []byte(modify(string(b))) }),
	}
}

// replaced is strings.ReplaceAll for a trick.
func replaced(old, new string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, new) }
}
