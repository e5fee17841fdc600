package attack_test

import (
	"io"
	"strings"
	"testing"
)

// TestAttack16AbortRaces sends ABOR at every moment of a transfer: it is answered once,
// with 226, behind exactly one answer to the transfer, and the session is in step.
func TestAttack16AbortRaces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write("root/small", "0123456789")
		w.write("root/large", strings.Repeat("x", 8<<20))
		c := w.login(t)
		// settle reads the end of a transfer that was aborted.
		settle := func(moment string, codes ...int) {
			t.Helper()
			r := c.reply()
			for _, code := range codes {
				if r.code == code {
					c.expect(226) // ABOR's
					if r := c.do("SYST"); r.code != 215 {
						t.Fatalf("ABOR %s: out of step: %v", moment, r)
					}
					return
				}
			}
			t.Fatalf("ABOR %s: the transfer is answered %v", moment, r)
		}
		// ordinary ends of a transfer with a connection that is cut
		for range few(500, 50) {
			conn := c.data()
			c.send("RETR small", "ABOR") // in one packet
			c.expect(150)
			settle("with RETR", 426, 226, 425)
			conn.Close()

			c.passive()
			c.want(150, "STOR new")
			c.send("ABOR")
			settle("before the client connects", 425, 426)

			conn = c.data()
			c.want(150, "RETR small")
			data := c.protect(conn)
			io.ReadAll(data)
			c.send("ABOR") // races with the 226
			settle("behind the last octet", 226, 426)
			conn.Close()

			conn = c.data()
			c.want(150, "STOR up")
			data = c.protect(conn)
			io.WriteString(data, "abc")
			c.send("ABOR")
			settle("in an upload", 426)
			conn.Close()

			conn = c.data()
			c.want(150, "STOR up2")
			data = c.protect(conn)
			io.WriteString(data, "abc")
			data.Close()
			c.send("ABOR")
			settle("behind an upload", 226, 426)
		}
		for range few(50, 5) {
			conn := c.data()
			c.want(150, "RETR large")
			data := c.protect(conn)
			io.ReadFull(data, make([]byte, 100_000))
			// As Telnet has it, with the Synch that a client of 1985 sends.
			c.raw("\xff\xf4\xff\xf2ABOR\r\n")
			settle("in a download", 426)
			conn.Close()

			conn = c.data()
			c.want(150, "LIST -R")
			c.send("ABOR", "ABOR", "NOOP")
			if r := c.reply(); r.code != 226 && r.code != 426 && r.code != 425 {
				t.Fatalf("LIST: %v", r)
			}
			c.expect(226)
			c.expect(226)
			c.expect(200)
			conn.Close()
		}
		if octets, r := c.get("RETR small"); octets != "0123456789" || r.code != 226 {
			t.Errorf("in the end: %q, %v", octets, r)
		}
	})
}
