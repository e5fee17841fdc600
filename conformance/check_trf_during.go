package conformance

import "slices"

// trfDuring are the checks of what is said during a transfer.
var trfDuring = map[string]check{
	"TRF-61": {needs: files, try: func(t *trial) {
		c := t.login()
		final := c.during("STAT\r\n", 2)
		if !isEither(final, 211) {
			t.fail("STAT during RETR, and the end of RETR, were answered %s and %s, not 211 and 226", final[0], final[1])
		}
		c.alive()
	}},
	"TRF-62": {needs: files, try: func(t *trial) {
		c := t.login()
		final := c.during("NOOP\r\nPWD\r\n", 3)
		said := slices.DeleteFunc(slices.Clone(final), func(r reply) bool { return r.is(226, 250) })
		if len(said) != 2 || said[0].code != 200 || said[1].code != 257 {
			t.fail("NOOP and PWD during RETR, and the end of RETR, were answered %s, %s and %s, not 200 before 257, and 226", final[0], final[1], final[2])
		}
		c.alive()
	}},
	"TRF-64": {needs: files, try: func(t *trial) {
		c := t.login()
		for _, line := range []string{"STOR a", "APPE a", "RETR a", "LIST", "NLST"} {
			conn := c.dialData(c.passive())
			c.send(line)
			var tr *transfer
			r := c.reply()
			for ; r.preliminary(); r = c.reply() {
				if tr != nil {
					t.fail("%s was answered %s after %s", line, r, tr.first)
				}
				c.judge(line, r, 150, 125)
				tr = c.opened(line, r, conn)
				if line == "STOR a" || line == "APPE a" {
					tr.put("Some content.\n")
					tr.close()
				} else {
					tr.read()
					tr.data.Close()
				}
			}
			c.judge("the end of "+line, r, 226, 250)
			conn.Close()
		}
		c.alive()
	}},
	"TRF-65": {needs: files, try: func(t *trial) {
		c := t.login()
		content := bigContent()
		up := c.begin("STOR big")
		up.put(content[:1000])
		c.silent(soon)
		up.put(content[1000:])
		c.silent(soon)
		up.close()
		up.end()
		down := c.begin("RETR big")
		down.readFull(1000)
		c.silent(soon)
		got := down.read()
		down.data.Close()
		down.end()
		if string(got) != content[1000:] {
			t.fail("after the first 1000 octets of the file came %s", unlike(string(got), content[1000:]))
		}
	}},
}

// during sends commands while a file is being fetched, and returns so many final replies.
// All of the file must come.
func (c *control) during(commands string, replies int) (final []reply) {
	c.file("big", bigContent())
	tr := c.begin("RETR big")
	tr.readFull(1000)
	c.write(commands)
	drained := tr.drain()
	for range replies {
		final = append(final, c.reply())
	}
	got, err := drained()
	if string(got) != bigContent()[1000:] {
		c.fail("the transfer has not gone on: after the first 1000 octets came %s (%v)", unlike(string(got), bigContent()[1000:]), err)
	}
	return final
}

// isEither reports whether, of two replies, one has a code and the other is the end of a
// transfer.
func isEither(r []reply, code int) bool {
	return r[0].is(code) && r[1].is(226, 250) || r[1].is(code) && r[0].is(226, 250)
}
