package ftpserver

import (
	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cmdPret is told which transfer will come, before the client asks for a data
// connection. That is for servers of many machines; here it spares a client the
// data connection for a command that is refused anyway.
func (s *session) cmdPret(arg string) answer {
	verb, arg, _ := ftp.SplitCommand([]byte(arg))
	c := ftp.Lookup(verb)
	if c == nil || !c.Traits.Has(ftp.Transfers) || s.handlerOf(c) == nil {
		return s.usage("PRET")
	}
	if (c.Arg == ftp.ArgPath || c.Arg == ftp.ArgWordPath) && arg == "" {
		return s.usage(verb)
	}
	if r := s.announced(verb, arg); !r.IsZero() {
		return r
	}
	return s.say(ftp.CodeOK, "Noted.")
}

// announced refuses a transfer that would be refused.
func (s *session) announced(verb, arg string) answer {
	name := s.name(arg)
	switch verb {
	case "RETR", "MLSD":
		info, err := s.stat(name)
		switch {
		case err != nil:
		case verb == "MLSD" && !info.IsDir():
			err = storage.ErrNotDir
		case verb == "RETR" && info.IsDir():
			err = storage.ErrIsDir
		}
		if err != nil {
			return s.replyFor("PRET", err)
		}
	case "STOR", "APPE", "STOU":
		if !s.account.Can.Has(CanWrite) {
			return s.denied(CanWrite)
		}
		if verb != "STOU" && !s.account.Can.Has(CanOverwrite) && s.exists(name) == nil {
			return s.denied(CanOverwrite)
		}
	}
	return answer{}
}
