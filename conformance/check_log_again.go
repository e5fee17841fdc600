package conformance

import (
	"fmt"
)

// logAgain are those of USER in a session, and of REIN.
var logAgain = map[string]check{
	"LOG-15": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		if !c.again() {
			c.alive() // as before
		}
		c.want("PWD", 257)
	}},
	"LOG-16": {needs: files, try: func(t *trial) {
		c := t.login()
		look, _, image := c.lookOfType()
		c.want("TYPE I", 200)
		if !c.again() {
			t.notOffered("USER in a session is refused")
		}
		if look() != image {
			t.fail("after TYPE I and another login, the type is no longer I: RETR and SIZE are as in TYPE A, or otherwise")
		}
	}},
	"LOG-23": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.rein()
		c.want("PWD", 530, 550, 503)
	}},
	"LOG-24": {needs: files, try: func(t *trial) {
		c := t.login()
		look, ascii, _ := c.lookOfType()
		c.want("TYPE I", 200)
		c.rein()
		c.authenticate()
		if look() != ascii {
			t.fail("after REIN and another login, the type is not the default, A: RETR and SIZE are as in TYPE I, or otherwise")
		}
	}},
	"LOG-25": {needs: files, try: func(t *trial) {
		c := t.login()
		c.withoutTLS()
		tr, content := c.halfway()
		c.send("REIN")
		rest := tr.read()
		tr.data.Close()
		first := c.reply()
		if first.is(500, 502) {
			t.notOffered("REIN was answered %s", first)
		}
		tr.whole(content, rest)
		if !first.is(226, 250) {
			t.fail("REIN during RETR: %s came, not 226, and then 220", first)
		}
		c.reinDone(c.reply())
		c.want("PWD", 530, 550, 503)
	}},
}

// again logs in once more in a session, and reports whether the server lets that be.
func (c *control) again() bool {
	user, password := c.at.credentials()
	r := c.want("USER "+encodeTelnet(user), 331, 230, 530)
	if r.code == 331 {
		r = c.want("PASS "+encodeTelnet(password), 230, 530)
	}
	return r.code == 230
}

// rein says REIN, by which the session is as it was after connecting. TLS ends by it
// (RFC 4217, 13), which is not what the items here are about.
func (c *control) rein() {
	c.withoutTLS()
	c.reinDone(c.ask("REIN"))
}

func (c *control) withoutTLS() {
	if c.conn != c.raw {
		c.notRun("this needs a session without TLS")
	}
}

func (c *control) reinDone(r reply) {
	if r.code == 120 {
		r = c.reply()
	}
	c.judge("REIN", r, 220)
}

// lookOfType returns a function that tells by what is seen of a file which type is
// set, and what it returns in TYPE A and in TYPE I. Where that is the same, the trial ends.
func (c *control) lookOfType() (look func() string, ascii, image string) {
	c.want("TYPE I", 200)
	c.file("lines", "one\ntwo\n")
	path := encodeTelnet(c.home(c) + "/" + c.item.folder() + "/lines")
	look = func() string { return fmt.Sprintf("%q %s", c.fetch("RETR "+path), c.ask("SIZE "+path)) }
	c.want("TYPE A", 200)
	ascii = look()
	c.want("TYPE I", 200)
	image = look()
	if ascii == image {
		c.notRun("the server does not show which type is set: RETR and SIZE are the same in TYPE A and TYPE I")
	}
	return look, ascii, image
}
