package ftpserver

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
)

// say returns a reply of one line. The format is the English text, by which a
// catalogue knows it (LANG; RFC 2640, 4): every text that is sent goes through
// say, tr or lookup, but for what the standards fix to the letter.
func (s *session) say(code ftp.Code, format string, args ...any) ftp.Reply {
	if len(args) == 0 {
		return said.reply(code, s.tr(format))
	}
	return ftp.NewReply(code, s.tr(format, args...))
}

// tr returns a text in the language of the session.
func (s *session) tr(format string, args ...any) string {
	text := s.lookup(format)
	if len(args) == 0 && !strings.Contains(text, "%") {
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

// said has the replies whose text is always the same, so that none is made twice: they
// are as many as there are in the source, in each language.
var said fixedReplies

type fixedReplies struct {
	made   atomic.Pointer[map[fixedReply]ftp.Reply] // replaced, never changed
	making sync.Mutex
}

type fixedReply struct {
	code ftp.Code
	text string
}

func (f *fixedReplies) reply(code ftp.Code, text string) ftp.Reply {
	key := fixedReply{code, text}
	if made := f.made.Load(); made != nil {
		if r, ok := (*made)[key]; ok {
			return r
		}
	}
	f.making.Lock()
	defer f.making.Unlock()
	more := make(map[fixedReply]ftp.Reply)
	if made := f.made.Load(); made != nil {
		maps.Copy(more, *made)
	}
	r := ftp.NewReply(code, text)
	more[key] = r
	f.made.Store(&more)
	return r
}
