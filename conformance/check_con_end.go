package conformance

import (
	"net"
	"strings"
	"time"
)

// conEnds are those of connections that end otherwise than by QUIT.
var conEnds = map[string]check{
	"CON-28": {needs: needLogin, takes: idleMost, try: func(t *trial) {
		const atLeast = 5 * time.Minute
		c := t.login()
		began := time.Now()
		r, err := c.next(idleMost)
		idle := time.Since(began).Round(time.Second)
		switch {
		case isTimeout(err):
			t.fail("the server has not ended the session after %v without a command", idle)
		case err != nil:
			t.fail("the server has closed the connection after %v without 421", idle)
		case r.code != 421:
			t.fail("after %v without a command %s came, not 421", idle, r)
		case idle < atLeast-time.Second:
			t.fail("the server has ended the session after %v without a command; the least by default is to be %v", idle, atLeast)
		}
		c.closed()
	}},
	"CON-29": {needs: files, try: func(t *trial) {
		c := t.login()
		sent := strings.Repeat("0123456789abcdef", 4<<10)
		tr := c.begin("STOR f")
		tr.put(sent)
		c.note(c.name, "both connections are broken off")
		breakOff(tr.tcp)
		breakOff(c.raw)

		// What a server keeps of the file is its own affair, but it is of what was sent.
		c = t.login()
		until := time.Now().Add(t.target.ReplyTime)
		for {
			kept, busy := c.kept("RETR f")
			if !strings.HasPrefix(sent, kept) {
				t.fail("an upload was broken off; the file has %s, which was not sent", brief([]byte(kept)))
			}
			if !busy {
				// Nothing of the upload holds the name.
				conn := c.dialData(c.passive())
				c.send("STOR f")
				r := c.reply()
				if r.preliminary() {
					tr := c.opened("STOR f", r, conn)
					tr.put("anew")
					tr.close()
					tr.end()
					break
				}
				conn.Close()
				if busy = r.is(450, 550); !busy {
					t.fail("an upload was broken off; to send the file again was answered %s", r)
				}
			}
			if time.Now().After(until) {
				t.fail("an upload was broken off; %v later the file is still in use", t.target.ReplyTime)
			}
			t.wait(time.Second)
		}
		// That it is not written by the first upload, after all, takes a moment to see.
		t.wait(time.Second)
		c.holds("f", "anew")
	}},
}

// idleMost is how long the checker waits for a server to become tired of it.
const idleMost = 20 * time.Minute

// kept is the content of a file that may not be there, or be in use.
func (c *control) kept(line string) (content string, busy bool) {
	conn := c.dialData(c.passive())
	defer conn.Close()
	c.send(line)
	r := c.reply()
	if !r.preliminary() {
		if !r.is(450, 550) {
			c.fail("%s was answered %s", line, r)
		}
		return "", r.code == 450
	}
	tr := c.opened(line, r, conn)
	b := tr.read()
	tr.data.Close()
	tr.end()
	return string(b), false
}

// breakOff ends a connection as a program does that crashes: by a reset where that is
// to be had.
func breakOff(conn net.Conn) {
	if l, ok := conn.(interface{ SetLinger(sec int) error }); ok {
		l.SetLinger(0)
	}
	conn.Close()
}
