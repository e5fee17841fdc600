package conformance

import (
	"strings"
	"time"
)

// parChecks are those of TYPE, STRU, MODE and ALLO.
var parChecks = map[string]check{
	"PAR-01": {needs: needLogin, try: func(t *trial) { t.login().set("TYPE A") }},
	"PAR-02": {needs: needLogin, try: func(t *trial) { t.login().set("TYPE A N") }},
	"PAR-03": {needs: needLogin, try: func(t *trial) { t.login().set("TYPE A T") }},
	"PAR-04": {needs: needLogin, try: func(t *trial) { t.login().maySet("TYPE A C") }},
	"PAR-05": {needs: files, try: func(t *trial) { t.login().setOctets("TYPE I") }},
	"PAR-06": {needs: files, try: func(t *trial) { t.login().setOctets("TYPE L 8") }},
	"PAR-07": {needs: needLogin, try: func(t *trial) { t.login().wrong(501, "TYPE L") }},
	"PAR-08": {needs: needLogin, try: func(t *trial) { t.login().maySet("TYPE L 36") }},
	"PAR-09": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.strictly("TYPE L 0", 501, 504)
		c.strictly("TYPE L 256", 501, 504)
		c.alive()
	}},
	"PAR-10": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.maySet("TYPE E")
		c.set("TYPE E N")
	}},
	"PAR-11": {needs: needLogin, try: func(t *trial) { t.login().wrong(501, "TYPE") }},
	"PAR-12": {needs: needLogin, try: func(t *trial) { t.login().wrong(504, "TYPE Z") }},
	"PAR-13": {needs: needLogin, try: func(t *trial) { t.login().wrong(504, "TYPE A X") }},
	"PAR-14": {needs: needLogin, try: typeFormatReturns},
	"PAR-15": {needs: needLogin, try: func(t *trial) { t.login().set("STRU F") }},
	"PAR-16": {needs: needLogin, try: func(t *trial) { t.login().maySet("STRU R") }},
	"PAR-17": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("STRU P", 504, 200)
		c.set("STRU F")
	}},
	"PAR-18": {needs: needLogin, try: func(t *trial) { t.login().wrong(504, "STRU X", "STRU") }},
	"PAR-19": {needs: needLogin, try: func(t *trial) { t.login().set("MODE S") }},
	"PAR-20": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		// Each may be offered without the other.
		var left []string
		for _, line := range []string{"MODE B", "MODE C"} {
			if r := c.strictly(line, 200, 504); r.is(504) {
				left = append(left, line)
			}
		}
		c.set("MODE S")
		if len(left) == 2 {
			t.notOffered("%s were answered 504", strings.Join(left, " and "))
		}
	}},
	"PAR-21": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		if r := c.strictly("MODE Z", 200, 504, 501); !r.is(200) {
			c.alive()
			t.notOffered("MODE Z was answered %s", r)
		}
		c.set("MODE S")
	}},
	"PAR-22": {needs: needLogin, try: func(t *trial) { t.login().wrong(504, "MODE X", "MODE") }},
	"PAR-23": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("ALLO 100", 200, 202)
		content := strings.Repeat("0123456789", 10)
		c.file("reserved", content)
		c.holds("reserved", content)
	}},
	"PAR-24": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("ALLO 100 R 80", 200, 202, 504)
		c.alive()
	}},
	"PAR-25": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("ALLO 1", 200, 202)
		c.strictly("ALLO x", 501)
		c.alive()
	}},
	"PAR-26": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("ALLO 999999999999999", 200, 202, 552, 452)
		c.alive()
	}},
	"PAR-27": {needs: files, try: typePersists},
	"PAR-28": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		if r := c.ask("MODE Z"); !r.is(200) {
			t.notOffered("MODE Z was answered %s", r)
		}
		c.strictly("OPTS MODE Z LEVEL 9", 200)
		c.strictly("OPTS MODE Z LEVEL 99", 501)
		c.strictly("OPTS MODE Z", 200)
		c.set("MODE S")
	}},
	"PAR-29": {needs: files, try: typeDuringTransfer},
}

// set sends a command that must be answered 200, and sees that the session goes on.
func (c *control) set(line string) {
	c.want(line, 200)
	c.alive()
}

// maySet is set for what a server may leave out.
func (c *control) maySet(line string) {
	c.choice(line)
	c.alive()
}

// wrong sends commands that must be refused: with 501, or where code is 504, with that
// or 501. What was set before holds.
func (c *control) wrong(code int, lines ...string) {
	for _, line := range lines {
		if code == 501 {
			c.strictly(line, 501)
		} else {
			c.strictly(line, 504, 501)
		}
	}
	c.alive()
}

// setOctets sets a type under which files go as they are, and sees that they do.
func (c *control) setOctets(line string) {
	c.set(line)
	all := octets()
	c.file("octets", all)
	c.holds("octets", all)
}

// octets are all values of an octet, and the line ends that a text type would change.
func octets() string {
	b := []byte("one\ntwo\r\nthree\rfour\r\x00five\n")
	for i := range 256 {
		b = append(b, byte(i))
	}
	return string(b)
}

// typeFormatReturns: "If the Format parameter is changed, and later just the first
// argument is changed, Format then returns to the Non-print default" (RFC 959, 4.1.2).
// Only STAT shows it, in a text that is free: the lines that change with the format are
// those that tell it.
func typeFormatReturns(t *trial) {
	c := t.login()
	c.param("TYPE A T") // PAR-03 is about that
	status := func(line string) []string {
		c.want(line, 200)
		return c.want("STAT", 211).lines
	}
	first, telnet, bare, again := status("TYPE A N"), status("TYPE A T"), status("TYPE A"), status("TYPE A N")
	if len(first) != len(telnet) || len(first) != len(again) || len(first) != len(bare) {
		t.notRun("STAT does not tell the format in a way that can be made out")
	}
	tells := 0
	for i := range first {
		if first[i] == telnet[i] || first[i] != again[i] {
			continue // it does not tell, or it tells something else: a time, a count
		}
		if tells++; bare[i] != first[i] {
			t.fail("after TYPE A T and TYPE A, STAT says %q, after TYPE A N %q", printable(bare[i]), printable(first[i]))
		}
	}
	if tells == 0 {
		t.notRun("STAT says the same after TYPE A T as after TYPE A N, so that it cannot be seen which one holds")
	}
}

func typePersists(t *trial) {
	c := t.login()
	all := octets()
	c.file("octets", all)
	c.want("TYPE I", 200)
	for _, which := range []string{"first", "second"} {
		if got := c.fetch("RETR octets"); string(got) != all {
			t.fail("the %s RETR after TYPE I brings %s, not %s", which, brief(got), brief([]byte(all)))
		}
	}
}

// typeDuringTransfer sends TYPE A in the middle of an upload, whose end is in the
// checker's hands. The octets would be others under TYPE A, before and after.
func typeDuringTransfer(t *trial) {
	c := t.login()
	before, after := "one\r\ntwo\n", "three\r\nfour\n"
	tr := c.begin("STOR upload")
	tr.put(before)
	c.send("TYPE A")
	t.wait(200 * time.Millisecond) // for a server that would act upon it
	tr.put(after)
	tr.close()
	switch r := c.reply(); {
	case r.is(503):
		tr.end()
	case r.is(226, 250):
		if r := c.reply(); !r.is(200, 503) {
			t.fail("TYPE A, sent during a transfer, was answered %s, not 200 when it was over, nor 503", r)
		}
	case r.is(200):
		t.fail("TYPE A was answered %s while the transfer went on, whose own reply comes first", r)
	default:
		t.fail("%s came after TYPE A during a transfer, not 226 and then 200, nor 503", r)
	}
	c.want("TYPE I", 200)
	c.holds("upload", before+after)
}
