package transcript

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"time"
)

// A control is a control connection and the data connection that belongs to it.
type control struct {
	player *player
	name   string
	conn   net.Conn // what is written to: the connection, or TLS on it
	r      *bufio.Reader
	secret *secret // nil: the connection is in the clear
	ledger *ledger
	data   data
	closed bool
}

// say notes what was said for the dialogue in a failure.
func (c *control) say(mark, text string) {
	if c.name != "" {
		mark = c.name + " " + mark
	}
	c.player.dialogue = append(c.player.dialogue, strings.TrimSpace(mark+" "+text))
}

// account gives the ledger what one side has said.
func (c *control) account(by side, p []byte) error {
	if by == server {
		return c.ledger.received(p)
	}
	c.ledger.sent(p)
	return nil
}

// send sends bytes as the side that is played.
func (c *control) send(p []byte) error {
	c.conn.SetWriteDeadline(c.player.env.deadline())
	if _, err := c.conn.Write(p); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	return c.account(c.player.plays, p)
}

// sendLine sends a line of the script.
func (c *control) sendLine(st step) error {
	if st.text.mentionsEndpoint() {
		if err := c.data.listen(c); err != nil {
			return err
		}
		if st.refuse {
			c.data.stop()
		}
	}
	text, err := st.text.expand(c.player.values)
	if err != nil {
		return err
	}
	c.say(string(c.player.plays)+":", text)
	return c.send([]byte(text + "\r\n"))
}

// expectLine reads a line that has to match, and takes the values of its groups.
func (c *control) expectLine(by side, re *regexp.Regexp) error {
	line, err := c.readLine()
	if line != "" {
		c.say(string(by)+":", strings.TrimSuffix(line, "\r\n"))
	}
	if err != nil {
		return fmt.Errorf("no line: %w", err)
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok {
		return fmt.Errorf("the line %q ends without CR", line)
	}
	if err := c.account(by, []byte(line)); err != nil {
		return err
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("got %c: %s", by, text)
	}
	found := make(map[string]string)
	for i, name := range re.SubexpNames() {
		if name != "" {
			c.player.values[name] = m[i]
			found[name] = m[i]
		}
	}
	return c.data.learn(c, found)
}

// readLine reads up to the next LF. What came without one is in the error.
func (c *control) readLine() (string, error) {
	c.conn.SetReadDeadline(c.player.env.deadline())
	line, err := c.r.ReadString('\n')
	if err != nil && line != "" {
		err = fmt.Errorf("%w behind %s", err, quote([]byte(line)))
		line = ""
	}
	return line, err
}

// expectBytes reads as many bytes as it is given, which have to be these.
func (c *control) expectBytes(by side, want []byte) error {
	c.conn.SetReadDeadline(c.player.env.deadline())
	got := make([]byte, len(want))
	n, err := io.ReadFull(c.r, got)
	c.say(string(by)+"<", quote(got[:n]))
	if err := differ(got[:n], want, err); err != nil {
		return err
	}
	return c.account(by, got)
}

// differ compares what was read with what it should be.
func differ(got, want []byte, err error) error {
	n := 0
	for n < len(got) && got[n] == want[n] {
		n++
	}
	switch {
	case n < len(got):
		return fmt.Errorf("byte %d differs: got %s, want %s", n, quote(got[n:]), quote(want[n:]))
	case err != nil:
		return fmt.Errorf("after %d of %d bytes: %w", n, len(want), err)
	}
	return nil
}

// end closes the connection.
func (c *control) end(how ending) {
	c.closed = true
	hangUp(c.conn, how)
}

// expectEnd waits for the other side to close.
func (c *control) expectEnd(how ending) error {
	c.conn.SetReadDeadline(c.player.env.deadline())
	rest, err := io.ReadAll(c.r)
	c.end(inOrder)
	return ended(rest, err, how, c.secret)
}

// ended judges how reading to the end of a connection came out.
func ended(rest []byte, err error, how ending, s *secret) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("got %s before the end", quote(rest))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("the connection is still open")
	case how == byReset && err == nil:
		return errors.New("the connection was closed in good order")
	case how != byReset && err != nil:
		return fmt.Errorf("the connection broke: %w", err)
	case how == inOrder && s != nil && s.cut():
		return errors.New("the connection ended without close_notify")
	case how == cut && (s == nil || !s.cut()):
		return errors.New("the end of TLS was in good order")
	}
	return nil
}

// hangUp closes a connection: with close_notify and in good order, without that,
// or with a reset.
func hangUp(c net.Conn, how ending) {
	if t, ok := c.(*tls.Conn); ok {
		if how == inOrder {
			t.Close()
			return
		}
		c = t.NetConn()
	}
	if l, ok := c.(interface{ SetLinger(int) error }); ok && how == byReset {
		l.SetLinger(0)
	}
	c.Close()
}

// pause lets fake time pass and fails if anything arrives before it is over.
func (c *control) pause(d time.Duration) error {
	until := time.Now().Add(d)
	c.conn.SetReadDeadline(until)
	_, err := c.r.Peek(1)
	if early := time.Until(until); early > 0 {
		if err != nil {
			return fmt.Errorf("the connection ended %v early: %w", early, err)
		}
		line, _ := c.readLine()
		return fmt.Errorf("got %q %v early", line, early)
	}
	return nil
}

// quiet fails if the other side has said more than the script.
func (c *control) quiet() error {
	if c.player.env.FakeTime {
		c.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
		c.r.Peek(1)
	}
	if c.r.Buffered() == 0 {
		return nil
	}
	line, err := c.readLine()
	return fmt.Errorf("the script is over, but there came %q (%v)", line, err)
}
