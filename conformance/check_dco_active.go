package conformance

import (
	"net"
	"net/netip"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// activeChecks are those of PORT and LPRT.
var activeChecks = map[string]check{
	"DCO-11": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		c.beginActive("RETR file").brings("content")
		c.alive()
	}},
	"DCO-12": {needs: files, try: activeSource},
	"DCO-13": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		tr := c.beginActive("RETR file")
		if from := addrPort(tr.tcp.RemoteAddr()).Addr().Unmap(); from != c.host() {
			t.fail("the data connection comes from %v, and the control connection is with %v", from, c.host())
		}
		tr.brings("content")
	}},
	"DCO-15": {needs: needLogin, try: func(t *trial) {
		c := t.login4()
		c.forbidden(portTo(netip.AddrPortFrom(c.local(), smtp)), "25 is the port of a service, of mail")
		c.alive()
	}},
	"DCO-16": {needs: files, try: func(t *trial) { t.bounce(t.login4(), portTo) }},
	"DCO-17": {needs: needLogin, try: func(t *trial) {
		c := t.login4()
		for _, line := range []string{"PORT 1,2,3", "PORT 1,2,3,4,5,256", "PORT a"} {
			c.strictly(line, 501)
		}
		c.alive()
	}},
	"DCO-18": {needs: needLogin, try: func(t *trial) {
		c := t.login4()
		c.forbidden(portTo(netip.AddrPortFrom(c.local(), 0)), "there is no port 0")
		c.alive()
	}},
	"DCO-19": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		ln, command := c.listen()
		ln.Close()
		c.want(command, 200)
		r := c.ask("RETR file")
		if r.preliminary() {
			r = c.reply()
		}
		c.judge("RETR with PORT to a closed port", r, 425)
		c.alive()
	}},
	"DCO-37": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("LPRT 9,1,1,2,1,1", 521)
		c.alive()
	}},
}

// smtp is the port of a service that takes commands from anybody.
const smtp = 25

func portTo(at netip.AddrPort) string { return "PORT " + ftp.FormatHostPort(at) }

// activeSource: the data connection comes from the port below the control connection's
// (RFC 959, 3.2), or as some servers have it wherever they listen, from 20; and while that
// is taken, from one below it.
func activeSource(t *trial) {
	c := t.login4()
	c.file("file", "content")
	tr := c.beginActive("RETR file")
	from := addrPort(tr.tcp.RemoteAddr()).Port()
	tr.brings("content")
	below := addrPort(c.raw.RemoteAddr()).Port() - 1
	switch {
	case from == below, from <= 20:
	case below < 1024:
		t.notOffered("the data connection comes from the port %d; the server may lack the right to use %d", from, below)
	default:
		t.fail("the data connection comes from the port %d, not from %d or 20", from, below)
	}
}

// bounce tries to have the server connect to somebody else (RFC 2577, 3). to makes the
// command for an address.
func (t *trial) bounce(c *control, to func(netip.AddrPort) string) {
	c.file("file", "content")
	at, ln := t.third(c)
	c.forbidden(to(at), "it is an address that is not the client's")
	c.alive()
	if ln == nil {
		return
	}
	// Nor may it connect after all. What RETR is answered without an address is DCO-14.
	c.send("RETR file")
	if conn, err := c.tryAccept(ln, 300*time.Millisecond); err == nil {
		conn.Close()
		t.fail("the server has refused to connect to %v, and connects to it", at)
	}
}

// third is an address that is neither the client's nor the server's: another one of this
// machine, with a listener, or else one that nobody has (RFC 5737).
func (t *trial) third(c *control) (netip.AddrPort, net.Listener) {
	if t.target.Elsewhere.IsValid() || c.local().IsLoopback() {
		addr := t.elsewhere(c)
		ln, err := t.target.Net.Listen(t.ctx, "tcp", netip.AddrPortFrom(addr, 0).String())
		if err == nil {
			t.finally(func() { ln.Close() })
			return netip.AddrPortFrom(addr, addrPort(ln.Addr()).Port()), ln
		}
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), 40_000), nil
}
