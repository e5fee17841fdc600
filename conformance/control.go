package conformance

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
)

// control is a control connection of a trial.
type control struct {
	*trial
	name string // in the dialogue
	at   Endpoint
	conn net.Conn // what is spoken over: TLS where it protects the connection
	raw  net.Conn // what lies beneath
	r    *bufio.Reader

	tls     *tls.Config // of this connection and its data connections, with a session cache of its own
	prot    byte        // 'C' or 'P'
	in      bool        // the login has been done
	greeted string      // the text of the greeting
	last    string      // the command that was sent last, as it may be shown
	said    int         // octets of all replies
}

// dial connects to the server that the item needs, and reads nothing.
func (t *trial) dial() *control { return t.dialTo(t.endpoint(), netip.Addr{}) }

// dialTo connects to a server, from an address of this machine if that is valid.
func (t *trial) dialTo(e Endpoint, from netip.Addr) *control {
	t.controls++
	c := &control{trial: t, name: "control", at: e, prot: 'C'}
	if t.controls > 1 {
		c.name = fmt.Sprintf("control %d", t.controls)
	}
	conn, err := t.connectTCP(e.Addr, from)
	if err != nil && t.check.state != Main && !t.connected && t.ctx.Err() == nil {
		t.notRun("connecting to %s: %s", e.Addr, t.cause(err)) // that it was given does not say that it is there
	}
	t.must(err, "connecting to "+e.Addr)
	t.connected = true
	t.note(c.name, "connected to %s", e.Addr)
	c.use(conn)
	c.tls = t.tlsConfig()
	return c
}

// use has the connection go on over conn.
func (c *control) use(conn net.Conn) {
	if c.raw == nil {
		c.raw = conn
		c.finally(func() { conn.Close() })
	}
	c.conn = conn
	c.r = bufio.NewReader(conn)
}

// connect connects to the server that the item needs and reads its greeting, under
// TLS if the endpoint demands it.
func (t *trial) connect() *control { return t.connectWith(t.endpoint()) }

// connectWith is connect to a certain server.
func (t *trial) connectWith(e Endpoint) *control {
	c := t.placed(func() *control {
		c := t.dialTo(e, netip.Addr{})
		if e.Security == Implicit {
			c.startTLS()
			c.prot = 'P'
		}
		return c
	})
	if e.Security == Explicit {
		c.want("AUTH TLS", 234)
		c.startTLS()
	}
	return c
}

// greeting reads the greeting, which must be 220.
func (c *control) greeting() reply {
	r := c.reply()
	if !c.seated(r) {
		c.fail("the server greets with %s, not with 220", r)
	}
	return r
}

// login connects, logs in and says TYPE I. If the item needs to write, the working
// directory is an empty folder of its own.
func (t *trial) login() *control { return t.loginTo(t.endpoint()) }

// loginTo is login to a certain server, into which folders need not be made if the
// item does not write.
func (t *trial) loginTo(e Endpoint) *control {
	c := t.connectWith(e)
	c.authenticate()
	if e.Security != Clear {
		c.private()
	}
	c.want("TYPE I", 200)
	if t.check.needs&needWrite != 0 {
		c.enter()
	}
	return c
}

// authenticate logs in on a connection.
func (c *control) authenticate() {
	if r := c.logIn(); !r.is(230, 232, 202) {
		c.fail("the login was answered %s", r)
	}
}

// logIn is authenticate for items that want it to fail: it returns the last reply.
func (c *control) logIn() reply {
	user, password := c.at.credentials()
	r := c.ask("USER " + encodeTelnet(user))
	if r.code == 331 {
		r = c.ask("PASS " + encodeTelnet(password))
	}
	if r.code == 332 && c.at.Account != "" {
		r = c.ask("ACCT " + encodeTelnet(c.at.Account))
	}
	c.in = r.is(230, 232, 202)
	return r
}

// private has data connections protected.
func (c *control) private() {
	c.want("PBSZ 0", 200)
	c.want("PROT P", 200)
	c.prot = 'P'
}

// send sends a command. What is to be encoded in it must be.
func (c *control) send(line string) { c.write(line + "\r\n") }

// write sends octets as they are.
func (c *control) write(octets string) {
	for line := range strings.Lines(octets) {
		c.last = hidden(strings.TrimRight(line, "\r\n"))
		c.log.add(time.Since(c.began), c.name, Sent, hidden(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")))
	}
	defer c.sendable(c.conn, c.raw)()
	_, err := io.WriteString(c.conn, octets)
	// Who answers and closes need not have read all: what was answered tells.
	if err != nil {
		c.note(c.name, "sending failed: %v", err)
	}
}

// short is a command in the words about it: the whole of a long one tells nobody more.
func short(line string) string {
	const most = 60
	if len(line) > most {
		return fmt.Sprintf("%s... (%d octets)", printable(line[:most]), len(line))
	}
	return printable(line)
}

// hidden is a command as it may be shown.
func hidden(line string) string {
	if verb, _, ok := strings.Cut(line, " "); ok && strings.EqualFold(verb, "PASS") || ok && strings.EqualFold(verb, "ACCT") {
		return verb + " ***"
	}
	return line
}

// patience is until when something that takes d may take.
func (t *trial) patience(d time.Duration) time.Time {
	until := time.Now().Add(d)
	if end, ok := t.ctx.Deadline(); ok && end.Before(until) {
		return end
	}
	return until
}

// reply reads the next reply, preliminary or final.
func (c *control) reply() reply { return c.replyWithin(c.target.ReplyTime) }

// replyWithin is reply from a server that may take longer.
func (c *control) replyWithin(d time.Duration) reply {
	r, err := c.next(d)
	after := ""
	if c.last != "" {
		after = " to " + short(c.last)
	}
	switch {
	case err == nil:
	case err == io.EOF:
		c.fail("the server has closed the connection and gives no reply%s", after)
	case err == errNoReply:
		c.fail("what came is no reply%s: %s", after, printable(strings.TrimRight(r.raw, "\r\n")))
	case err == errEndless:
		c.fail("the reply%s does not end: %d octets so far", after, len(r.raw))
	case err == io.ErrUnexpectedEOF:
		c.fail("the server has closed the connection within the reply%s", after)
	case isTimeout(err) && c.ctx.Err() == nil && r.raw != "":
		c.fail("the reply%s does not end within %v", after, d)
	case isTimeout(err) && c.ctx.Err() == nil:
		c.fail("there is no reply%s within %v", after, d)
	default:
		c.fail("there is no reply%s: %s", after, c.cause(err))
	}
	return r
}

// next reads the next reply; what came of it before an error is in the reply's raw.
func (c *control) next(within time.Duration) (reply, error) {
	defer c.interruptible(c.raw)()
	c.conn.SetReadDeadline(c.patience(within))
	if c.ctx.Err() != nil {
		c.conn.SetReadDeadline(past)
	}
	r, err := readReply(c.r, func(line string) {
		c.log.add(time.Since(c.began), c.name, Received, strings.TrimRight(line, "\r\n"))
	})
	if err == io.EOF || errors.Is(err, net.ErrClosed) {
		c.note(c.name, "closed by the server")
	}
	// Who asks again and again for another reply must come to an end, too.
	if c.said += len(r.raw); err == nil && c.said > mostSaid {
		err = errEndless
	}
	return r, err
}

// isTimeout reports whether an error is that a deadline has passed.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
