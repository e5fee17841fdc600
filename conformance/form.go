package conformance

import (
	"fmt"
	"strings"
)

// malformed says what is wrong with the form of a reply (RFC 959, 4.2); "" is nothing.
func malformed(r reply) string {
	lines := strings.SplitAfter(strings.TrimSuffix(r.raw, "\n"), "\n")
	for i, line := range lines {
		if i == len(lines)-1 {
			line += "\n"
		}
		text, crlf := strings.CutSuffix(line, "\r\n")
		at := fmt.Sprintf("line %d of the reply, %s,", i+1, printable(strings.TrimRight(line, "\r\n")))
		switch {
		case !crlf:
			return at + " does not end with CR LF"
		case strings.ContainsRune(strings.ReplaceAll(text, "\r\x00", ""), '\r'):
			return at + " has a CR within"
		}
		first, last := i == 0, i == len(lines)-1
		if !first && !last {
			continue
		}
		switch {
		case len(text) < 3 || text[0] < '1' || text[0] > '6' || text[1] < '0' || text[1] > '5' || text[2] < '0' || text[2] > '9':
			return at + " does not begin with a reply code, whose digits are 1 to 5, 0 to 5 and 0 to 9"
		case last && (len(text) == 3 || text[3] != ' '):
			return at + " has no blank after the code"
		case first && !last && text[3] != '-':
			return at + " has no hyphen after the code, though it is not the last"
		}
	}
	return ""
}

// formed sees that a reply has the form that the standard demands.
func (c *control) formed(line string, r reply) reply {
	if wrong := malformed(r); wrong != "" {
		c.fail("the reply to %s is malformed: %s", printable(hidden(line)), wrong)
	}
	return r
}

// only sees that a reply which has come to a command is all that comes to it: the next reply
// is to the next command, which is answered with another code. The checker is logged in.
func (c *control) only(line string, r reply) {
	barrier, code := "PWD", 257
	if r.code == 257 {
		barrier, code = "NOOP", 200
	}
	c.onlyBefore(line, barrier, code)
}

// onlyBefore is only, with the next command and its answer given.
func (c *control) onlyBefore(line, barrier string, code int) {
	c.send(barrier)
	next, err := c.next(c.target.ReplyTime)
	switch {
	case err == nil && next.code == code:
	case err == nil || err == errNoReply:
		c.fail("%s got more than one reply: after the first, %s came, which is no answer to %s", printable(hidden(line)), next, barrier)
	default:
		c.fail("after the reply to %s, there is none to %s: %s", printable(hidden(line)), barrier, c.cause(err))
	}
}

// one sends a command to which exactly one reply, preliminary ones aside, may come, and
// returns it.
func (c *control) one(line string) reply {
	r := c.ask(line)
	if r.preliminary() {
		c.fail("%s was answered %s, which promises another reply", printable(hidden(line)), r)
	}
	c.only(line, r)
	return r
}
