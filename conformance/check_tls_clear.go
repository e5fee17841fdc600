package conformance

// clearingChecks are about the ways out of TLS, and about who may do without it.
var clearingChecks = map[string]check{
	"TLS-27": {needs: needLogin | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.ccc()
		c.alive()
	}},
	"TLS-29": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		c.ccc()
		for _, line := range []string{"PBSZ 0", "PROT C"} {
			if r := c.ask(line); r.code/100 != 5 {
				c.fail("after CCC, %s was answered %s: the level is fixed then", line, r)
			}
		}
		c.holds("file", sample)
	}},
	"TLS-30": {needs: files | needTLS, try: func(t *trial) {
		if t.endpoint().Security == Implicit {
			t.notRun("this needs a server that begins in the clear")
		}
		c := t.privateLogin()
		c.file("file", sample)
		c.send("REIN")
		r := c.reply()
		if r.code == 120 {
			r = c.reply()
		}
		c.judge("REIN", r, 220)
		c.leaveTLS("the reply to REIN")
		c.prot = 'C'
		c.strictly("PWD", 530)
		c.auth("AUTH TLS")
		c.settle()
		c.holdsInTheClear("file", sample)
	}},
	"TLS-31": {state: NeedTLS, try: func(t *trial) {
		c := t.clear()
		user, _ := c.at.credentials()
		c.strictly("USER "+encodeTelnet(user), 530, 550, 421)
		// There are servers that close the connection then.
		t.underTLS().authenticate()
	}},
}

// ccc gives up the protection of the control connection, where the server lets it.
func (c *control) ccc() {
	if r := c.want("CCC", 200, 534); r.code == 534 {
		c.notOffered("CCC was answered %s", r)
	}
	c.leaveTLS("the reply to CCC")
}
