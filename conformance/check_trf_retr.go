package conformance

import "time"

// trfRetrieve are the checks of RETR.
var trfRetrieve = map[string]check{
	"TRF-01": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "Some content.\n")
		c.holds("a", "Some content.\n")
		c.alive()
	}},
	"TRF-02": {needs: files, try: func(t *trial) {
		c := t.login()
		c.refused("RETR missing", 550, 450)
		c.alive()
	}},
	"TRF-03": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257, 250)
		c.refused("RETR d", 550, 450)
		c.alive()
	}},
	"TRF-04": {needs: files, try: func(t *trial) {
		c := t.login()
		c.refused("RETR", 501)
		c.alive()
	}},
	"TRF-05": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("empty", "")
		c.holds("empty", "")
		c.alive()
	}},
	"TRF-18": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "Some content.\n")
		before := c.ask("MDTM a")
		t.wait(1100 * time.Millisecond) // times are of whole seconds
		for range 2 {
			c.holds("a", "Some content.\n")
		}
		if after := c.ask("MDTM a"); before.code == 213 && after.raw != before.raw {
			t.fail("MDTM was answered %s before RETR, and %s after it", before, after)
		}
	}},
	"TRF-19": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("big", bigContent())
		tr := c.begin("RETR big")
		tr.readFull(1000)
		t.note(tr.label, "closed by the checker")
		tr.data.Close()
		tr.end(426, 226)
		c.alive()
		c.file("a", "after it")
		c.holds("a", "after it")
	}},
	"TRF-20": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "the first")
		c.file("b", "the second")
		conn := c.dialData(c.passive())
		c.write("RETR a\r\nRETR b\r\n")
		tr := c.opened("RETR a", c.preliminary("the first of the two, RETR a,"), conn)
		got := tr.read()
		tr.data.Close()
		tr.end()
		if string(got) != "the first" {
			t.fail("for RETR a came %s", unlike(string(got), "the first"))
		}
		// A server may try to connect to the default data port, where nobody listens.
		r := c.reply()
		if r.is(150, 125) {
			r = c.reply()
		}
		c.judge("RETR b, which has no data connection,", r, 425)
		c.alive()
	}},
}
