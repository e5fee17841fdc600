package ftpserver_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// inBubble runs a test against a server of its own.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.end()
		test(t, w)
	})
}

// client is a client for tests in which a script would be in the way.
type client struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

// connect connects and reads the greeting.
func (w *world) connect() *client {
	w.t.Helper()
	conn, err := w.dial(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	w.conns = append(w.conns, conn)
	c := newClient(w.t, conn)
	if r := c.reply(); r.Code != ftp.CodeReady {
		w.t.Fatalf("greeting: %v", r)
	}
	return c
}

func newClient(t testing.TB, conn net.Conn) *client {
	return &client{t: t, conn: conn, r: bufio.NewReader(conn)}
}

func (c *client) login(user, password string) {
	c.t.Helper()
	if r := c.do("USER " + user); r.Code != ftp.CodeNeedPassword {
		c.t.Fatalf("USER: %v", r)
	}
	if r := c.do("PASS " + password); r.Code != ftp.CodeLoggedIn {
		c.t.Fatalf("PASS: %v", r)
	}
}

func (c *client) send(lines ...string) {
	c.t.Helper()
	c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if _, err := fmt.Fprintf(c.conn, "%s\r\n", strings.Join(lines, "\r\n")); err != nil {
		c.t.Fatal(err)
	}
}

// do sends a line and returns the reply.
func (c *client) do(line string) ftp.Reply {
	c.t.Helper()
	c.send(line)
	return c.reply()
}

// want does a line and fails unless the reply has this code.
func (c *client) want(code ftp.Code, line string) ftp.Reply {
	c.t.Helper()
	r := c.do(line)
	if r.Code != code {
		c.t.Fatalf("%s: %v, want %d", line, r, code)
	}
	return r
}

func (c *client) reply() ftp.Reply {
	c.t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	r, err := readReply(c.r)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// readReply reads a reply, and takes nothing that is not to the letter of RFC
// 959, 4.2.
func readReply(r *bufio.Reader) (ftp.Reply, error) {
	var reply ftp.Reply
	for {
		raw, err := r.ReadString('\n')
		if err != nil {
			return ftp.Reply{}, err
		}
		line, ok := strings.CutSuffix(raw, "\r\n")
		line = strings.ReplaceAll(line, "\r\x00", "?") // a CR in a name (RFC 2640, 3.1)
		if !ok || strings.ContainsAny(line, "\r\x00") {
			return ftp.Reply{}, fmt.Errorf("bad line end in %q", raw)
		}
		if len(reply.Lines) > 0 && !strings.HasPrefix(line, reply.Code.String()+" ") {
			if line != "" && line[0] >= '0' && line[0] <= '9' {
				return ftp.Reply{}, fmt.Errorf("the middle line %q begins with a digit", line)
			}
			reply.Lines = append(reply.Lines, line)
			continue
		}
		var code int
		if n, err := fmt.Sscanf(line, "%3d", &code); n != 1 || err != nil || len(line) < 4 || code < 100 || code > 599 {
			return ftp.Reply{}, fmt.Errorf("bad reply %q", raw)
		}
		last := len(reply.Lines) > 0 || line[3] == ' '
		if !last && line[3] != '-' {
			return ftp.Reply{}, fmt.Errorf("bad reply %q", raw)
		}
		reply.Code = ftp.Code(code)
		reply.Lines = append(reply.Lines, line[4:])
		if last {
			return reply, nil
		}
	}
}
