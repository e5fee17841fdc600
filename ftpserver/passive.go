package ftpserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// listen opens the listener for the next data connection, on the address that
// the client reached the server at, and returns its port.
func (s *session) listen() (uint16, error) {
	s.dropData()
	p := &passivePlan{s: s}
	if err := s.listenAny(s.ctx, p); err != nil {
		return 0, err
	}
	if p.ln != &p.bare {
		p.port = addrPortOf(p.ln.Addr()).Port()
	}
	p.expire = time.AfterFunc(s.srv.cfg.Limits.DataConnect, p.giveUp)
	s.data = p
	return p.port, nil
}

// The ports that nobody has a fixed use for (RFC 6335, 6), where none are configured.
// The operating system's own choice is not good enough: Linux passes over every port
// with a connection that was closed less than a minute ago, until after some ten
// thousand small files it finds none at all.
const (
	dynamicMin = 49152
	dynamicMax = 65535
)

// ports returns the first and the last port of the range.
func (p Passive) ports() (lo, hi uint16) {
	if p.MinPort == 0 {
		return dynamicMin, dynamicMax
	}
	return p.MinPort, p.MaxPort
}

// listenAny has p listen on a random port of the range. Ports are tried from a random
// one on, so that nobody can tell the next (RFC 2577, 8); those that were given up only
// when no other is free.
func (s *session) listenAny(ctx context.Context, p *passivePlan) error {
	lo, hi := s.srv.cfg.Passive.ports()
	host := s.conn.Local.Addr()
	n := int(hi) - int(lo) + 1
	start := s.srv.givenUp.draw(lo, n)
	var later []uint16
	var last error
	for i := 0; i < n+len(later); i++ {
		var port uint16
		if i >= n {
			port = later[i-n]
		} else if port = lo + uint16((start+i)%n); s.srv.givenUp.has(port) {
			later = append(later, port)
			continue
		}
		ln, err := s.listenOn(ctx, netip.AddrPortFrom(host, port), &p.bare)
		if err == nil {
			p.ln, p.port = ln, port
			return nil
		}
		last = err
		if ctx.Err() != nil || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			break // another port is no better
		}
	}
	return fmt.Errorf("no port from %d to %d is free: %w", lo, hi, last)
}

// listenOn listens at an address, by l if it can: that knows no zones, and for TLS, where
// somebody has to wait in any case, it would be no better.
func (s *session) listenOn(ctx context.Context, at netip.AddrPort, l *bareListener) (net.Listener, error) {
	if system, ok := s.srv.net.(systemNetwork); ok && s.prot != 'P' && at.Addr().Zone() == "" && s.conn.Remote.Addr().Zone() == "" {
		return system.listenAt(ctx, at, l)
	}
	return s.srv.net.Listen(ctx, "tcp", at.String())
}

// noListener is the reply when no listener can be had.
func (s *session) noListener(err error) answer {
	s.logger().Error("cannot listen for a data connection", "error", err)
	return s.say(ftp.CodeNoData, "Cannot listen for a data connection now; try again, or use active mode.")
}

// afterEPSVAll refuses everything but EPSV once the client has said that it will
// use nothing else (RFC 2428, 4).
func (s *session) afterEPSVAll() answer {
	if s.epsvAll {
		return s.say(ftp.CodeBadSequence, "Only EPSV after EPSV ALL.")
	}
	return answer{}
}

func (s *session) cmdPasv(string) answer { return s.passive("PASV") }

// cmdCpsv is PASV with the server as the client of TLS on the data connection:
// the same, where that is in the clear.
func (s *session) cmdCpsv(string) answer {
	r := s.passive("CPSV")
	s.cpsv = r.Code == ftp.CodePassive
	return r
}

func (s *session) passive(verb string) answer {
	if r := s.afterEPSVAll(); !r.IsZero() {
		return r
	}
	if !s.conn.Local.Addr().Is4() {
		return s.say(ftp.CodeBadArgument, "%s is for IPv4; use EPSV.", str(verb))
	}
	ap, refusal := s.listenAt()
	if !refusal.IsZero() {
		return refusal
	}
	return filled(ftp.CodePassive, "Entering Passive Mode (%s).", str(ftp.FormatHostPort(ap)))
}

// listenAt listens, and returns what the client is told to connect to.
func (s *session) listenAt() (netip.AddrPort, answer) {
	host, err := s.advertised()
	if err != nil {
		s.logger().Error("cannot resolve the public host", "error", err)
		return netip.AddrPort{}, s.say(ftp.CodeNoData, "The public address of this server is not known now; use EPSV.")
	}
	port, err := s.listen()
	if err != nil {
		return netip.AddrPort{}, s.noListener(err)
	}
	return netip.AddrPortFrom(host, port), answer{}
}

// advertised returns the address that PASV and LPSV tell the client.
func (s *session) advertised() (netip.Addr, error) {
	local := s.conn.Local.Addr().WithZone("")
	public := s.srv.cfg.Passive.PublicHost
	peer := s.conn.Remote.Addr()
	if public == "" || !local.Is4() || peer.IsPrivate() || peer.IsLoopback() || peer.IsLinkLocalUnicast() {
		return local, nil
	}
	if a, err := netip.ParseAddr(public); err == nil {
		return a.Unmap(), nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", public)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(addrs) == 0 {
		return netip.Addr{}, errors.New(public + " has no IPv4 address")
	}
	return addrs[0].Unmap(), nil
}

func (s *session) cmdEpsv(arg string) answer {
	want, err := ftp.ParseEPSV(arg)
	if err != nil {
		return s.usage("EPSV")
	}
	if want.All {
		s.epsvAll = true
		s.dropData()
		return s.say(ftp.CodeOK, "From now on only EPSV.")
	}
	switch want.Family {
	case 0, s.family():
	case 1, 2:
		return s.wrongFamily()
	default:
		return s.unknownFamily()
	}
	port, err := s.listen()
	if err != nil {
		return s.noListener(err)
	}
	return filled(ftp.CodeExtendedPassive, "Entering Extended Passive Mode (|||%d|)", num(port))
}

// family is the number of the control connection's address family (RFC 2428, 2).
func (s *session) family() int {
	if s.conn.Local.Addr().Is4() {
		return 1
	}
	return 2
}

// wrongFamily says that only the family of the control connection will do.
// Machines read what is in the parentheses.
func (s *session) wrongFamily() answer {
	return filled(ftp.CodeProtocols, "Network protocol not supported, use (%d)", num(s.family()))
}

// unknownFamily says which families there are at all.
func (s *session) unknownFamily() answer {
	return plain(ftp.CodeProtocols, "Network protocol not supported, use (1,2)")
}
