package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// says fails the test unless err is the time-out, or the failure, of one of the two
// connections, and says so in these words.
func says(t *testing.T, err error, data, timeout bool, words ...string) {
	t.Helper()
	var ce *ftpclient.ConnError
	if !errors.As(err, &ce) || ce.Data != data || ce.Timeout() != timeout {
		t.Fatalf("the error is %#v: %v", ce, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error is\n%v\nwithout\n%s", err, w)
		}
	}
}

// TestHintFirewall: which connection a firewall has swallowed or refused is told.
func TestHintFirewall(t *testing.T) {
	drop := func(from, to uint16, v memnet.Verdict) func(uint16) memnet.Verdict {
		return func(port uint16) memnet.Verdict {
			if from <= port && port <= to {
				return v
			}
			return memnet.Allow
		}
	}
	for name, tt := range map[string]struct {
		wall    func(uint16) memnet.Verdict
		mode    ftpclient.DataMode
		dial    bool // it is the control connection
		timeout bool
		want    string
	}{
		"control":         {wall: drop(21, 21, memnet.Drop), dial: true, timeout: true, want: "nothing answers there at all"},
		"control refused": {wall: drop(21, 21, memnet.Reject), dial: true, want: "connection refused"},
		"passive":         {wall: drop(1024, 65535, memnet.Drop), mode: ftpclient.DataPassive, timeout: true, want: "passive ports not opened at the server, usually are the reason"},
		"passive refused": {wall: drop(1024, 65535, memnet.Reject), mode: ftpclient.DataPassive, want: "the passive ports of the server are not passed on to it"},
		"EPSV alone":      {wall: drop(1024, 65535, memnet.Drop), mode: ftpclient.DataEPSVAll, timeout: true, want: "a firewall between here and there"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				addr := serveFerry(t, n, mem.New(mem.Options{}))
				n.Host("127.0.0.1").Firewall(tt.wall)
				c, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: n, Data: tt.mode})
				if tt.dial {
					says(t, err, false, tt.timeout, tt.want)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer c.Quit(t.Context())
				_, err = c.Begin(t.Context(), ftpclient.Command{Verb: "LIST"})
				says(t, err, true, tt.timeout, tt.want)
				if r, err := c.Do(t.Context(), "NOOP"); err != nil || !r.Code.OK() {
					t.Errorf("the control connection is out of step: %v, %v", r, err)
				}
			})
		})
	}
}

// TestHintNAT: a server that does not know of the NAT before it is told by the address
// that it gives.
func TestHintNAT(t *testing.T) {
	script := oldServer + typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 227 Entering Passive Mode (10,0,0,5,4,1).\n"
	o := ftpclient.Options{Data: ftpclient.DataPassive}
	withConn(t, script, o, func(t *testing.T, c *ftpclient.Conn) {
		_, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
		says(t, err, true, false, "the server takes itself for 10.0.0.5, so that it does not know of the NAT before it")
	})
}

// TestHintActive: why no server connects to here depends on what it was told.
func TestHintActive(t *testing.T) {
	for _, tt := range []struct{ client, server, want string }{
		{"192.168.1.2", "192.0.2.1", "the server cannot reach 192.168.1.2, which is an address behind a NAT; use passive mode"},
		{"100.64.0.9", "192.0.2.1", "the server cannot reach 100.64.0.9"},
		{"192.168.1.2", "192.168.1.9", "a firewall or NAT on this side usually is the reason; use passive mode"},
		{"198.51.100.3", "192.0.2.1", "a firewall or NAT on this side usually is the reason; use passive mode"},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := memnet.New()
			here, there := n.Host(tt.client), n.Host(tt.server)
			ln, err := there.Listen(t.Context(), "tcp", tt.server+":21")
			if err != nil {
				t.Fatal(err)
			}
			serveOn(t, ln, there, mem.New(mem.Options{}))
			here.Firewall(func(uint16) memnet.Verdict { return memnet.Drop })
			c, err := ftpclient.Dial(t.Context(), tt.server, &ftpclient.Options{Net: here, Data: ftpclient.DataActive, Timeout: 10 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Quit(t.Context())
			_, err = c.Begin(t.Context(), ftpclient.Command{Verb: "LIST"})
			says(t, err, true, true, "wait for the server to connect", tt.want)
		})
	}
}

// forgetting is a network with a NAT that forgets control connections which are silent
// for as long as that, without a word to either end.
func forgetting(n *memnet.Net, after time.Duration) {
	n.OnConnect = func(dialed, accepted *memnet.Conn) {
		if strings.HasSuffix(dialed.RemoteAddr().String(), ":21") {
			time.AfterFunc(after, func() { dialed.Stall(); accepted.Stall() })
		}
	}
}

// TestHintForgotten: a connection that was silent for long is told apart from a server
// that is.
func TestHintForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		forgetting(n, time.Minute)
		addr := serveFerry(t, n, mem.New(mem.Options{}), func(c *ftpserver.Config) { c.Limits.Idle = time.Hour })
		c, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: n})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		pass(10 * time.Minute)
		_, err = c.Do(t.Context(), "NOOP")
		says(t, err, false, true, "wait for the reply to NOOP", "nothing had gone over the control connection for 10m0s before, and a NAT or firewall on the way has probably forgotten it")
	})
}

// TestHintSilence: a reply that does not come tells how far things had got.
func TestHintSilence(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"no answer to RETR, with a data connection": {typeI + passive + "C: RETR a\nD open\n+1m\nX: client closed\n", "the server is silent, though the data connection stands"},
		"no 226 at once":            {typeI + passive + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\nD< closed\n+1m\nX: client closed\n", "(the server is silent, though all octets have gone over)"},
		"no 226 after four minutes": {typeI + passive + "C: RETR a\nS: 150 Here.\nD open\nD< \"he\"\n+4m\nD< \"llo\"\nD< closed\n+1m\nX: client closed\n", "nothing had gone over the control connection for 4m0s while they did, and a NAT or firewall on the way has probably forgotten it"},
	} {
		t.Run(name, func(t *testing.T) {
			playing(t, oldServer+tt.script, ftpclient.Options{}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				_, err = fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
				says(t, err, false, true, tt.want)
			})
		})
	}
}

// slowly is a file whose octets take a minute for each chunk.
type slowly struct{ chunks int }

func (s *slowly) Read(p []byte) (int, error) {
	if s.chunks == 0 {
		return 0, io.EOF
	}
	s.chunks--
	pass(time.Minute)
	return copy(p, "0123456789"), nil
}

// TestForgottenAtTheEnd: where a NAT forgets the control connection while a file goes
// over, the file is looked at over a new connection, and is there.
func TestForgottenAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		forgetting(n, 5*time.Minute)
		store := mem.New(mem.Options{})
		addr := serveFerry(t, n, store, func(c *ftpserver.Config) { c.Limits.Idle = time.Hour })
		cl := ftpclient.New(addr, &ftpclient.Options{Net: n})
		defer cl.Close()
		w, err := cl.Create(t.Context(), "film", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(w, &slowly{20}); err != nil || n != 200 {
			t.Fatal(n, err)
		}
		info, err := w.Commit(t.Context())
		if err != nil || info.Size != 200 {
			t.Errorf("%+v, %v", info, err)
		}
		// The server closes what nobody answers on, once it has noticed.
		n.OnConnect = nil
	})
}

// TestHintStall: a data connection that stands still is told apart from a server that is
// gone.
func TestHintStall(t *testing.T) {
	for name, gone := range map[string]bool{"data connection": false, "all": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				there := n.Host("192.0.2.1")
				ln, err := there.Listen(t.Context(), "tcp", "192.0.2.1:21")
				if err != nil {
					t.Fatal(err)
				}
				store := mem.New(mem.Options{Capacity: 1 << 30})
				if err := fill(store, "a", strings.Repeat("x", 10<<20)); err != nil {
					t.Fatal(err)
				}
				serveOn(t, ln, there, store)
				n.OnConnect = func(dialed, accepted *memnet.Conn) {
					if !strings.HasSuffix(dialed.RemoteAddr().String(), ":21") {
						accepted.FailAfter(1000, memnet.Stall)
					}
				}
				c, err := ftpclient.Dial(t.Context(), "192.0.2.1", &ftpclient.Options{Net: n, Stall: time.Minute})
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if gone {
					time.AfterFunc(30*time.Second, there.Unplug)
				}
				_, err = fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
				want := "no octet of the file has moved for 1m0s, though the server answers on the control connection"
				if gone {
					want = "no octet of the file has moved for 1m0s, and the control connection is silent, too"
				}
				says(t, err, true, true, want)
				if gone {
					there.Plug()
				}
			})
		})
	}
}

// fill stores a file in a store itself.
func fill(fsys storage.FS, name, text string) error {
	w, err := fsys.Create(context.Background(), name, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	_, err = w.Commit(context.Background())
	return err
}

// TestHintDataTLS: a handshake that hangs on a data connection that stands is neither a
// closed port nor a silent server.
func TestHintDataTLS(t *testing.T) {
	cert := mint.Cert{}.Make()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		addr := serveFerry(t, n, mem.New(mem.Options{}), withTLS(cert))
		n.OnConnect = func(dialed, _ *memnet.Conn) {
			if !strings.HasSuffix(dialed.RemoteAddr().String(), ":21") {
				dialed.Stall()
			}
		}
		o := demanding(cert, tls.VersionTLS13)
		o.Net, o.Timeout = n, 20*time.Second
		c, err := ftpclient.Dial(t.Context(), addr, &o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, err = c.Begin(t.Context(), ftpclient.Command{Verb: "LIST"})
		says(t, err, true, true, "set up TLS", "the connection stands, and the server does not begin TLS on it")
		if r, err := c.Do(t.Context(), "NOOP"); err != nil || !r.Code.OK() {
			t.Errorf("the control connection is out of step: %v, %v", r, err)
		}
	})
}
