package ftpserver

import (
	"errors"
	"net/netip"
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
)

// What came before EPSV and EPRT, or beside them: the long addresses of RFC 1639
// and the forms of single servers.

func (s *session) cmdLprt(arg string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	ap, err := ftp.ParseLong(arg)
	var fe *ftp.FamilyError
	if errors.As(err, &fe) {
		return plain(ftp.CodeFamilies, "Supported address families are (4, 6)")
	}
	if err != nil {
		return s.usage("LPRT")
	}
	ap = s.zoned(ap)
	if ap.Addr().Is4() != (s.family() == 1) {
		family := "6"
		if s.family() == 1 {
			family = "4"
		}
		return plain(ftp.CodeFamilies, "Supported address families are ("+family+")")
	}
	return s.connectTo(ap)
}

// zoned returns an address that a client gave as the server reaches it: never
// IPv4 mapped into IPv6, and the client's own link-local address with its zone.
func (s *session) zoned(ap netip.AddrPort) netip.AddrPort {
	ap = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	if peer := s.conn.Remote.Addr(); ap.Addr() == peer.WithZone("") {
		return netip.AddrPortFrom(peer, ap.Port())
	}
	return ap
}

func (s *session) cmdLpsv(string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	ap, refusal := s.listenAt()
	if !refusal.IsZero() {
		return refusal
	}
	return plain(ftp.CodeLongPassive, "Entering Long Passive Mode ("+ftp.FormatLong(ap)+")")
}

// cmdSpsv is EPSV before there was one: the reply is the port alone.
func (s *session) cmdSpsv(string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	port, err := s.listen()
	if err != nil {
		return s.noListener(err)
	}
	return plain(ftp.CodePassive, strconv.Itoa(int(port)))
}
