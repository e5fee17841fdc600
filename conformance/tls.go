package conformance

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// clear connects to the server that the item needs and reads its greeting, in the
// clear, whatever security is said to be demanded there.
func (t *trial) clear() *control {
	e := t.endpoint()
	if e.Security == Implicit {
		t.notRun("this needs a server that begins in the clear")
	}
	open := e
	open.Security = Clear
	c := t.connectWith(open)
	c.at = e
	return c
}

// underTLS is clear, and then AUTH TLS.
func (t *trial) underTLS() *control {
	c := t.clear()
	c.auth("AUTH TLS")
	return c
}

// underVersion is underTLS with one version alone; nil if the server does not have it.
func (t *trial) underVersion(version uint16) *control {
	c := t.clear()
	c.tls.MinVersion, c.tls.MaxVersion = version, version
	c.strictly("AUTH TLS", 234)
	if c.handshake() != nil {
		return nil
	}
	return c
}

// auth begins TLS by a command.
func (c *control) auth(line string) {
	c.strictly(line, 234)
	c.startTLS()
	c.in = false
}

// tlsLogin logs in under TLS, says TYPE I, and goes to the folder of an item that writes.
// PBSZ and PROT are not sent.
func (t *trial) tlsLogin() *control {
	c := t.underTLS()
	c.settle()
	return c
}

// settle logs in, says TYPE I, and goes to the folder of an item that writes.
func (c *control) settle() {
	c.authenticate()
	c.want("TYPE I", 200)
	if c.check.needs&needWrite != 0 {
		c.enter()
	}
}

// privateLogin is tlsLogin with data connections protected; at a server that begins with
// TLS, too.
func (t *trial) privateLogin() *control {
	if t.endpoint().Security == Implicit {
		return t.login()
	}
	c := t.tlsLogin()
	c.private()
	return c
}

// anyhow sends a command whose answer before the login may be that one has to log in, and
// then, where one can without TLS, sends it again after that.
func (c *control) anyhow(line string, codes ...int) reply {
	r := c.ask(line)
	if r.code == 530 && c.logIn().is(230, 232, 202) {
		r = c.ask(line)
	} else if r.code == 530 {
		c.notRun("%s was answered %s, and there is no login without TLS", printable(line), r)
	}
	return c.judge(line, r, codes...)
}

// leaveTLS has the control connection go on in the clear after a reply that has said so.
// Both sides end TLS by close_notify (RFC 4217, 12.3).
func (c *control) leaveTLS(after string) {
	secure := c.conn.(*tls.Conn)
	if n := c.r.Buffered(); n > 0 {
		rest, _ := c.r.Peek(n)
		c.fail("%s is followed by %s under TLS", after, printable(string(rest)))
	}
	secure.CloseWrite()
	secure.SetReadDeadline(c.patience(c.target.ReplyTime))
	var rest [1000]byte
	n, err := secure.Read(rest[:])
	switch {
	case n > 0:
		c.fail("%s is followed by %s under TLS", after, printable(string(rest[:n])))
	case isTimeout(err):
		c.fail("after %s the server has not ended TLS within %v", after, c.target.ReplyTime)
	case !notified(secure, err):
		c.fail("after %s the server does not end TLS by close_notify: %s", after, c.cause(err))
	}
	c.note(c.name, "TLS ends")
	c.use(c.raw)
}

// ending is a connection below TLS. It knows whether its end was seen, for crypto/tls
// reports that between two records in the same way as a close_notify.
type ending struct {
	net.Conn
	over bool
}

func (e *ending) Read(b []byte) (int, error) {
	n, err := e.Conn.Read(b)
	e.over = e.over || err != nil && !isTimeout(err)
	return n, err
}

// notified reports whether err, of reading, is that the other side has ended TLS by
// close_notify (RFC 8446, 6.1).
func notified(conn *tls.Conn, err error) bool {
	below, ok := conn.NetConn().(*ending)
	return errors.Is(err, io.EOF) && ok && !below.over
}
