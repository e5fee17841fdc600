package ftpclient

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// signs are what a kind of server is known by. The greeting is enough, since others do
// not call themselves by its name. As it is for the owner to word, so are the texts of
// all other replies that a login brings anyway, if every one of them fits.
//
// SYST costs a round trip and tells little: most say the same. It is not asked for this,
// and only speaks against what was thought.
type signs struct {
	greeting string // a part of it
	system   string // the first word of the reply to SYST
	password string // 331 to USER; % is the user; "" is anything
	welcome  string // 230, after PASS as a rule
	features string // the first line of the reply to FEAT
	end      string // and the last
}

// words are the texts of the replies that have come.
type words struct{ password, welcome, features, end string }

// hear takes the reply to a command of the login.
func (s *server) hear(verb string, r ftp.Reply) {
	if verb != "USER" && verb != "PASS" && verb != "FEAT" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case verb == "FEAT" && r.Code.OK() && len(r.Lines) > 1:
		s.words.features, s.words.end = r.Lines[0], lastLine(r)
	case verb == "USER" && r.Code == ftp.CodeNeedPassword:
		s.words.password = lastLine(r)
	case verb != "FEAT" && r.Code == ftp.CodeLoggedIn:
		s.words.welcome = lastLine(r)
	}
}

func lastLine(r ftp.Reply) string {
	if len(r.Lines) == 0 {
		return ""
	}
	return r.Lines[len(r.Lines)-1]
}

// fit reports whether all the words that were heard are those of the signs. What was not
// heard, like the 331 to a login without a password, does not fit.
func (s signs) fit(w words, user string) bool {
	return wordsFit(s.password, w.password, user) && wordsFit(s.welcome, w.welcome, user) &&
		s.features == w.features && s.end == w.end && s.features != ""
}

func wordsFit(sign, heard, user string) bool {
	return sign == "" || strings.ReplaceAll(sign, "%", user) == heard
}

// quirksByGreeting recognises a server by its greeting.
func quirksByGreeting(greeting string) quirks {
	for _, q := range knownServers {
		if strings.Contains(greeting, q.signs.greeting) {
			return q
		}
	}
	return quirks{}
}

// quirksByWords recognises a server by what it says in a login.
func quirksByWords(w words, user string) quirks {
	for _, q := range knownServers {
		if q.signs.fit(w, user) {
			return q
		}
	}
	return quirks{}
}
