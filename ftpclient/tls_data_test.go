package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestTLSDataOrder shows servers that begin with TLS behind their 150, and servers that
// send that only behind TLS; and that each data connection resumes.
func TestTLSDataOrder(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, first := range []bool{true, false} {
			against(t, cert, demanding(cert, version), func(p *peer) {
				p.welcome(noFeats)
				for i := range 3 {
					if i == 0 {
						p.talk("TYPE I", "200 I.")
					}
					p.passive()
					p.expect("RETR a")
					if first {
						p.say("150 Here.")
					}
					d := p.takeTLS(p.cfg)
					if !d.ConnectionState().DidResume {
						t.Error("the data connection does not resume")
					}
					if !first {
						p.say("150 Here.")
					}
					d.Write([]byte("hello"))
					d.Close()
					p.say("226 Done.")
				}
				p.leave()
			}, hellos(3))
		}
	}
}

// hellos returns a client that fetches a file n times, and is to get "hello" each time.
func hellos(n int) func(*testing.T, *ftpclient.Options, func() string) {
	return func(t *testing.T, o *ftpclient.Options, _ func() string) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
				t.Errorf("%q, %v", got, err)
			}
		}
		c.Quit(t.Context())
	}
}

// TestTLSDataKeyExchange shows a server that has only a key exchange of which the client
// has no half at hand. It says so on the control connection, and data connections do not
// lose a round trip by that again. Otherwise they leave the choice to the server as the
// control connection does.
func TestTLSDataKeyExchange(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		name    string
		has     []tls.CurveID
		version uint16
		named   bool // by the server
	}{
		{"one that is named", []tls.CurveID{tls.CurveP384}, tls.VersionTLS13, true},
		{"one that is at hand", []tls.CurveID{tls.X25519}, tls.VersionTLS13, false},
		{"all", nil, tls.VersionTLS13, false},
		{"before TLS 1.3", []tls.CurveID{tls.CurveP384}, tls.VersionTLS12, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			against(t, cert, demanding(cert, tt.version), func(p *peer) {
				var offered []tls.CurveID
				p.cfg.CurvePreferences = tt.has
				p.cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
					offered = hello.SupportedCurves
					return nil, nil
				}
				p.welcome(noFeats)
				want := offered
				if tt.named {
					want = tt.has
				}
				p.talk("TYPE I", "200 I.")
				for range 2 {
					p.passive()
					p.talk("RETR a", "150 Here.")
					d := p.takeTLS(p.cfg)
					if s := d.ConnectionState(); s.HelloRetryRequest || !s.DidResume || !slices.Equal(offered, want) {
						t.Errorf("a data connection: resumed: %t, asked again: %t, for one of %v; want %v", s.DidResume, s.HelloRetryRequest, offered, want)
					}
					d.Write([]byte("hello"))
					d.Close()
					p.say("226 Done.")
				}
				p.leave()
			}, hellos(2))
		})
	}
}

// TestTLSTruncated shows downloads that end as anybody on the way can end them.
func TestTLSTruncated(t *testing.T) {
	cert := mint.Cert{}.Make()
	tests := []struct {
		name, verb, opening string
		change              func(*ftpclient.Options)
		ok                  bool
		log                 string
	}{
		{name: "a file of unknown size", verb: "RETR", opening: "150 Here."},
		{name: "a file of that size", verb: "RETR", opening: "150 Here (5 bytes).", ok: true},
		{name: "a file of that size, which is told in the clear", verb: "RETR", opening: "150 Here (5 bytes).",
			change: func(o *ftpclient.Options) { o.TLS.ClearControl = true }},
		{name: "a larger file", verb: "RETR", opening: "150 Here (6 bytes)."},
		{name: "a listing", verb: "MLSD", opening: "150 Here."},
		{name: "allowed", verb: "MLSD", opening: "150 Here.", ok: true, log: "without TLS's mark of the end",
			change: func(o *ftpclient.Options) { o.TLS.AllowTruncation = true }},
		{name: "left to the server", verb: "RETR", opening: "150 Here.", ok: true, log: "without TLS's mark of the end",
			change: func(o *ftpclient.Options) { o.Security = ftpclient.SecurityAuto }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := demanding(cert, 0)
			if tt.change != nil {
				tt.change(&o)
			}
			against(t, cert, o, func(p *peer) {
				p.welcome(noFeats)
				if o.TLS.ClearControl {
					p.talk("CCC", "200 In the clear.")
					p.leaveTLS()
				}
				p.talk("TYPE I", "200 I.")
				p.passive()
				p.talk(tt.verb+" a", tt.opening)
				d := p.takeTLS(p.cfg)
				d.Write([]byte("hello"))
				d.NetConn().Close()
				p.say("226 Done.")
				p.talk("NOOP", "200 OK.")
				p.leave()
			}, func(t *testing.T, o *ftpclient.Options, log func() string) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err != nil {
					t.Fatal(err)
				}
				got, err := readAll(c, tt.verb, "a")
				var te *ftpclient.TruncatedError
				switch {
				case got != "hello":
					t.Errorf("%q", got)
				case tt.ok && err != nil:
					t.Error(err)
				case !tt.ok && (!errors.As(err, &te) || te.Moved != 5 || te.Again || !errors.Is(err, io.ErrUnexpectedEOF)):
					t.Error(err)
				}
				if !strings.Contains(log(), tt.log) {
					t.Errorf("log: %s", log())
				}
				if _, err := c.Do(t.Context(), "NOOP"); err != nil {
					t.Error(err)
				}
				c.Quit(t.Context())
			})
		})
	}
}

// TestTLSTruncatedFile shows a Client that knows the size.
func TestTLSTruncatedFile(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		size  int
		clear bool // so that whoever cuts the file could also say how long it is
		ok    bool
	}{{5, false, true}, {6, false, false}, {5, true, false}} {
		size, o := tt.size, demanding(cert, 0)
		o.TLS.ClearControl = tt.clear
		against(t, cert, o, func(p *peer) {
			p.welcome("211-Features:\r\n SIZE\r\n211 End")
			if tt.clear {
				p.talk("CCC", "200 In the clear.")
				p.leaveTLS()
			}
			p.talk("TYPE I", "200 I.", "SIZE a", fmt.Sprint("213 ", size))
			p.passive()
			p.talk("RETR a", "150 Here.")
			d := p.takeTLS(p.cfg)
			d.Write([]byte("hello"))
			d.NetConn().Close()
			p.say("226 Done.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, log func() string) {
			cl := ftpclient.New(addr, o)
			defer cl.Close()
			r, err := cl.Open(t.Context(), "a", storage.Range{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			r.Close()
			if string(got) != "hello" || (err == nil) != tt.ok || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%d: %q, %v", size, got, err)
			}
			if tt.ok != strings.Contains(log(), "complete by its size") {
				t.Errorf("log: %s", log())
			}
		})
	}
}

// TestTLSOtherServer shows a data connection that somebody else has answered.
func TestTLSOtherServer(t *testing.T) {
	cert, other := mint.Cert{}.Make(), mint.Cert{}.Make()
	o := demanding(cert, 0)
	o.TLS.Config.RootCAs = mint.Roots(cert, other) // to be trusted is not enough
	against(t, cert, o, func(p *peer) {
		p.welcome(noFeats)
		p.talk("TYPE I", "200 I.")
		p.passive()
		p.talk("STOR a", "150 Send.")
		d := tls.Server(p.take(), &tls.Config{Certificates: []tls.Certificate{*other}})
		if got, err := io.ReadAll(d); len(got) > 0 || err == nil {
			t.Errorf("%q, %v", got, err)
		}
		d.Close()
		p.say("425 No TLS.")
		p.leave()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Begin(t.Context(), ftpclient.Command{Verb: "STOR", Arg: "a"})
		var ce *ftpclient.CertError
		if !errors.As(err, &ce) || ce.Kind() != ftpclient.CertChanged || !strings.Contains(err.Error(), "425 No TLS.") {
			t.Error(err)
		}
		c.Quit(t.Context())
	})
}

// TestTLSNoTicket shows a server that demands what it gives no means for.
func TestTLSNoTicket(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, opening := range []string{"150 Here.", ""} {
		against(t, cert, demanding(cert, tls.VersionTLS12), func(p *peer) {
			p.cfg.SessionTicketsDisabled = true
			p.welcome(noFeats)
			p.talk("TYPE I", "200 I.")
			p.passive()
			p.expect("RETR a")
			if opening != "" {
				p.say(opening)
			}
			p.takeTLS(p.cfg).NetConn().Close()
			p.say("522 SSL connection failed; session reuse required")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			_, err = readAll(c, "RETR", "a")
			if !errors.Is(err, ftpclient.ErrSecurity) || !strings.Contains(err.Error(), "has given no ticket") {
				t.Error(err)
			}
			c.Quit(t.Context())
		})
	}
}

// TestTLSAbort shows ABOR without anything of Telnet, and a cut upload that no server
// can take for the whole.
func TestTLSAbort(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, verb := range []string{"RETR", "STOR"} {
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.welcome(noFeats)
			p.talk("TYPE I", "200 I.")
			p.passive()
			p.talk(verb+" a", "150 Go.")
			d := p.takeTLS(p.cfg)
			if verb == "RETR" {
				d.Write([]byte("hello"))
			}
			p.expect("ABOR")
			p.say("426 Cut.")
			p.say("226 Aborted.")
			var b [1]byte
			for {
				if _, err := d.Read(b[:]); err != nil {
					if verb == "STOR" && err == io.EOF {
						t.Error("the upload ends as a whole one does")
					}
					break
				}
			}
			d.Close()
			p.talk("NOOP", "200 OK.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			tr, err := c.Begin(ctx, ftpclient.Command{Verb: verb, Arg: "a"})
			if err != nil {
				t.Fatal(err)
			}
			if verb == "STOR" {
				io.WriteString(tr, "hello")
			} else {
				io.ReadFull(tr, make([]byte, 5))
			}
			cancel()
			synctest.Wait()
			if _, err := tr.Read(make([]byte, 1)); verb == "RETR" && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if err := tr.Abort(); err != nil {
				t.Error(err)
			}
			if _, err := c.Do(t.Context(), "NOOP"); err != nil {
				t.Error(err)
			}
			c.Quit(t.Context())
		})
	}
}

// TestTLSBatch shows many files over one protected data connection, commands ahead of
// replies, and that the control connection outlives its deadlines.
func TestTLSBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		cert := mint.Cert{}.Make()
		fsys := mem.New(mem.Options{})
		var names []string
		for i := range 100 {
			name := fmt.Sprint("f", i)
			names = append(names, name)
			w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, strings.Repeat(name, i*100))
			if _, err := w.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		at := serveFerry(t, n, fsys, withTLS(cert))
		dials := &counting{Net: n}
		o := demanding(cert, 0)
		o.Net, o.MaxConns = dials, 1
		cl := ftpclient.New(at, &o)
		defer cl.Close()
		for range 2 {
			i := 0
			err := cl.ReadFiles(t.Context(), func(yield func(string) bool) {
				for _, name := range names {
					if !yield(name) {
						return
					}
				}
			}, func(name string, r io.Reader, err error) error {
				if err != nil {
					return err
				}
				got, err := io.ReadAll(r)
				if want := strings.Repeat(name, i*100); string(got) != want {
					t.Errorf("%s: %d octets instead of %d", name, len(got), len(want))
				}
				i++
				return err
			})
			if err != nil || i != len(names) {
				t.Errorf("%d files, %v", i, err)
			}
			pass(3 * time.Minute)
		}
		if dials.count != 2 {
			t.Errorf("%d connections for it all", dials.count)
		}
	})
}

// counting counts the connections that are made.
type counting struct {
	*memnet.Net
	count int
}

func (c *counting) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	c.count++
	return c.Net.Dial(ctx, network, local, address)
}

// TestTLSLevelByHand shows that what a user says by PROT is heeded, and that REIN is not
// his to say.
func TestTLSLevelByHand(t *testing.T) {
	cert := mint.Cert{}.Make()
	against(t, cert, demanding(cert, 0), func(p *peer) {
		p.welcome(noFeats)
		p.talk("PROT C", "200 C.", "TYPE I", "200 I.")
		for _, level := range []string{"C", "P"} {
			p.passive()
			p.talk("RETR a", "150 Here.")
			var d net.Conn
			if level == "C" {
				d = p.take()
			} else {
				d = p.takeTLS(p.cfg)
			}
			d.Write([]byte("hello"))
			d.Close()
			p.say("226 Done.")
			if level == "C" {
				p.talk("PROT P", "200 P.")
			}
		}
		p.leave()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, level := range []string{"C", "P"} {
			if _, err := c.Do(t.Context(), "PROT", level); err != nil {
				t.Error(err)
			}
			if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
				t.Errorf("%q, %v", got, err)
			}
		}
		if _, err := c.Do(t.Context(), "REIN"); err == nil {
			t.Error("REIN was sent")
		}
		c.Quit(t.Context())
	})
}

// TestTLSSilence shows data connections on which the server never begins with TLS: they
// end with the time limit or the context, and the control connection goes on.
func TestTLSSilence(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, cancelled := range []bool{true, false} {
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.welcome(noFeats)
			p.talk("TYPE I", "200 I.")
			p.passive()
			p.talk("RETR a", "150 Here.")
			d := p.take()
			if cancelled {
				p.talk("ABOR", "426 Cut.")
				p.say("226 Aborted.")
			}
			io.Copy(io.Discard, d)
			d.Close()
			if !cancelled {
				p.say("522 No TLS.")
			}
			p.talk("NOOP", "200 OK.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), hour)
			defer cancel()
			want := "522 No TLS."
			if cancelled {
				ctx, cancel = context.WithTimeout(ctx, time.Second)
				defer cancel()
				want = context.DeadlineExceeded.Error()
			}
			start := time.Now()
			_, err = c.Begin(ctx, ftpclient.Command{Verb: "RETR", Arg: "a"})
			if err == nil || !strings.Contains(err.Error(), want) || time.Since(start) > 2*time.Minute {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
			if !cancelled && !errors.Is(err, ftpclient.ErrSecurity) {
				t.Error(err)
			}
			if _, err := c.Do(t.Context(), "NOOP"); err != nil {
				t.Error(err)
			}
			c.Quit(t.Context())
		})
	}
}
