package ftpserver_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// old is a control connection that lasts, and what its client does.
type old struct {
	version uint16
	reuse   ftpserver.TLSReuse
	keep    bool // it keeps to its first ticket; else it takes the newest
	loads   string
}

func (o old) String() string {
	return fmt.Sprintf("%s/reuse=%d/keep=%v/%s", tls.VersionName(o.version), o.reuse, o.keep, o.loads)
}

// eachOld calls test for all kinds of old control connections.
func eachOld(t *testing.T, test func(t *testing.T, w *world, o old, c *client, cfg *tls.Config)) {
	for _, version := range versions {
		for _, reuse := range []ftpserver.TLSReuse{ftpserver.ReuseBind, ftpserver.ReuseRequire} {
			for _, keep := range []bool{false, true} {
				for _, loads := range []string{"up", "up and down"} {
					o := old{version, reuse, keep, loads}
					t.Run(o.String(), func(t *testing.T) {
						inBubble(t, func(t *testing.T, w *world) {
							w.cfg.Limits.Idle = -1
							w.cfg.TLS.Reuse = reuse
							cfg := trusting(&ticketCache{keep: keep})
							cfg.MinVersion, cfg.MaxVersion = version, version
							test(t, w, o, w.connectTLS(cfg), cfg)
						})
					})
				}
			}
		}
	}
}

// load does a transfer that must begin, and returns the final reply and whether the
// session was resumed. What is refused was not resumed.
func (w *world) load(c *client, up bool, cfg *tls.Config) (resumed bool, r ftp.Reply) {
	w.t.Helper()
	line, want := "RETR f", []byte("what is in the file")
	if up {
		line = "STOR f"
	}
	conn := w.transfer(c, line, cfg)
	if up {
		conn.Write(want)
		conn.CloseWrite()
	}
	got, err := io.ReadAll(conn)
	conn.Close()
	r = c.reply()
	if r.Code == ftp.CodeDone && (err != nil || !up && !bytes.Equal(got, want)) {
		w.t.Fatalf("got %q, error %v", got, err)
	}
	return conn.ConnectionState().DidResume, r
}

// later lets time pass in a bubble, and what was to happen happen.
func later(d time.Duration) {
	time.Sleep(d) // fake
	synctest.Wait()
}

// A control connection may last longer than a ticket, and than the keys that seal it.
// As long as there is a ticket that can be resumed, it is. Then the client is known
// by its address alone or, where that will not do, told to connect again. Nobody is
// left with a session that refuses all transfers.
func TestOldControlConnection(t *testing.T) {
	eachOld(t, func(t *testing.T, w *world, o old, c *client, cfg *tls.Config) {
		// A download brings a new ticket, which in TLS 1.2 is for the old session.
		renews := o.version == tls.VersionTLS13 && !o.keep && o.loads == "up and down"
		const day = 24 * time.Hour
		since, reconnected := time.Now(), 0
		pause := func() time.Duration {
			if age := time.Since(since); age > 7*day-5*time.Hour && age < 7*day+2*time.Hour {
				return 25 * time.Minute
			}
			return 5 * time.Hour
		}
		for begun := time.Now(); time.Since(begun) < 17*day; later(pause()) {
			for i := range 4 {
				age := time.Since(since)
				resumed, r := w.load(c, o.loads == "up" || i%2 == 0, cfg)
				if r.Code == ftp.CodeClosing && o.reuse == ftpserver.ReuseRequire && age > 6*day {
					if rest, err := io.ReadAll(c.conn); len(rest) > 0 || err != nil {
						t.Errorf("behind 421: %q, %v", rest, err)
					}
					cfg = cfg.Clone()
					cfg.ClientSessionCache = &ticketCache{keep: o.keep}
					c = w.connectTLS(cfg)
					since, age = time.Now(), 0
					reconnected++
					resumed, r = w.load(c, true, cfg)
				}
				switch {
				case r.Code != ftp.CodeDone:
					t.Fatalf("at %v: %v; resumed: %v", age, r, resumed)
				case !resumed && (renews || age < 6*day || o.reuse == ftpserver.ReuseRequire):
					t.Fatalf("at %v: not resumed", age)
				}
			}
		}
		want := 0
		if o.reuse == ftpserver.ReuseRequire && !renews {
			want = 2
		}
		if reconnected != want {
			t.Errorf("the client had to connect again %d times, want %d", reconnected, want)
		}
	})
}

// A thief without a ticket is refused for as long as the client has one: where that is
// required, or where the client has shown of late that it has.
func TestThiefOfOldControlConnection(t *testing.T) {
	eachOld(t, func(t *testing.T, w *world, o old, c *client, cfg *tls.Config) {
		renews := !o.keep && (o.loads == "up and down" || o.version == tls.VersionTLS12)
		for age := time.Duration(0); age < 6*24*time.Hour; age += 7 * time.Hour {
			if age > 0 && o.reuse == ftpserver.ReuseBind && !renews {
				break // others may have forgotten a ticket as old as that
			}
			for i := range 3 {
				if resumed, r := w.load(c, o.loads == "up" || i%2 == 0, cfg); !resumed || r.Code != ftp.CodeDone {
					t.Fatalf("at %v: %v; resumed: %v", age, r, resumed)
				}
			}
			none := cfg.Clone()
			none.ClientSessionCache = nil
			if _, r := w.load(c, false, none); r.Code != ftp.CodeProtocols {
				t.Fatalf("at %v: %v", age, r)
			}
			later(7 * time.Hour)
		}
	})
}
