package ftpserver_test

import (
	"errors"
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// A client that sends RETR and the next EPSV together has begun to connect to the port
// before when it learns that there is no such file. If that comes late it must not be
// taken for the next data connection. With two ports it would be, every other time.
func TestLateConnectionFindsNobody(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Passive = ftpserver.Passive{MinPort: 5000, MaxPort: 5001}
		if err := w.write("file", "content"); err != nil {
			t.Fatal(err)
		}
		c := w.connect()
		c.login("joe", "secret")
		for range 16 {
			before := w.epsv(c)
			c.want(ftp.CodeUnavailable, "RETR none")
			now := w.epsv(c)
			late, err := w.net.Host(client4).Dial(t.Context(), "tcp", nil, before)
			if err == nil {
				late.Close()
			}
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Fatalf("a late connection to %s, with the next awaited at %s: %v", before, now, err)
			}
			conn, err := w.net.Host(client4).Dial(t.Context(), "tcp", nil, now)
			if err != nil {
				t.Fatal(err)
			}
			c.want(ftp.CodeOpening, "RETR file")
			got, err := io.ReadAll(conn)
			conn.Close()
			if r := c.reply(); string(got) != "content" || err != nil || r.Code != ftp.CodeDone {
				t.Fatalf("%q, %v, %v", got, err, r)
			}
		}
	})
}

// However a port was given up, no other session is told of it next.
func TestPortsGivenUp(t *testing.T) {
	for name, giveUp := range map[string]func(*client){
		"another way":  func(c *client) { c.want(ftp.CodeOK, "PORT 198,51,100,7,10,10") },
		"new login":    func(c *client) { c.want(ftp.CodeNeedPassword, "USER joe"); c.want(ftp.CodeLoggedIn, "PASS secret") },
		"no more EPSV": func(c *client) { c.want(ftp.CodeOK, "EPSV ALL") },
		"expired":      func(*client) { <-time.After(time.Minute) },
		"nobody came": func(c *client) {
			c.want(ftp.CodeOpening, "NLST")
			if r := c.reply(); r.Code != ftp.CodeNoData {
				c.t.Fatal(r)
			}
		},
		"aborted": func(c *client) {
			c.want(ftp.CodeOpening, "NLST")
			c.want(ftp.CodeAborted, "ABOR")
			c.reply()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Passive = ftpserver.Passive{MinPort: 5000, MaxPort: 5001}
				w.cfg.Limits.DataConnect = 5 * time.Second
				for range 16 {
					one, other := w.connect(), w.connect()
					one.login("joe", "secret")
					other.login("joe", "secret")
					before := w.epsv(one)
					giveUp(one)
					if now := w.epsv(other); now == before {
						t.Fatalf("%s is told again", now)
					}
					one.want(ftp.CodeBye, "QUIT")
					other.want(ftp.CodeBye, "QUIT")
					synctest.Wait() // a session gives its port up after it has said goodbye
				}
			})
		})
	}
}

// A port that was given up is better than none.
func TestPortsGivenUpAreTheLast(t *testing.T) {
	for _, max := range []uint16{5000, 5001, 5004} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.Passive = ftpserver.Passive{MinPort: 5000, MaxPort: max}
			seen := make(map[string]bool)
			for port := 5000; port <= int(max); port++ {
				c := w.connect()
				c.login("joe", "secret")
				w.epsv(c)
				w.epsv(c)
				seen[w.epsv(c)] = true
			}
			if want := int(max) - 5000 + 1; len(seen) != want {
				t.Errorf("%d sessions listen on %d of %d ports: %v", want, len(seen), want, seen)
			}
			c := w.connect()
			c.login("joe", "secret")
			c.want(ftp.CodeNoData, "EPSV")
		})
	}
}
