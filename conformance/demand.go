package conformance

import (
	"fmt"
	"strings"
	"time"
)

// What the checks demand of the replies on a control connection.

// ask sends a command and returns the reply, whatever it is.
func (c *control) ask(line string) reply {
	c.send(line)
	return c.reply()
}

// want sends a command that must be answered with one of the codes. For a command
// that servers may leave out, 500 and 502 end the trial as not offered; and so does 530
// before the login, which some servers answer to whatever they do not know, if FEAT does
// not list the command.
func (c *control) want(line string, codes ...int) reply {
	c.send(line)
	return c.judge(line, c.reply(), codes...)
}

// expect reads a reply, to a command that was sent before, that must have one of the
// codes.
func (c *control) expect(line string, codes ...int) reply { return c.judge(line, c.reply(), codes...) }

func (c *control) judge(line string, r reply, codes ...int) reply {
	if r.is(codes...) {
		return r
	}
	line = printable(hidden(line))
	if optional(line) && (r.is(500, 502) || r.code == 530 && !c.in && !c.listed(line)) {
		c.notOffered("%s was answered %s", line, r)
	}
	c.fail("%s was answered %s, not %s", line, r, anyOf(codes))
	return r
}

// param sets a transfer parameter that servers may leave out: TYPE, STRU, MODE, OPTS.
// Where one does, the trial ends as not offered.
func (c *control) param(line string) reply {
	r := c.ask(line)
	if r.is(500, 501, 502, 504) {
		c.notOffered("%s was answered %s", line, r)
	}
	return c.judge(line, r, 200)
}

// alive sees that the session is in step: NOOP is answered 200, and nothing comes before
// or after it.
func (c *control) alive() {
	c.want("NOOP", 200)
	if n := c.r.Buffered(); n > 0 {
		rest, _ := c.r.Peek(n)
		c.fail("there is more than one reply to NOOP: %s", printable(string(rest)))
	}
}

// comes reports whether anything comes within a time.
func (c *control) comes(d time.Duration) bool {
	defer c.interruptible(c.raw)()
	c.conn.SetReadDeadline(c.patience(d))
	b, _ := c.r.Peek(1)
	c.conn.SetReadDeadline(time.Time{})
	return len(b) > 0
}

// silent sees that nothing comes for a time.
func (c *control) silent(d time.Duration) {
	defer c.interruptible(c.raw)()
	c.conn.SetReadDeadline(c.patience(d))
	b, err := c.r.Peek(1)
	if len(b) == 0 && isTimeout(err) && c.ctx.Err() == nil {
		c.note(c.name, "nothing comes for %v", d)
		// The error of a TLS connection stays otherwise.
		c.conn.SetReadDeadline(time.Time{})
		return
	}
	if len(b) == 0 {
		c.fail("while nothing should come: %s", c.cause(err))
	}
	// It need not be a reply, nor end.
	b, _ = c.r.Peek(c.r.Buffered())
	came := strings.TrimRight(string(b), "\r\n")
	c.log.add(time.Since(c.began), c.name, Received, came)
	c.fail("%s came, where nothing should", printable(clip(came, mostText)))
}

// closed sees that the server closes the connection, within the time for a reply, and
// returns what it says before.
func (c *control) closed() []reply {
	var said []reply
	octets := 0
	for {
		r, err := c.next(c.target.ReplyTime)
		octets += len(r.raw)
		switch {
		case err == nil && octets < mostReply:
			said = append(said, r)
			continue
		case err == nil:
			c.fail("the server says much and does not close the connection")
		case isTimeout(err):
			c.fail("the server has not closed the connection within %v", c.target.ReplyTime)
		}
		return said // EOF, a reset, or the end of TLS
	}
}

// strictly is want for a command that the server has shown to know: 500 and 502, which
// say that it does not, are failures as all else.
func (c *control) strictly(line string, codes ...int) reply {
	r := c.ask(line)
	if !r.is(codes...) {
		c.fail("%s was answered %s, not %s", printable(hidden(line)), r, anyOf(codes))
	}
	return r
}

// forbidden sends a command that must be answered 5yz.
func (c *control) forbidden(line, because string) reply {
	r := c.ask(line)
	if r.code/100 != 5 {
		c.fail("%s was answered %s, not 5yz: %s", printable(hidden(line)), r, because)
	}
	return r
}

// choice sends a TYPE, STRU or MODE that a server may leave out, with 504 and no other
// code. Where it does, the trial ends as not offered.
func (c *control) choice(line string) {
	r := c.ask(line)
	switch {
	case r.is(504):
		c.notOffered("%s was answered %s", line, r)
	case !r.is(200):
		c.fail("%s was answered %s, not 200, nor 504, which says that it is known and not offered", line, r)
	}
}

// anyOf is codes in words: "200, 250 or 257".
func anyOf(codes []int) string {
	var b strings.Builder
	for i, code := range codes {
		switch {
		case i > 0 && i == len(codes)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, code)
	}
	return b.String()
}
