package conformance

// dirSiteChecks are about SITE.
var dirSiteChecks = map[string]check{
	"DIR-38": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.site("SITE HELP", 214, 200)
		c.alive()
	}},
	"DIR-39": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		line := "SITE NOSUCH"
		c.judge(line, c.ask(line), 500, 501, 502, 504)
		c.alive()
	}},
	"DIR-40": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("SITE", 501, 500)
		c.alive()
	}},
	"DIR-41": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "mine")
		// see sees that the file has a mode, if that is to be seen.
		see := func(want uint64, after string) {
			if got, ok := c.mode("f"); ok && got != want {
				t.fail("after %s the mode of the file is %03o, not %03o", after, got, want)
			}
		}
		c.site("SITE CHMOD 644 f", 200, 250)
		see(0o644, "SITE CHMOD 644 f")
		c.site("SITE CHMOD 600 f", 200, 250)
		see(0o600, "SITE CHMOD 600 f")
		c.judge("SITE CHMOD 999 f", c.ask("SITE CHMOD 999 f"), 501)
		see(0o600, "SITE CHMOD 999 f, which was refused,")
	}},
	"DIR-42": {needs: files, try: func(t *trial) {
		c := t.login()
		unknown, known := "", 0
		try := func(line string) bool {
			r := c.ask(line)
			if c.siteless(r) {
				unknown = line + " was answered " + r.String()
				return false
			}
			known++
			c.judge(line, r, 200)
			return true
		}
		if try("SITE UMASK") && try("SITE UMASK 077") {
			c.file("f", "mine alone")
			if mode, ok := c.mode("f"); ok && mode&0o077 != 0 {
				t.fail("under SITE UMASK 077 a new file has the mode %03o", mode)
			}
		}
		try("SITE IDLE 600")
		c.alive()
		if known == 0 {
			t.notOffered("%s", unknown)
		}
	}},
	"DIR-43": {try: func(t *trial) {
		c := t.connect()
		line := "SITE CPFR f"
		if r := c.ask(line); r.is(500, 502, 504) {
			t.notOffered("%s was answered %s", line, r)
		} else {
			c.judge(line, r, 530)
		}
		line = "SITE CPTO g"
		c.judge(line, c.ask(line), 530, 503)
	}},
	"DIR-44": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "what a has")
		c.site("SITE CPFR a", 350)
		c.site("SITE CPTO b", 250)
		c.holds("b", "what a has")
		c.holds("a", "what a has")
	}},
}

// site sends a command of SITE, which must be answered with one of the codes. Where the
// server does not have it, the trial ends as not offered.
func (c *control) site(line string, codes ...int) reply {
	r := c.ask(line)
	if c.siteless(r) {
		c.notOffered("%s was answered %s", line, r)
	}
	return c.judge(line, r, codes...)
}

// siteless reports whether a reply says that there is no such command of SITE: some
// servers say 501 then, as they do to any that there is not.
func (c *control) siteless(r reply) bool {
	return r.is(500, 502, 504, 202) || r.code == 501 && c.ask("SITE NOSUCH").code == 501
}
