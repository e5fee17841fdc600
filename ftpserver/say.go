package ftpserver

import (
	"fmt"

	"github.com/seed-6092453b/ferry/ftp"
)

// say returns a reply of one line. The format is the English text, by which a
// catalogue knows it (LANG; RFC 2640, 4): every text that is sent goes through
// say, tr or lookup, but for what the standards fix to the letter.
func (s *session) say(code ftp.Code, format string, args ...arg) answer {
	return filled(code, s.lookup(format), args...)
}

// tr returns a text in the language of the session.
func (s *session) tr(format string, args ...any) string {
	text := s.lookup(format)
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// lookup returns a text without arguments, or a format, in the language of the
// session: one of the server's own, or one of the command table.
func (s *session) lookup(text string) string {
	if s.lang == nil {
		return text
	}
	if t, ok := s.lang.load()[text]; ok {
		return t
	}
	return ftp.TableTexts(s.lang.name).Text(text)
}
