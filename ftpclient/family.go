package ftpclient

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// family is an address family by its number in EPRT and EPSV (RFC 2428, 2).
type family byte

const (
	ipv4 family = '1'
	ipv6 family = '2'
)

// another are the ends of data connections at a server that does not make them in
// the family of the control connection. The zero value is the ends of that one.
type another struct {
	family
	self, peer netip.Addr
}

// epsv is EPSV for that family.
func (c *Conn) epsv() *request {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	if f := c.srv.family.family; f != 0 {
		return newRequest("EPSV", string(f))
	}
	return newRequest("EPSV")
}

// ends are the addresses of the data connections, the client's first. They are not
// valid if the network does not say.
func (c *Conn) ends() (self, peer netip.Addr) {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	if c.srv.family.family != 0 {
		return c.srv.family.self, c.srv.family.peer
	}
	return c.self, c.peer
}

// wanted reads the list of a 522, as in "Network protocol not supported, use (1,2)".
// It returns the first that is known, 0 if there is none.
func wanted(r ftp.Reply) family {
	if r.Code != ftp.CodeProtocols {
		return 0
	}
	_, list, _ := strings.Cut(r.Text(), "(")
	list, _, _ = strings.Cut(list, ")")
	for f := range strings.SplitSeq(list, ",") {
		switch f = strings.Trim(f, " "); f {
		case "1", "2":
			return family(f[0])
		}
	}
	return 0
}

// otherFamily goes over to the address family that the server asks for by a 522. The
// addresses of both ends are found by connecting to the control port in that
// family, which says nothing there: under the name of the server, or under the other
// loopback address if it was reached under one. It reports false where that is not possible or
// not asked for, and then nothing has changed.
func (c *Conn) otherFamily(ctx context.Context, r ftp.Reply) bool {
	want := wanted(r)
	self, _ := c.ends()
	if want == 0 || !self.IsValid() || self.Is4() == (want == ipv4) {
		return false
	}
	network := "tcp4"
	if want == ipv6 {
		network = "tcp6"
	}
	ctx, cancel := c.o.connecting(ctx)
	defer cancel()
	probe, err := c.o.Net.Dial(ctx, network, nil, c.o.addrIn(want))
	if err != nil {
		return false
	}
	defer probe.Close()
	a := another{want, addrOf(probe.LocalAddr()), addrOf(probe.RemoteAddr())}
	if !a.self.IsValid() || !a.peer.IsValid() {
		return false
	}
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	c.srv.family = a
	c.o.Log.Info("the server makes data connections in another address family", "reply", r.String())
	return true
}

// addrIn is the address of the control port for whoever connects in a family. No address
// but that of loopback has one in the other family that is known to be the same host's.
func (s *settings) addrIn(f family) string {
	if ip, err := netip.ParseAddr(s.host); err != nil || !ip.IsLoopback() {
		return s.addr
	}
	_, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		return s.addr
	}
	if f == ipv4 {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return net.JoinHostPort("::1", port)
}
