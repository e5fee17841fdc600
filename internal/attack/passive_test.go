package attack_test

import (
	"net"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAttack20PassiveExhaustion: a session holds one port, however often it asks, and
// gives it back; an address has only so many sessions; others get their ports.
func TestAttack20PassiveExhaustion(t *testing.T) {
	t.Parallel()
	second(t)
	// Below the ports that Linux gives out, of which another package's client may have one.
	const lo, ports, perIP = 11000, 64, 20
	w := serve(t, func(c *ftpserver.Config) {
		c.Passive.MinPort, c.Passive.MaxPort = lo, lo+ports-1
		c.Limits.SessionsPerIP = perIP
	})
	w.write("root/file", "x")
	listening := func() (n int) {
		for port := lo; port < lo+ports; port++ {
			// A port can be had, unless somebody listens there.
			ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.ParseIP(here), Port: port})
			if err != nil {
				n++
				continue
			}
			ln.Close()
		}
		return n
	}
	elseTaken := listening()
	c := w.loginFrom(t, elsewhere)
	verbs := []string{"PASV", "EPSV", "LPSV", "SPSV"}
	for i := range few(1000, 200) {
		if r := c.do(verbs[i%len(verbs)]); r.code/100 != 2 {
			t.Fatalf("the %d. %s: %v", i, verbs[i%len(verbs)], r)
		}
	}
	if n := listening() - elseTaken; n > 1 {
		t.Errorf("one session has %d ports", n)
	}

	// As many sessions as one address may have, each with its port.
	for range perIP - 1 {
		w.loginFrom(t, elsewhere).passive()
	}
	refused := w.knock(t, elsewhere)
	refused.expect(421)
	refused.gone()
	if n := listening() - elseTaken; n > perIP {
		t.Errorf("one address has %d ports", n)
	}
	if octets, r := w.login(t).get("RETR file"); octets != "x" || r.code != 226 {
		t.Errorf("another address is served %q, %v", octets, r)
	}

	// The ports come back with the end of the sessions.
	for _, s := range w.srv.Sessions() {
		w.srv.Kick(s.Conn.ID)
	}
	eventually(t, "the ports are free", func() bool { return len(w.srv.Sessions()) == 0 && listening() <= elseTaken })
}

// TestAttack20Expiry: a port that nobody connects to is closed by itself.
func TestAttack20Expiry(t *testing.T) {
	t.Parallel()
	w := serve(t, limits(ftpserver.Limits{DataConnect: 100 * time.Millisecond}))
	c := w.login(t)
	port := c.passive()
	eventually(t, "the port is closed", func() bool {
		conn, err := net.Dial("tcp", port)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	c.want(150, "LIST")
	c.expect(425)
}

// TestAttack29Blackhole: a host that never answers holds a session up for as long as
// DataConnect says, and ABOR ends that at once. The host is a listener whose queue is
// full: Linux lets the packets fall that would make it longer.
func TestAttack29Blackhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		hole := blackhole(t)
		c := w.login(t)
		c.want(200, "EPRT |1|127.0.0.1|"+hole+"|")
		c.want(150, "LIST")
		c.want(200, "NOOP") // the session is not held up
		c.expect(425)
		c.want(200, "NOOP")
	}, limits(ftpserver.Limits{DataConnect: 300 * time.Millisecond}))
	each(t, func(t *testing.T, w *world) {
		hole := blackhole(t)
		c := w.login(t)
		for _, line := range []string{"LIST", "STOR x", "RETR file"} {
			w.write("root/file", "x")
			c.want(200, "EPRT |1|127.0.0.1|"+hole+"|")
			c.want(150, line)
			c.send("ABOR")
			if r := c.reply(); r.code != 425 && r.code != 426 {
				t.Errorf("%s that is aborted: %v", line, r)
			}
			c.expect(226)
		}
	}) // where DataConnect is longer than the test's patience
}
