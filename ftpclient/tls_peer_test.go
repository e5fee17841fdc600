package ftpclient_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// peer is a server that a test plays in Go: a transcript cannot say what is below the
// lines. A step that goes wrong fails the test, and ends the peer.
type peer struct {
	t    *testing.T
	n    *memnet.Net
	ln   net.Listener
	cfg  *tls.Config // of the control connection
	raw  net.Conn
	conn net.Conn
	r    *bufio.Reader
	data net.Listener
	tls  *tls.Conn
}

// against runs serve as the server for what do does, in a bubble, and demands that
// nothing is left open. What is logged is returned to do by log.
func against(t *testing.T, cert *tls.Certificate, o ftpclient.Options, serve func(p *peer), do func(t *testing.T, o *ftpclient.Options, log func() string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		ln, err := n.Listen(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		p := &peer{t: t, n: n, ln: ln, cfg: &tls.Config{Certificates: []tls.Certificate{*cert}}}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			defer ln.Close()
			defer func() {
				if p.raw != nil {
					p.raw.Close()
				}
				if r := recover(); r != nil && r != errPeer {
					panic(r)
				}
			}()
			serve(p)
		}()
		var log strings.Builder
		o.Net, o.Log = n, slog.New(slog.NewTextHandler(&log, nil))
		do(t, &o, log.String)
		<-ended
		synctest.Wait()
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
}

var errPeer = fmt.Errorf("the peer has failed")

func (p *peer) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Errorf("the server: %v", err)
		panic(errPeer)
	}
}

// accept takes the next control connection.
func (p *peer) accept() {
	conn, err := p.ln.Accept()
	p.must(err)
	p.raw = conn
	p.over(conn)
}

func (p *peer) over(conn net.Conn) { p.conn, p.r = conn, bufio.NewReader(conn) }

// expect reads commands, each of which has to be the one given.
func (p *peer) expect(lines ...string) {
	p.t.Helper()
	for _, want := range lines {
		line, err := p.r.ReadString('\n')
		p.must(err)
		if line = strings.TrimSuffix(line, "\r\n"); line != want {
			p.must(fmt.Errorf("command %q instead of %q", line, want))
		}
	}
}

func (p *peer) say(line string) {
	p.t.Helper()
	_, err := io.WriteString(p.conn, line+"\r\n")
	p.must(err)
}

// talk is expect and say in turn.
func (p *peer) talk(lines ...string) {
	p.t.Helper()
	for i := 0; i+1 < len(lines); i += 2 {
		p.expect(lines[i])
		p.say(lines[i+1])
	}
}

// protect begins TLS.
func (p *peer) protect() {
	p.t.Helper()
	p.protectCorked()
}

// welcome greets, begins TLS, and has the client log in.
func (p *peer) welcome(feats string) {
	p.t.Helper()
	p.accept()
	p.say("220 Ready.")
	p.talk("AUTH TLS", "234 Go.")
	p.protect()
	p.talk("USER anonymous", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.")
	if feats != "" {
		p.talk("FEAT", feats)
	}
}

// noFeats has no features.
const noFeats = "502 No."

// passive answers EPSV.
func (p *peer) passive() {
	p.t.Helper()
	ln, err := p.n.Listen(p.t.Context(), "tcp", "127.0.0.1:0")
	p.must(err)
	p.data = ln
	p.talk("EPSV", fmt.Sprintf("229 Here (|||%d|)", ln.Addr().(*net.TCPAddr).Port))
}

// take accepts the data connection.
func (p *peer) take() net.Conn {
	p.t.Helper()
	conn, err := p.data.Accept()
	p.must(err)
	p.data.Close()
	return conn
}

// takeTLS accepts the data connection and begins TLS on it.
func (p *peer) takeTLS(cfg *tls.Config) *tls.Conn {
	p.t.Helper()
	conn := tls.Server(p.take(), cfg)
	p.must(conn.Handshake())
	return conn
}

// leave takes a QUIT.
func (p *peer) leave() {
	p.t.Helper()
	p.talk("QUIT", "221 Bye.")
	io.Copy(io.Discard, p.r)
	p.raw.Close()
}

// corked is a connection that sends what is written in one piece, once it is told to.
type corked struct {
	net.Conn
	held []byte
	on   bool
}

func (c *corked) Write(b []byte) (int, error) {
	if !c.on {
		return c.Conn.Write(b)
	}
	c.held = append(c.held, b...)
	return len(b), nil
}

// Read never reads beyond what TLS has asked for, which may be its end.
func (c *corked) Read(b []byte) (int, error) { return c.Conn.Read(b[:1]) }

func (c *corked) flush() {
	c.on = false
	c.SetWriteDeadline(time.Time{}) // crypto/tls leaves one that has passed
	c.Conn.Write(c.held)
}

// protectCorked is protect, and returns what carries TLS.
func (p *peer) protectCorked() *corked {
	p.t.Helper()
	c := &corked{Conn: p.raw}
	p.tls = tls.Server(c, p.cfg)
	p.must(p.tls.Handshake())
	p.over(p.tls)
	return c
}

// leaveTLS ends TLS in both directions.
func (p *peer) leaveTLS() {
	p.t.Helper()
	p.must(p.tls.CloseWrite())
	p.untilEnd()
}

// untilEnd reads up to the client's end of TLS, and goes on in the clear.
func (p *peer) untilEnd() {
	p.t.Helper()
	if n, err := io.Copy(io.Discard, p.r); n > 0 || err != nil {
		p.must(fmt.Errorf("before the end of TLS: %d octets, %v", n, err))
	}
	p.raw.SetWriteDeadline(time.Time{}) // crypto/tls leaves one that has passed
	p.over(p.raw)
}
