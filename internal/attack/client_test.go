package attack_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// patience is how long anything may take before the test counts as stuck. What is
// fast or slow is no subject here.
const patience = 60 * time.Second

// client is a client that knows nothing of manners: it sends the octets it is told to.
type client struct {
	t    testing.TB
	w    *world
	from string // the address that it connects from
	conn net.Conn
	r    *bufio.Reader
	sent string      // what was sent last
	tls  *tls.Config // of all connections; nil: they are in the clear
}

// reply is a reply as it came.
type reply struct {
	code int
	text string // all lines, without line ends, joined by "\n"
}

func (r reply) String() string { return r.text }

// dialFrom connects from a host and reads the greeting.
func (w *world) dialFrom(t testing.TB, from string) *client {
	t.Helper()
	c := w.knock(t, from)
	if r := c.reply(); r.code != 220 {
		t.Fatalf("the greeting is %v", r)
	}
	if w.tls {
		c.auth(newTLS())
	}
	return c
}

// knock connects from a host and reads nothing.
func (w *world) knock(t testing.TB, from string) *client {
	t.Helper()
	c := &client{t: t, w: w, from: from}
	c.use(c.connect(w.addr))
	return c
}

// dial connects as anybody may.
func (w *world) dial(t testing.TB) *client {
	t.Helper()
	return w.dialFrom(t, here)
}

// login connects and logs in as joe.
func (w *world) login(t testing.TB) *client {
	t.Helper()
	return w.loginFrom(t, here)
}

func (w *world) loginFrom(t testing.TB, from string) *client {
	t.Helper()
	c := w.dialFrom(t, from)
	c.enter()
	return c
}

// enter logs in as joe, in TYPE I.
func (c *client) enter() {
	c.t.Helper()
	c.want(331, "USER joe")
	c.want(230, "PASS secret")
	c.want(200, "TYPE I")
}

// connect makes a connection that ends with the test.
func (c *client) connect(addr string) net.Conn {
	c.t.Helper()
	conn, err := dialFrom(c.from, addr)
	check(c.t, err)
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

func dialFrom(host, addr string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(host)}, Timeout: patience}
	conn, err := d.Dial("tcp", addr)
	if err == nil {
		conn.SetDeadline(time.Now().Add(patience))
	}
	return conn, err
}

// use makes conn the control connection.
func (c *client) use(conn net.Conn) { c.conn, c.r = conn, bufio.NewReader(conn) }

// raw sends octets as they are.
func (c *client) raw(octets string) {
	c.t.Helper()
	c.sent = octets
	c.conn.SetDeadline(time.Now().Add(patience))
	_, err := io.WriteString(c.conn, octets)
	check(c.t, err)
}

// send sends lines, all in one piece.
func (c *client) send(lines ...string) {
	c.t.Helper()
	c.raw(strings.Join(lines, "\r\n") + "\r\n")
}

// next reads one reply, and fails where it is none.
func (c *client) next() (reply, error) {
	var lines []string
	code := ""
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return reply{text: strings.Join(append(lines, line), "\n")}, err
		}
		text, whole := strings.CutSuffix(line, "\r\n")
		if !whole {
			return reply{}, fmt.Errorf("a line ends in a lone LF: %q", line)
		}
		lines = append(lines, text)
		if code == "" {
			if len(text) < 4 || text[3] != ' ' && text[3] != '-' {
				return reply{}, fmt.Errorf("this is no reply: %q", text)
			}
			code = text[:3]
		}
		if strings.HasPrefix(text, code+" ") {
			n, err := strconv.Atoi(code)
			return reply{n, strings.Join(lines, "\n")}, err
		}
	}
}

// reply reads one reply.
func (c *client) reply() reply {
	c.t.Helper()
	r, err := c.next()
	if err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) { // the server is in this process: say where it is stuck
			var all bytes.Buffer
			pprof.Lookup("goroutine").WriteTo(&all, 1)
			c.t.Log(all.String())
		}
		c.t.Fatalf("no reply to %.200q: %v %v", c.sent, r, err)
	}
	return r
}

// do sends a command and reads its first reply.
func (c *client) do(line string) reply {
	c.t.Helper()
	c.send(line)
	return c.reply()
}

// want sends a command that must be answered with the code.
func (c *client) want(code int, line string) reply {
	c.t.Helper()
	r := c.do(line)
	if r.code != code {
		c.t.Fatalf("%.200q: %v, want %d", line, r, code)
	}
	return r
}

// expect reads a reply that must have the code.
func (c *client) expect(code int) reply {
	c.t.Helper()
	r := c.reply()
	if r.code != code {
		c.t.Fatalf("%v, want %d", r, code)
	}
	return r
}

// gone reads up to the end of the connection and returns what came.
func (c *client) gone() string {
	c.t.Helper()
	rest, err := io.ReadAll(c.r)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		c.t.Fatalf("the server keeps the connection; it said %q", rest)
	}
	return string(rest)
}

// passive asks for a port and returns its address.
func (c *client) passive() string {
	c.t.Helper()
	ap, err := ftp.ParseExtendedPassive(c.want(229, "EPSV").text)
	check(c.t, err)
	host, _, err := net.SplitHostPort(c.w.addr)
	check(c.t, err)
	return net.JoinHostPort(host, strconv.Itoa(int(ap.Port())))
}

// data makes a data connection for the next command.
func (c *client) data() net.Conn {
	c.t.Helper()
	return c.connect(c.passive())
}

// begin makes a data connection for the command, which must be taken. What it returns
// is protected if the client's connections are.
func (c *client) begin(line string) net.Conn {
	c.t.Helper()
	conn := c.data()
	c.want(150, line)
	return c.protect(conn)
}

// get downloads by the command, and returns the final reply as well.
func (c *client) get(line string) (string, reply) {
	c.t.Helper()
	conn := c.data()
	defer conn.Close()
	if r := c.do(line); r.code >= 200 {
		return "", r
	}
	octets, err := io.ReadAll(c.protect(conn))
	r := c.reply()
	if r.code == 226 {
		check(c.t, err)
	}
	return string(octets), r
}

// put uploads by the command.
func (c *client) put(line, octets string) reply {
	c.t.Helper()
	conn := c.data()
	defer conn.Close()
	if r := c.do(line); r.code >= 200 {
		return r
	}
	protected := c.protect(conn)
	io.WriteString(protected, octets) // where the server gives up, its reply says why
	protected.Close()
	return c.reply()
}

// reset ends a connection without its end: the peer gets a RST.
func reset(conn io.Closer) {
	if under, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = under.NetConn()
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}
