package attack_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// victim listens where a bounce is aimed at, and reports who connected.
func victim(t testing.TB, host string) *net.TCPListener {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skipf("nothing can be attacked at %s: %v", host, err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln.(*net.TCPListener)
}

// untouched fails the test if anybody has connected to a listener. It connects
// itself: what came before is taken first.
func untouched(t testing.TB, ln *net.TCPListener) {
	t.Helper()
	own, err := net.Dial("tcp", ln.Addr().String())
	check(t, err)
	defer own.Close()
	got, err := ln.Accept()
	check(t, err)
	defer got.Close()
	if got.RemoteAddr().String() != own.LocalAddr().String() {
		t.Fatalf("the server at %v has connected to %v", got.RemoteAddr(), ln.Addr())
	}
}

// transfers are commands that would make a data connection.
var transfers = []string{"LIST", "RETR file", "STOR new", "MLSD", "NLST", "APPE new", "STOU"}

// TestAttack05Bounce: the server connects to nobody but its client, and to no port
// where services listen. Not one packet goes elsewhere, whatever is asked for behind
// the refusal.
func TestAttack05Bounce(t *testing.T) {
	t.Parallel()
	second(t)
	each(t, func(t *testing.T, w *world) {
		w.write("root/file", "x")
		at := victim(t, elsewhere)
		port := at.Addr().(*net.TCPAddr).Port
		own := victim(t, here)
		ownPort := own.Addr().(*net.TCPAddr).Port
		hp := func(ip string, port int) string {
			return strings.ReplaceAll(ip, ".", ",") + fmt.Sprintf(",%d,%d", port>>8, port&255)
		}
		c := w.login(t)
		for _, line := range []string{
			"PORT " + hp(elsewhere, port), "EPRT |1|" + elsewhere + fmt.Sprintf("|%d|", port),
			"LPRT 4,4,127,0,0,2,2," + fmt.Sprintf("%d,%d", port>>8, port&255),
			"PORT " + hp("0.0.0.0", port), "EPRT |1|0.0.0.0|" + fmt.Sprintf("%d|", port),
			"PORT " + hp("0.0.0.0", ownPort), "PORT " + hp("255.255.255.255", port), "PORT " + hp("224.0.0.1", port), "PORT " + hp("127.0.0.3", port),
			"EPRT |2|::ffff:127.0.0.2|" + fmt.Sprintf("%d|", port), "EPRT |2|::ffff:127.0.0.3|" + fmt.Sprintf("%d|", port),
			"EPRT |2|::1|" + fmt.Sprintf("%d|", port), "EPRT |2|::|" + fmt.Sprintf("%d|", port), "EPRT |2|fe80::1%lo|" + fmt.Sprintf("%d|", port),
			"EPRT |1|::ffff:127.0.0.2|" + fmt.Sprintf("%d|", port), "EPRT |1|127.0.0.2%lo|" + fmt.Sprintf("%d|", port),
			"EPRT |1|0177.0.0.2|" + fmt.Sprintf("%d|", port), "EPRT |1|2130706434|" + fmt.Sprintf("%d|", port), "EPRT |1|localhost|" + fmt.Sprintf("%d|", port),
			"EPRT |1|127.1|" + fmt.Sprintf("%d|", ownPort), "PORT " + hp(here, ownPort) + ",1", "PORT " + hp("127.0.0.258", port),
			"PORT 127,0,0,1,0,22", "PORT 127,0,0,1,3,255", "PORT 127,0,0,1,0,0", "EPRT |1|127.0.0.1|25|", "EPRT |1|127.0.0.1|0|",
			"EPRT |1|127.0.0.1|65559|", "EPRT |1|127.0.0.1|-1|", "LPRT 4,4,127,0,0,1,2,0,25",
		} {
			if r := c.do(line); r.code < 500 {
				t.Errorf("%s: %v", line, r)
			}
			for _, transfer := range transfers {
				c.want(425, transfer)
			}
		}
		untouched(t, at)
		untouched(t, own)
		w.useless(t, c, own) // the way that is allowed: the test would see a connection
		// The client's own address is that, mapped into IPv6, too; a port of services is
		// none there, either.
		c = w.login(t)
		c.want(504, "EPRT |2|::ffff:"+here+"|25|")
		w.accepts(t, c, fmt.Sprintf("EPRT |2|::ffff:%s|%d|", here, ownPort), own)
	})
}

// useless has the server connect to its own client at ln.
func (w *world) useless(t *testing.T, c *client, ln *net.TCPListener) {
	t.Helper()
	w.accepts(t, c, "EPRT "+ftp.FormatExtended(ln.Addr().(*net.TCPAddr).AddrPort()), ln)
}

// accepts has the server connect to ln by a command that names it.
func (w *world) accepts(t *testing.T, c *client, line string, ln *net.TCPListener) {
	t.Helper()
	c.want(200, line)
	c.send("LIST")
	conn, err := ln.Accept()
	check(t, err)
	defer conn.Close()
	c.expect(150)
	buf := make([]byte, 1)
	if _, err := c.protect(conn).Read(buf); err != nil {
		t.Errorf("the server that may connect sends nothing: %v", err)
	}
}

// TestAttack05BounceFXP: where other servers are allowed, it is these and no more.
func TestAttack05BounceFXP(t *testing.T) {
	t.Parallel()
	second(t)
	w := serve(t, func(c *ftpserver.Config) { c.Active.Foreign = []netip.Prefix{netip.MustParsePrefix(elsewhere + "/32")} })
	third := victim(t, "127.0.0.3")
	c := w.login(t)
	port := third.Addr().(*net.TCPAddr).Port
	if r := c.do(fmt.Sprintf("EPRT |1|127.0.0.3|%d|", port)); r.code != 504 {
		t.Errorf("a third server: %v", r)
	}
	c.want(425, "LIST")
	untouched(t, third)
	if r := c.do("EPRT |1|" + elsewhere + "|22|"); r.code != 504 {
		t.Errorf("a port of services at a server that is allowed: %v", r)
	}
	w.write("root/x", "")
	w.useless(t, c, victim(t, elsewhere))
}
