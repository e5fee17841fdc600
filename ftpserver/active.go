package ftpserver

import (
	"errors"
	"net/netip"

	"github.com/seed-6092453b/ferry/ftp"
)

func (s *session) cmdPort(arg string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	if s.family() != 1 {
		return s.say(ftp.CodeBadArgument, "PORT is for IPv4; use EPRT.")
	}
	ap, err := ftp.ParseHostPort(arg)
	if err != nil {
		return s.usage("PORT")
	}
	return s.connectTo(ap)
}

func (s *session) cmdEprt(arg string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	ap, err := ftp.ParseExtended(arg)
	var fe *ftp.FamilyError
	if errors.As(err, &fe) {
		return s.unknownFamily()
	}
	if err != nil {
		return s.usage("EPRT")
	}
	ap = s.zoned(ap)
	if ap.Addr().Is4() != (s.family() == 1) {
		return s.wrongFamily()
	}
	return s.connectTo(ap)
}

// connectTo plans a connection to the client. Other hosts, and the ports of
// well-known services, are refused: the server is nobody's proxy (RFC 2577, 3).
func (s *session) connectTo(ap netip.AddrPort) answer {
	switch {
	case s.srv.cfg.Active.Off:
		return s.say(ftp.CodeNotForParameter, "Active mode is off here; use EPSV or PASV.")
	case ap.Port() < 1024:
		return s.say(ftp.CodeNotForParameter, "Ports below 1024 are not connected to.")
	case !s.mayConnect(ap.Addr()):
		return s.say(ftp.CodeNotForParameter, "Only your own address is connected to.")
	}
	s.dropData()
	local := netip.AddrPortFrom(s.conn.Local.Addr(), 0)
	if s.srv.cfg.Active.Port20 && s.conn.Local.Port() > 1 {
		local = netip.AddrPortFrom(local.Addr(), s.conn.Local.Port()-1)
	}
	s.data = &activePlan{net: s.srv.net, local: local, remote: ap}
	return s.say(ftp.CodeOK, "Will connect there.")
}
