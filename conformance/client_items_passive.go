package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// passiveItems are CLI-07 to CLI-11: where data connections go.
func passiveItems() []clientItem {
	return []clientItem{
		simplyThen("CLI-07", TaskGet, onlyPASV("227 Entering Passive Mode %s"), usedPASV),
		{"CLI-08", []Task{TaskGet}, foreignAddress},
		{"CLI-09", []Task{TaskGet}, oddDelimiter},
		{"CLI-10", []Task{TaskGetActive}, otherProtocol},
		simplyThen("CLI-11", TaskGet, noEPSV, triesEPSV),
	}
}

// noEPSV leaves PASV as the one way in passive mode.
func noEPSV(s *scriptServer) {
	s.feats = nil
	s.answer("EPSV", "500 What?")
}

// onlyPASV has PASV answered in a format, with the numbers in the place of %s.
func onlyPASV(format string) func(*scriptServer) {
	return func(s *scriptServer) {
		noEPSV(s)
		s.on["PASV"] = func(c *scriptConn, _ string) {
			port, err := c.openPassive()
			if err != nil {
				c.say("425 " + clientText(err.Error()))
				return
			}
			self := addrPortOf(c.tcp.LocalAddr()).Addr()
			c.say(fmt.Sprintf(format, ftp.FormatHostPort(netip.AddrPortFrom(self, port))))
		}
	}
}

func usedPASV(s *scriptServer) ruling {
	if !s.saw("PASV") {
		return ruleNotOffered("the client never sends PASV")
	}
	return rulePassed
}

// foreignAddress is 227 with an address of somebody else's network.
func foreignAddress(st *clientStage) ruling {
	s := st.motd()
	noEPSV(s)
	s.on["PASV"] = func(c *scriptConn, _ string) {
		port, err := c.openPassive()
		if err != nil {
			c.say("425 " + clientText(err.Error()))
			return
		}
		c.say("227 Entering Passive Mode (" + ftp.FormatHostPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 255, 255, 254}), port)) + ")")
	}
	_, r := st.getMotd(s, TaskGet)
	if r.passed() {
		return usedPASV(s)
	}
	if s.saw("PASV") {
		r.reason = "the answer to PASV names 10.255.255.254; " + r.reason
	}
	return r
}

func oddDelimiter(st *clientStage) ruling {
	s := st.motd()
	s.answer("PASV", "500 What?")
	s.on["EPSV"] = func(c *scriptConn, arg string) {
		if strings.EqualFold(arg, "ALL") {
			c.say("200 Fine.")
			return
		}
		port, err := c.openPassive()
		if err != nil {
			c.say("425 " + clientText(err.Error()))
			return
		}
		c.say(fmt.Sprintf("229 ok (!!!%d!)", port))
	}
	_, r := st.getMotd(s, TaskGet)
	if !s.saw("EPSV") && s.saw("PASV") {
		return ruleNotOffered("the client never sends EPSV")
	}
	return r
}

// otherProtocol is a server that is reached by IPv6 and makes data connections by IPv4
// alone. The client may know a name for both, or may take it that the loopback
// addresses are of one machine.
func otherProtocol(st *clientStage) ruling {
	s := st.motd()
	s.answer("EPSV", "522 Network protocol not supported, use (1)")
	s.on["EPRT"] = func(c *scriptConn, arg string) {
		if ap, err := ftp.ParseExtended(arg); err == nil && !ap.Addr().Is4() {
			c.say("522 Network protocol not supported, use (1)")
			return
		}
		c.port("EPRT", arg)
	}
	if err := s.startIPv6(); err != nil {
		return ruleNotRun(fmt.Errorf("this machine has no IPv6: %w", err))
	}
	// Whoever comes by the name comes by IPv6 at first, since nothing else is there.
	s.greet = func(c *scriptConn) {
		if addrPortOf(c.tcp.LocalAddr()).Addr().Is6() {
			s.mu.Lock()
			alone := len(s.lns) == 1
			s.mu.Unlock()
			if alone {
				if err := s.listen(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), s.addr.Port()).String()); err != nil {
					c.note(Happened, clientText(err.Error()))
				}
			}
		}
		c.say("220 Ready.")
	}
	o := st.do(Job{Task: TaskGetActive, Server: s.serverAt(st.nameOfBoth(), "motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	asked := false
	for _, cmd := range s.all("EPRT", "EPSV") {
		asked = asked || !strings.HasPrefix(strings.TrimLeft(cmd.arg, "|"), "1")
	}
	r := st.got(o, st.local("local"), scriptText)
	if !asked {
		return ruleNotOffered("the client never asks for a data connection by IPv6: %s", said(o))
	}
	return r
}

// startIPv6 listens on ::1, at a port that is to be free at 127.0.0.1, too, when it is
// needed there: none of those that the system gives out by itself.
func (s *scriptServer) startIPv6() (err error) {
	const first, count, tries = 20_000, 12_000, 50
	for range tries {
		port := uint16(first + rand.IntN(count))
		probe, failed := s.st.run.o.Net.Listen(s.st.ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if failed != nil {
			err = failed
			continue
		}
		probe.Close()
		if err = s.start(fmt.Sprintf("[::1]:%d", port)); err == nil {
			return nil
		}
	}
	return err
}

// nameOfBoth is a name of this machine in both families, or else its IPv6 address.
func (st *clientStage) nameOfBoth() string {
	const name = "localhost"
	if _, system := st.run.o.Net.(clientNet); !system {
		return "::1"
	}
	list, err := net.DefaultResolver.LookupNetIP(st.ctx, "ip", name)
	four, six := false, false
	for _, a := range list {
		four, six = four || a.Unmap().Is4(), six || a.Is6() && !a.Is4In6()
	}
	if err != nil || !four || !six {
		return "::1"
	}
	return name
}

// triesEPSV says whether the client has come to PASV by way of EPSV, which RFC 2428
// demands wherever data go between the two that have the control connection.
func triesEPSV(s *scriptServer) ruling {
	extended := make(map[int]bool)
	for _, cmd := range s.all("EPSV", "PASV") {
		switch {
		case cmd.verb == "EPSV":
			extended[cmd.conn] = true
		case !extended[cmd.conn]:
			return ruleFailed("the client sends PASV before it has tried EPSV")
		}
	}
	return usedPASV(s)
}

// dialFrom makes a data connection to where the client listens, from another address of
// this machine.
func (c *scriptConn) dialFrom(ctx context.Context, from string, to netip.AddrPort) (net.Conn, error) {
	local := &net.TCPAddr{IP: net.ParseIP(from)}
	conn, err := c.srv.st.run.o.Net.Dial(ctx, "tcp", local, to.String())
	if err == nil {
		c.srv.st.keep(conn)
	}
	return conn, err
}
