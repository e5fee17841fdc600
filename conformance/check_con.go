package conformance

import (
	"strings"
	"time"
)

// conChecks are those of the control connection.
var conChecks = gather(conBegin, conForms, conTelnet, conStrange, conEnds)

// conBegin are those of the greeting, and of how lines and commands are told apart.
var conBegin = map[string]check{
	"CON-01": {first: true, try: func(t *trial) {
		c := t.dial()
		if c.at.Security == Implicit {
			c.startTLS()
		}
		// Nothing is sent: a server that waits for the client gives no reply.
		r := c.reply()
		if r.code == 120 {
			r = c.reply()
		}
		if !r.is(220, 421) {
			t.fail("the server greets with %s, not with 220 or 421", r)
		}
		if wrong := malformed(r); wrong != "" {
			t.fail("the greeting is malformed: %s", wrong)
		}
		if r.code == 421 {
			c.closed()
		}
	}},
	"CON-02": {state: Down, try: func(t *trial) {
		c := t.dial()
		if r := c.reply(); r.code != 421 {
			t.fail("the server greets with %s, not with 421", r)
		}
		if more := c.closed(); len(more) > 0 {
			t.fail("after 421, %s came", more[0])
		}
	}},
	"CON-04": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		for _, line := range []string{"noop", "NoOp", "NOOP"} {
			c.want(line, 200)
		}
	}},
	"CON-05": {needs: needLogin, try: func(t *trial) { t.login().want("type a", 200) }},
	"CON-06": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("NO")
		c.silent(time.Second)
		c.write("OP\r\n")
		c.only("NOOP in two segments", c.expect("NOOP in two segments", 200))
	}},
	"CON-07": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("NOOP\r\nNOOP\r\nSYST\r\n")
		c.expect("the first NOOP", 200)
		c.expect("the second NOOP", 200)
		c.only("SYST", c.expect("SYST", 215))
	}},
	"CON-08": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("NOOP")
		c.silent(2 * time.Second)
		c.write("\r\n")
		c.only("NOOP", c.expect("NOOP", 200))
	}},
	"CON-09": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("NOOP\n")
		// To wait for CR LF, as the text has it, is no hang.
		if !c.comes(2 * time.Second) {
			c.note(c.name, "nothing comes, and the line is ended as it should be")
			c.write("\r\n")
		}
		c.only("NOOP with LF alone", c.expect("NOOP with LF alone", 200, 500))
	}},
	"CON-10": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write("NOOP\r\x00\r\n")
		c.only("NOOP CR NUL", c.expect("NOOP CR NUL", 500, 501, 200))
		c.alive()
	}},
	"CON-27": {needs: needLogin, try: func(t *trial) {
		const many = 100
		c := t.login()
		c.write(strings.Repeat("NOOP\r\n", many))
		for i := range many {
			if r := c.reply(); r.code != 200 {
				t.fail("the NOOP number %d of %d that were sent at once was answered %s, not 200", i+1, many, r)
			}
		}
		c.onlyBefore("each NOOP", "PWD", 257)
	}},
	"CON-30": {try: func(t *trial) {
		c := t.connect()
		c.want("SYST", 215)
	}},
}
