package ftpserver

import (
	"errors"

	"github.com/seed-6092453b/ferry/ftp"
)

func (s *session) cmdType(arg string) answer {
	p, err := s.params.SetType(arg)
	return s.setParams("TYPE", p, err)
}

func (s *session) cmdStru(arg string) answer {
	p, err := s.params.SetStru(arg)
	return s.setParams("STRU", p, err)
}

func (s *session) cmdMode(arg string) answer {
	p, err := s.params.SetMode(arg)
	if err == nil && p.Mode == 'Z' && !s.srv.cfg.ModeZ {
		return s.say(ftp.CodeNotForParameter, "MODE Z is off here.")
	}
	return s.setParams("MODE", p, err)
}

func (s *session) setParams(verb string, p ftp.Params, err error) answer {
	if errors.Is(err, ftp.ErrSyntax) {
		return s.usage(verb)
	}
	if err != nil || !(ftp.Codec{Params: p}).Supported() {
		return s.say(ftp.CodeNotForParameter, "%s of this kind is not implemented.", str(verb))
	}
	s.params = p
	if s.isOpen() && !s.codec().KeepsOpen() {
		s.dropData() // of no use in this mode
	}
	return s.say(ftp.CodeOK, "Type %s, structure %c, mode %c.", str(p.TypeString()), char(p.Stru), char(p.Mode))
}
