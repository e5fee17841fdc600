package ftpserver

import (
	"fmt"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

func (s *session) cmdType(arg string) ftp.Reply {
	p, err := s.params.SetType(arg)
	return s.setParams("TYPE", p, err)
}

func (s *session) cmdStru(arg string) ftp.Reply {
	p, err := s.params.SetStru(arg)
	return s.setParams("STRU", p, err)
}

func (s *session) cmdMode(arg string) ftp.Reply {
	p, err := s.params.SetMode(arg)
	return s.setParams("MODE", p, err)
}

func (s *session) setParams(verb string, p ftp.Params, err error) ftp.Reply {
	if err != nil {
		return badUsage(verb)
	}
	if !(ftp.Codec{Params: p}).Supported() {
		return ftp.NewReply(ftp.CodeNotForParameter, verb+" of this kind is not implemented.")
	}
	s.params = p
	return ftp.NewReply(ftp.CodeOK, fmt.Sprintf("Type %s, structure %c, mode %c.", p.TypeString(), p.Stru, p.Mode))
}

func (s *session) cmdRest(arg string) ftp.Reply {
	n, err := ftp.ParseRest(arg)
	if err != nil {
		return badUsage("REST")
	}
	s.pending.rest = n
	return ftp.NewReply(ftp.CodePending, fmt.Sprintf("Restarting at %d. Send the transfer command.", n))
}

// cmdAllo reserves nothing, but says in time that a file will not fit.
func (s *session) cmdAllo(arg string) ftp.Reply {
	size, _, err := ftp.ParseAllo(arg)
	if err != nil {
		return badUsage("ALLO")
	}
	if spacer, ok := storage.As[storage.Spacer](s.account.FS); ok {
		if free, err := spacer.Space(s.ctx, storageName(s.dir)); err == nil && size > free {
			return ftp.NewReply(ftp.CodeAllocation, fmt.Sprintf("No room for it: %d octets are free.", free))
		}
	}
	s.pending.allo = size
	return ftp.NewReply(ftp.CodeOK, "There is room for it.")
}
