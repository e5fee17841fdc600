package conformance

// logChecks are those of the login.
var logChecks = gather(logIn, logAnonymous, logGuesses, logBefore, logAgain, logHosts, logLanguages)

// logIn are those of the login as it should be.
var logIn = map[string]check{
	"LOG-01": {needs: needLogin, try: func(t *trial) {
		c := t.connect()
		user, _ := c.at.credentials()
		c.want("USER "+encodeTelnet(user), 331, 230, 332, 232)
	}},
	"LOG-02": {try: func(t *trial) {
		c := t.connect()
		user, password := c.at.credentials()
		if r := c.want("USER "+encodeTelnet(user), 331, 230); r.code == 331 {
			r = c.ask("PASS " + encodeTelnet(password))
			switch {
			case r.code == 530:
				t.notRun("the server does not let this user in: %s", r)
			case r.code != 230:
				t.fail("USER and the right PASS were answered %s, not 230", r)
			}
		}
		c.want("PWD", 257)
	}},
	"LOG-08": {try: func(t *trial) {
		c := t.connect()
		c.want("PASS x", 503, 530) // 530 is true, too, and RFC 959 has it for PASS
	}},
	"LOG-09": {try: func(t *trial) {
		c := t.connect()
		c.want("USER", 501)
	}},
	"LOG-10": {needs: needLogin, try: func(t *trial) {
		c := t.connect()
		user, password := c.at.credentials()
		if r := c.want("USER "+encodeTelnet(user), 331, 230, 232); r.code != 331 {
			t.notOffered("USER alone was answered %s", r)
		}
		c.want("NOOP", 200, 503, 530)
		if r := c.want("PASS "+encodeTelnet(password), 230, 503); r.code == 503 {
			c.authenticate() // the session lives
		}
		c.want("PWD", 257)
	}},
	"LOG-11": {state: Spaces, try: func(t *trial) {
		c := t.connect()
		user, password := c.at.credentials()
		c.want("USER "+encodeTelnet(user), 331)
		c.want("PASS "+encodeTelnet(password), 230)
	}},
	"LOG-17": {state: NeedAccount, try: func(t *trial) {
		c := t.connect()
		user, password := c.at.credentials()
		// until has a login come to where ACCT is needed.
		until := func() {
			if r := c.want("USER "+encodeTelnet(user), 331, 332); r.code == 331 {
				c.want("PASS "+encodeTelnet(password), 332)
			}
		}
		until()
		c.want("ACCT wrong"+encodeTelnet(c.at.Account), 530)
		if r := c.ask("PWD"); r.code == 257 {
			t.fail("a wrong ACCT was answered 530, but the user is logged in: PWD was answered %s", r)
		}
		until()
		c.want("ACCT "+encodeTelnet(c.at.Account), 230)
		c.want("PWD", 257)
	}},
	"LOG-18": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("ACCT x", 202, 503, 502, 530)
		c.alive()
	}},
	"LOG-28": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		_, password := c.at.credentials()
		c.want("PASS "+encodeTelnet(password), 503, 202, 230)
		c.want("PWD", 257)
	}},
}

// logAnonymous are those of users who need no password of their own.
var logAnonymous = map[string]check{
	"LOG-12": {try: func(t *trial) {
		e, on := t.target.At[Anonymous]
		if !on {
			e = t.endpoint()
		}
		r := t.connectWith(e).asAnonymous("a@b")
		switch {
		case on && r.code != 230:
			t.fail("anonymous is on, but its login was answered %s, not 230", r)
		case !r.is(230, 530):
			t.fail("the login of anonymous was answered %s, not 230 or 530", r)
		}
	}},
	"LOG-13": {state: Anonymous, try: func(t *trial) {
		r := t.connect().asAnonymous("-a@b")
		if r.code != 230 {
			t.fail("the login of anonymous was answered %s, not 230", r)
		}
		if len(r.lines) > 1 {
			t.fail("a password that begins with a hyphen asks for no long texts, but the login was answered with %d lines: %s", len(r.lines), r)
		}
	}},
	"LOG-14": {state: Anonymous, try: func(t *trial) {
		// A client that has nothing to say may leave the blank out.
		for _, pass := range []string{"PASS ", "PASS"} {
			c := t.connect()
			if r := c.want("USER anonymous", 331, 230); r.code == 331 {
				c.want(pass, 230, 530)
			}
		}
	}},
}

// asAnonymous logs in as anonymous, and returns the last reply.
func (c *control) asAnonymous(password string) reply {
	r := c.ask("USER anonymous")
	if r.code == 331 {
		r = c.ask("PASS " + password)
	}
	return r
}
