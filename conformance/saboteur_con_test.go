package conformance_test

import (
	"strings"
	"time"
)

// unasked stands for the command that a reply nobody asked for is to.
const unasked = "\x00unasked"

// midLine is text that the server says as soon as part of a line has come.
func midLine(text string) *trick { return &trick{match: lines("$"), nth: -1, early: crlf(text)} }

// segment plays the tricks for a part of a line.
func (s *session) segment() {
	b, _ := s.fromClient.Peek(s.fromClient.Buffered())
	if strings.Contains(string(b), "\n") {
		return
	}
	for _, t := range s.tricks {
		if t.early != "" {
			s.answer("", t.early)
		}
	}
}

// delays has replies come late.
func delays(pattern string, d time.Duration) *trick {
	return says(pattern, func(raw string) string {
		<-time.After(d)
		return raw
	})
}

// bare has replies end their lines with LF alone.
func bare(pattern string) *trick {
	return says(pattern, func(raw string) string { return strings.ReplaceAll(raw, "\r\n", "\n") })
}

// half is the first half of a file.
func half(content []byte) []byte { return content[:len(content)/2] }
