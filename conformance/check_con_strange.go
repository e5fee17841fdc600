package conformance

import (
	"strings"
)

// conStrange are those of what no client of FTP sends.
var conStrange = map[string]check{
	"CON-19": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		line := "NOOP " + strings.Repeat("x", 5000)
		c.only("NOOP with 5000 octets", c.expectAny(line, 500, 501, 200))
		c.alive()
	}},
	"CON-20": {try: func(t *trial) {
		c := t.connect()
		r := c.expectAny(strings.Repeat("x", 100<<10), 500, 421)
		if r.code == 421 {
			c.closed()
			return
		}
		c.send("QUIT")
		switch next, err := c.next(t.target.ReplyTime); {
		case err != nil && err != errNoReply && !isTimeout(err):
			return // to close the connection is as good
		case isTimeout(err):
			t.fail("after the answer to a line of 100 KiB, there is none to QUIT")
		case next.code == 221:
		case next.code == r.code:
			t.fail("one line of 100 KiB was answered more than once: %s, and then %s", r, next)
		default:
			t.fail("after the answer to a line of 100 KiB, %s came, where QUIT has to be answered 221", next)
		}
		c.closed()
	}},
	"CON-24": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("\r\nNOOP\r\n")
		r := c.reply()
		if r.code == 500 {
			r = c.reply()
		}
		if r.code != 200 {
			t.fail("an empty line and NOOP were answered %s, where an empty line gets 500 or nothing, and NOOP 200", r)
		}
		c.only("NOOP", r)
	}},
	"CON-25": {try: func(t *trial) {
		c := t.connect()
		const lines = 3
		c.write("GET / HTTP/1.1\r\nHost: " + marker + "\r\n" + marker + "\r\n")
		said := c.turnedAway(lines, "the lines of HTTP")
		for _, r := range said {
			if strings.Contains(strings.ToLower(r.raw), marker) {
				t.fail("what a line of HTTP said stands in the answer, for a browser to read: %s", r)
			}
		}
	}},
	"CON-26": {try: func(t *trial) {
		c := t.dial()
		if c.at.Security == Implicit {
			t.notOffered("TLS is what this port speaks")
		}
		c.note(c.name, "a TLS ClientHello is sent, before the greeting is read")
		c.write(someHello + "\r\n")
		if r, err := c.next(c.target.ReplyTime); err == nil && r.code != 220 {
			t.fail("the server greets with %s", r)
		} else if err == nil {
			c.turnedAway(1, "TLS, where none was asked for,")
		} else if isTimeout(err) {
			t.fail("the server neither greets nor closes the connection")
		}
		// It is still there.
		t.connect().want("QUIT", 221)
	}},
}

// marker is a line of HTTP that must not come back.
const marker = "x-ferry-check-marker"

// someHello begins as the first record of a TLS handshake does.
const someHello = "\x16\x03\x01\x00\x2c\x01\x00\x00\x28\x03\x03" + "0123456789abcdef0123456789abcdef" + "\x00\x00\x02\x13\x01\x01\x00"

// expectAny sends a line and sees that the answer has one of the codes.
func (c *control) expectAny(line string, codes ...int) reply {
	c.send(line)
	r := c.reply()
	if !r.is(codes...) {
		c.fail("a line of %d octets was answered %s, not %s", len(line), r, anyOf(codes))
	}
	return r
}

// turnedAway sees that the server answers each of at most so many lines of a foreign
// protocol with an error, or closes the connection, and returns what it says.
func (c *control) turnedAway(lines int, what string) (said []reply) {
	for range lines {
		r, err := c.next(c.target.ReplyTime)
		switch {
		case err == nil && r.is(500, 502, 530, 421, 503):
			said = append(said, r)
		case err == nil || err == errNoReply:
			c.fail("%s got %s, where the connection is to be closed, or 500 said", what, r)
		case isTimeout(err) && c.ctx.Err() == nil && len(said) > 0:
			return said // the lines have been read as one
		case isTimeout(err):
			c.fail("%s got no answer, and the connection is not closed", what)
		default:
			return said
		}
	}
	return said
}
