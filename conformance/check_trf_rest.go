package conformance

import (
	"fmt"
	"strconv"
	"strings"
)

// trfRestart are the checks of REST in stream mode (RFC 3659, 5).
var trfRestart = map[string]check{
	"TRF-43": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("REST 5", 350)
		c.alive()
	}},
	"TRF-44": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		c.holdsFrom("5", "a", "56789")
		c.holdsFrom("9", "a", "9")
	}},
	"TRF-45": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "01234")
		tr := c.beginAt("5", "STOR a")
		tr.put("56789")
		tr.close()
		tr.end()
		c.holds("a", "0123456789")
	}},
	"TRF-46": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		c.holdsFrom("0", "a", "0123456789")
		c.want("REST 5", 350)
		c.holdsFrom("0", "a", "0123456789")
	}},
	"TRF-47": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("REST x", 501)
		c.file("a", "0123456789")
		c.holds("a", "0123456789")
	}},
	"TRF-48": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		conn := c.dialData(c.passive())
		c.want("REST 1000", 350)
		c.send("RETR a")
		r := c.reply()
		if r.is(150, 125) {
			tr := c.opened("RETR a", r, conn)
			if got := tr.read(); len(got) > 0 {
				t.fail("from octet 1000 of a file of 10 came %s", brief(got))
			}
			tr.data.Close()
			r = c.reply()
		} else {
			conn.Close()
			if r.code/100 == 2 {
				t.fail("RETR from octet 1000 of a file of 10 was answered %s without a data connection", r)
			}
		}
		if class := r.code / 100; class != 2 && class != 4 && class != 5 {
			t.fail("RETR from octet 1000 of a file of 10 was answered %s, not 554 or another refusal", r)
		}
		c.alive()
		c.holds("a", "0123456789")
	}},
	"TRF-49": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		conn := c.dialData(c.passive())
		c.want("REST 5", 350)
		c.ask("NOOP") // which may be where a server says that this was wrong
		c.send("RETR a")
		if r := c.reply(); r.is(150, 125) {
			tr := c.opened("RETR a", r, conn)
			if got := string(tr.read()); got != "56789" && got != "0123456789" {
				t.fail("after REST 5, NOOP and RETR came %s, not the file from octet 5 nor all of it", brief([]byte(got)))
			}
			tr.data.Close()
			tr.end()
		} else if class := r.code / 100; class != 4 && class != 5 {
			t.fail("after REST 5 and NOOP, RETR was answered %s, which neither begins a transfer nor refuses it", r)
		}
		c.alive()
		c.holdsFrom("0", "a", "0123456789")
	}},
	"TRF-50": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		c.file("b", "abcdefghij")
		c.holdsFrom("5", "a", "56789")
		c.holds("b", "abcdefghij")
		// One that was refused has used it, too.
		conn := c.dialData(c.passive())
		c.want("REST 5", 350)
		c.want("RETR missing", 550, 450)
		conn.Close()
		c.holdsFrom("0", "b", "abcdefghij")
	}},
	"TRF-51": {needs: files, try: func(t *trial) {
		c := t.login()
		// REST elsewhere than at the end, and what is left of the file then, is undefined:
		// the two have to do the same.
		what := make(map[string]string)
		for _, verb := range []string{"STOR", "APPE"} {
			name := verb + ".out"
			c.file(name, "0123456789")
			conn := c.dialData(c.passive())
			c.want("REST 3", 350)
			c.send(verb + " " + name)
			if r := c.reply(); r.is(150, 125) {
				tr := c.opened(verb+" "+name, r, conn)
				tr.put("abcdefghij")
				tr.close()
				tr.end()
			} else if class := r.code / 100; class != 4 && class != 5 {
				t.fail("after REST 3, %s was answered %s, which neither begins a transfer nor refuses it", verb, r)
			} else {
				conn.Close()
				c.holdsFrom("0", name, "0123456789")
				if verb == "APPE" {
					return // which a server may do
				}
			}
			what[verb] = string(c.fetch("RETR " + name))
		}
		if what["STOR"] != what["APPE"] {
			t.fail("REST 3 and STOR of abcdefghij make %q of 0123456789, but REST 3 and APPE make %q", what["STOR"], what["APPE"])
		}
	}},
	"TRF-52": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE A", 200)
		c.file("text", "a\r\nbb\r\nccc\r\ndddd\r\n")
		wire := string(c.fetch("RETR text"))
		if !strings.Contains(wire, "ccc\r\n") {
			t.fail("for RETR in TYPE A came %s, not the text that was stored", brief([]byte(wire)))
		}
		for _, n := range []int{2, 5, 8, 12} { // the first is between CR and LF
			conn := c.dialData(c.passive())
			c.want(fmt.Sprintf("REST %d", n), 350)
			c.send("RETR text")
			r := c.reply()
			if class := r.code / 100; class == 4 || class == 5 {
				// This is where a server may say so; at REST it may not.
				t.notOffered("in TYPE A, REST %d and RETR was answered %s", n, r)
			}
			c.judge("RETR text", r, 150, 125)
			tr := c.opened("RETR text", r, conn)
			got := string(tr.read())
			tr.data.Close()
			tr.end()
			if got != wire[n:] {
				t.fail("in TYPE A, the file is %q on the wire; after REST %d came %q, not %q", wire, n, got, wire[n:])
			}
		}
	}},
	"TRF-66": {needs: needLogin, try: fourGigabytes},
}

// beginAt is begin after a REST.
func (c *control) beginAt(offset, line string) *transfer {
	conn := c.dialData(c.passive())
	c.want("REST "+offset, 350)
	c.send(line)
	return c.opened(line, c.preliminary(line), conn)
}

// holdsFrom sees what RETR sends after a REST.
func (c *control) holdsFrom(offset, name, content string) {
	tr := c.beginAt(offset, "RETR "+name)
	got := tr.read()
	tr.data.Close()
	tr.end()
	if string(got) != content {
		c.fail("after REST %s, for RETR %s came %s", offset, name, unlike(string(got), content))
	}
}

// fourGigabytes is TRF-66.
func fourGigabytes(t *trial) {
	const offset = 1<<32 + 1
	e := t.target.Endpoint
	if large, ok := t.target.At[Large]; ok {
		e = large
	}
	c := t.loginTo(e)
	name := t.target.LargeFile
	if name != "" && e.Dir != "" {
		c.want("CWD "+encodeTelnet(e.Dir), 250, 200)
	}
	if name == "" {
		name = c.makeLarge(offset)
	}
	if r := c.ask("SIZE " + encodeTelnet(name)); !r.is(500, 502) {
		size, err := strconv.ParseInt(strings.TrimSpace(r.text()), 10, 64)
		if r.code != 213 || err != nil || size < offset+5 {
			t.fail("SIZE of a file of %d octets was answered %s", int64(offset+5), r)
		}
	}
	tr := c.beginAt(strconv.Itoa(offset), "RETR "+encodeTelnet(name))
	got := strings.TrimRight(string(tr.read()), "\x00")
	tr.data.Close()
	tr.end()
	if got != "ferry" {
		t.fail("from octet %d on came %s", int64(offset), unlike(got, "ferry"))
	}
	c.alive()
}

// makeLarge makes a file of more than 4 GiB that takes next to no room, if the server lets
// it.
func (c *control) makeLarge(offset int64) (name string) {
	c.enter()
	c.file("large", "") // not all make a file after REST
	conn := c.dialData(c.passive())
	c.want(fmt.Sprintf("REST %d", offset), 350)
	c.send("STOR large")
	r := c.reply()
	if !r.is(150, 125) {
		c.notRun("no file of more than 4 GiB is given, and none can be made: REST %d and STOR was answered %s", offset, r)
	}
	tr := c.opened("STOR large", r, conn)
	tr.put("ferry")
	tr.close()
	if r := c.reply(); !r.is(226, 250) {
		c.notRun("no file of more than 4 GiB is given, and none can be made: REST %d and STOR ended with %s", offset, r)
	}
	if r := c.ask("SIZE large"); r.code == 213 && strings.TrimSpace(r.text()) == "5" {
		c.notRun("no file of more than 4 GiB is given, and none can be made: after REST %d and STOR, the file has 5 octets", offset)
	}
	return "large"
}
