package conformance

import (
	"time"
)

// injectionTime is how long a server may take to answer what it should not.
const injectionTime = 300 * time.Millisecond

// authChecks are about AUTH and what else there is of RFC 2228, before TLS has begun.
var authChecks = map[string]check{
	"TLS-01": {try: func(t *trial) {
		c := t.clear()
		c.want("AUTH TLS", 234)
		c.startTLS()
		c.ask("NOOP") // what is answered before a login is not the matter
	}},
	"TLS-02": {try: func(t *trial) {
		// 334 would have the client go on with ADAT, which TLS has no use for.
		for _, line := range []string{"AUTH TLS", "AUTH TLS-C"} {
			c := t.clear()
			switch r := c.ask(line); {
			case r.code == 334:
				c.fail("%s was answered %s: 234 is what begins TLS", line, r)
			case r.code == 234:
				c.startTLS()
			case line == "AUTH TLS":
				c.notOffered("%s was answered %s", line, r)
			}
		}
	}},
	"TLS-03": {needs: needTLS, try: func(t *trial) {
		for _, line := range []string{"AUTH TLS-C", "auth tls"} {
			c := t.clear()
			c.auth(line)
			c.ask("NOOP")
		}
	}},
	"TLS-04": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.strictly("AUTH NOSUCH", 504, 534)
		c.auth("AUTH TLS") // it has changed nothing
	}},
	"TLS-05": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.strictly("AUTH", 501, 504)
		c.auth("AUTH TLS")
	}},
	"TLS-06": {state: Plain, try: func(t *trial) {
		c := t.clear()
		c.anyhow("AUTH TLS", 500, 502)
		c.ask("NOOP")
	}},
	"TLS-07": {needs: files | needTLS, try: tryAuthAnew},
	"TLS-08": {needs: needTLS, try: tryInjection},
	"TLS-28": {try: func(t *trial) { t.clear().anyhow("CCC", 533, 500, 502) }},
	"TLS-32": {try: func(t *trial) { t.clear().anyhow("ADAT aGk=", 503) }},
	"TLS-33": {try: func(t *trial) {
		c := t.clear()
		if r := c.want("AUTH GSSAPI", 334, 504, 534, 431); r.code != 334 {
			c.ask("NOOP")
		}
	}},
	"TLS-34": {try: func(t *trial) {
		c := t.clear()
		for _, line := range []string{"MIC aGk=", "ENC aGk=", "CONF aGk="} {
			c.anyhow(line, 503, 502, 500)
		}
	}},
	"TLS-44": {needs: needTLS | needLogin, try: func(t *trial) {
		c := t.underTLS()
		if r := c.strictly("AUTH TLS", 503, 534, 234); r.code == 234 && c.handshake() != nil {
			// No document says if that is within the TLS that there is, or in its place.
			c = t.underTLS()
			c.strictly("AUTH TLS", 234)
			c.conn = c.raw
			c.must(c.handshake(), "the TLS handshake after a second AUTH")
		}
		c.authenticate()
		c.alive()
	}},
}

// tryAuthAnew sees that AUTH, like REIN, takes back the login, the working directory and
// the transfer parameters.
func tryAuthAnew(t *trial) {
	before := t.privateLogin()
	before.file("text", "one\ntwo\n")
	path := before.home(before) + "/" + t.item.folder() + "/text"
	before.want("TYPE A", 200)
	ascii := string(before.fetch("RETR text"))

	c := t.clear()
	start := ""
	if c.logIn().is(230, 232, 202) { // or it takes TLS
		start = c.workingDir()
		c.want("TYPE I", 200)
		c.enter()
	}
	if r := c.ask("AUTH TLS"); r.code != 234 && start != "" {
		c.notOffered("AUTH TLS after the login was answered %s", r)
	} else {
		c.judge("AUTH TLS", r, 234)
	}
	c.startTLS()
	c.strictly("PWD", 530)
	c.authenticate()
	if dir := c.workingDir(); start != "" && dir != start {
		c.fail("the working directory is still %s after AUTH, and not %s, as after any login", printable(dir), printable(start))
	}
	c.private()
	if got := string(c.fetch("RETR " + encodeTelnet(path))); got != ascii {
		c.fail("after AUTH the type should be A again, but %q comes, not %q", got, ascii)
	}
}

// tryInjection sends a command in the clear together with AUTH, as somebody between client
// and server could. That the server then ends the connection is as good as that it forgets
// the command.
func tryInjection(t *trial) {
	c := t.clear()
	c.write("AUTH TLS\r\nNOOP\r\n")
	if r := c.expect("AUTH TLS", 234, 421, 500, 501, 502, 503, 504, 534); r.code != 234 {
		return
	}
	if c.handshake() != nil {
		return // it was taken for a part of the handshake
	}
	c.silent(injectionTime)
	c.ask("SYST")
	c.silent(injectionTime)
}
