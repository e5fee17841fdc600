package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
)

// TestTLSLossyUpload shows servers that lose the end of an upload under TLS 1.3, and
// say so or not: it is noticed, and TLS 1.2 is used for the next.
func TestTLSLossyUpload(t *testing.T) {
	cert := mint.Cert{}.Make()
	const feats = "211-Features:\r\n SIZE\r\n211 End"
	for _, final := range []string{"226 Done.", "426 Failure reading network stream."} {
		upload := func(p *peer) {
			p.talk("SIZE a", "550 No such file.")
			p.passive()
			p.talk("STOR a", "150 Send.")
			d := p.takeTLS(p.cfg)
			got, err := io.ReadAll(d)
			if string(got) != "hello" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			d.Close()
		}
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.welcome(feats)
			p.talk("TYPE I", "200 I.")
			upload(p)
			p.say(final)
			if final[0] == '2' {
				p.talk("SIZE a", "213 3")
			}
			io.Copy(io.Discard, p.r)
			p.raw.Close()
			p.welcome("")
			if v := p.tls.ConnectionState().Version; v != tls.VersionTLS12 {
				t.Errorf("version %x", v)
			}
			p.talk("TYPE I", "200 I.")
			upload(p)
			p.say("226 Done.")
			p.talk("SIZE a", "213 5")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, log func() string) {
			o.TLS.Config.MinVersion, o.TLS.Config.MaxVersion = 0, 0
			cl := ftpclient.New(addr, o)
			defer cl.Close()
			for i := range 2 {
				w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(w, "hello")
				_, err = w.Commit(t.Context())
				var te *ftpclient.TruncatedError
				if i == 0 && (!errors.As(err, &te) || !te.Again || !te.Upload || te.Moved != 5) || i == 1 && err != nil {
					t.Error(err)
				}
			}
			if !strings.Contains(log(), "TLS 1.2 is used from now on") {
				t.Errorf("log: %s", log())
			}
		})
	}
}

// TestTLSUploadEnds shows that what is on its way has time to go, longer than the five
// seconds that crypto/tls gives to the end, and that a server that says nothing of its
// own end is not waited for.
func TestTLSUploadEnds(t *testing.T) {
	cert := mint.Cert{}.Make()
	const size = 1 << 20
	against(t, cert, demanding(cert, 0), func(p *peer) {
		p.welcome(noFeats)
		p.talk("TYPE I", "200 I.")
		p.passive()
		p.talk("STOR a", "150 Send.")
		d := p.takeTLS(p.cfg)
		n, err := io.Copy(io.Discard, d)
		if n != size || err != nil {
			t.Errorf("%d octets, %v", n, err)
		}
		p.say("226 Done.") // and neither close_notify nor FIN before the client's
		p.leave()
		d.NetConn().Close()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		o.Net = full{o.Net}
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "STOR", Arg: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Write(make([]byte, size)); err != nil {
			t.Error(err)
		}
		start := time.Now()
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("the end took %v", took)
		}
		c.Quit(t.Context())
	})
}

// full is a network on which there is no room for the few octets of the end of TLS on
// a data connection until twenty seconds later, as there is on a long fat pipe.
type full struct{ ftpclient.Network }

func (n full) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	conn, err := n.Network.Dial(ctx, network, local, address)
	if err != nil || address == addr {
		return conn, err
	}
	return &fullConn{Conn: conn.(*memnet.Conn)}, nil
}

type fullConn struct {
	*memnet.Conn
	large bool         // something has been sent
	late  atomic.Int64 // the deadline of Write, in nanoseconds
}

func (c *fullConn) SetDeadline(t time.Time) error {
	c.SetWriteDeadline(t)
	return c.Conn.SetDeadline(t)
}

func (c *fullConn) SetWriteDeadline(t time.Time) error {
	c.late.Store(math.MaxInt64)
	if !t.IsZero() {
		c.late.Store(t.UnixNano())
	}
	return c.Conn.SetWriteDeadline(t)
}

func (c *fullConn) Write(b []byte) (int, error) {
	c.large = c.large || len(b) > 10_000
	if c.large && len(b) < 64 {
		for room := time.Now().Add(20 * time.Second); time.Now().Before(room); pass(100 * time.Millisecond) {
			if late := c.late.Load(); late != 0 && late <= time.Now().UnixNano() {
				return 0, os.ErrDeadlineExceeded
			}
		}
	}
	return c.Conn.Write(b)
}

// TestTLSUploadEndCut shows an upload that is given up, by its context or by Close of the
// connection, while there is no room for the end of TLS.
func TestTLSUploadEndCut(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, byClose := range []bool{false, true} {
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.welcome(noFeats)
			p.talk("TYPE I", "200 I.")
			p.passive()
			p.talk("STOR a", "150 Send.")
			d := p.takeTLS(p.cfg)
			io.Copy(io.Discard, d)
			d.NetConn().Close()
			if !byClose {
				p.say("426 It was cut.")
				p.leave()
			}
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			o.Net = full{o.Net}
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tr, err := c.Begin(ctx, ftpclient.Command{Verb: "STOR", Arg: "a"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tr.Write(make([]byte, 1<<20)); err != nil {
				t.Error(err)
			}
			start := time.Now()
			time.AfterFunc(3*time.Second, func() {
				if byClose {
					c.Close()
				} else {
					cancel()
				}
			})
			if err := tr.Close(); err == nil {
				t.Error("it is said to be complete")
			}
			if took := time.Since(start); took < 3*time.Second || took > 4*time.Second {
				t.Errorf("it took %v", took)
			}
			c.Quit(t.Context())
		})
	}
}
