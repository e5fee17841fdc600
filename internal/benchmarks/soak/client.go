package soak

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A target is a server, and how to log in.
type target struct {
	Addr           string
	User, Password string
	Patience       time.Duration // for each reply
}

// A client is a session, written for this load alone, so that nothing of ferry judges
// ferry. It is used by one goroutine at a time.
type client struct {
	target
	conn net.Conn
	r    textproto.Reader
	tls  *tls.Config // nil: in the clear
}

// login connects and logs in, as far as the reply to PASS.
func login(ctx context.Context, t target, protected bool) (*client, error) {
	var d net.Dialer
	ctx, cancel := context.WithTimeout(ctx, t.Patience)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", t.Addr)
	if err != nil {
		return nil, err
	}
	c := &client{target: t, conn: conn}
	c.listen()
	if err := c.begin(protected); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// listen reads replies from the connection, with a buffer that ten thousand can have.
func (c *client) listen() { c.r = textproto.Reader{R: bufio.NewReaderSize(c.conn, 256)} }

func (c *client) begin(protected bool) error {
	if _, err := c.reply(220); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if protected {
		if _, err := c.do(234, "AUTH TLS"); err != nil {
			return err
		}
		c.tls = &tls.Config{
			// The server is the one that was started for this.
			InsecureSkipVerify: true,
			ServerName:         "localhost",
			MinVersion:         tls.VersionTLS13,
			ClientSessionCache: tls.NewLRUClientSessionCache(1),
		}
		conn := tls.Client(c.conn, c.tls)
		if err := conn.Handshake(); err != nil {
			return fmt.Errorf("AUTH TLS: %w", err)
		}
		c.conn = conn
		c.listen()
	}
	if _, err := c.do(331, "USER %s", c.User); err != nil {
		return err
	}
	_, err := c.do(230, "PASS %s", c.Password)
	return err
}

// prepare makes a session ready for transfers.
func (c *client) prepare() error {
	if c.tls != nil {
		if _, err := c.do(200, "PBSZ 0"); err != nil {
			return err
		}
		if _, err := c.do(200, "PROT P"); err != nil {
			return err
		}
	}
	_, err := c.do(200, "TYPE I")
	return err
}

// send sends a command.
func (c *client) send(format string, args ...any) error {
	if err := c.conn.SetDeadline(time.Now().Add(c.Patience)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.conn, format+"\r\n", args...)
	return err
}

// reply reads a reply, which has to have one of these codes.
func (c *client) reply(codes ...int) (code int, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(c.Patience)); err != nil {
		return 0, err
	}
	code, _, err = c.read(codes...)
	return code, err
}

func (c *client) read(codes ...int) (code int, text string, err error) {
	code, text, err = c.r.ReadResponse(0)
	if err != nil {
		return 0, "", err
	}
	for _, want := range codes {
		if code == want {
			return code, text, nil
		}
	}
	return code, text, fmt.Errorf("the server said %q, and not %d", strconv.Itoa(code)+" "+text, codes[0])
}

// do sends a command and reads its reply.
func (c *client) do(code int, format string, args ...any) (text string, err error) {
	if err = c.send(format, args...); err == nil {
		_, text, err = c.read(code)
	}
	if err != nil {
		verb, _, _ := strings.Cut(format, " ")
		return text, fmt.Errorf("%s: %w", verb, err)
	}
	return text, nil
}

// quit leaves as one should.
func (c *client) quit() error {
	_, err := c.do(221, "QUIT")
	return errors.Join(err, c.drop())
}

// drop closes the connection, without a word.
func (c *client) drop() error { return under(c.conn).Close() }

// under returns what is below TLS.
func under(conn net.Conn) net.Conn {
	if t, ok := conn.(*tls.Conn); ok {
		return t.NetConn()
	}
	return conn
}

// window is how much the system keeps for a data connection that comes in: as it is little,
// it is the client's pace at which a server sends.
const window = 64 << 10

// passive opens a data connection, which is not protected yet.
func (c *client) passive() (net.Conn, error) {
	text, err := c.do(229, "EPSV")
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(text, "(|||")
	port, _, ok := strings.Cut(port, "|)")
	host, _, err := net.SplitHostPort(c.Addr)
	if !ok || err != nil {
		return nil, fmt.Errorf("EPSV: %q has no port", text)
	}
	d := net.Dialer{Timeout: c.Patience, Control: func(_, _ string, raw syscall.RawConn) (err error) {
		if failed := raw.Control(func(fd uintptr) { err = setWindow(fd, window) }); failed != nil {
			return failed
		}
		return err
	}}
	conn, err := d.Dial("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("EPSV: %w", err)
	}
	return conn, conn.SetDeadline(time.Now().Add(c.Patience))
}

// open has the server begin a transfer, and returns the data connection.
func (c *client) open(format string, args ...any) (net.Conn, error) {
	data, err := c.passive()
	if err != nil {
		return nil, err
	}
	if err = c.send(format, args...); err == nil {
		_, err = c.reply(150)
	}
	if err == nil && c.tls != nil {
		shaken := tls.Client(data, c.tls)
		err = shaken.Handshake()
		data = shaken
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf(format+": %w", append(args, err)...), under(data).Close())
	}
	return data, nil
}
