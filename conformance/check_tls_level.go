package conformance

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// levelChecks are about PBSZ and PROT. All but the first send them after the login, for
// there are servers that have them only then.
var levelChecks = map[string]check{
	"TLS-09": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.strictly("PBSZ 0", 503)
		c.auth("AUTH TLS")
	}},
	"TLS-10": {needs: needTLS | needLogin, try: func(t *trial) {
		c := t.tlsLogin()
		c.strictly("PROT P", 503)
		c.strictly("PBSZ 0", 200)
		c.strictly("PROT P", 200)
	}},
	"TLS-11": {needs: needTLS | needLogin, try: func(t *trial) {
		c := t.tlsLogin()
		c.strictly("PBSZ 0", 200)
		c.strictly("PROT P", 200)
	}},
	"TLS-12": {needs: needTLS | needLogin, try: func(t *trial) {
		c := t.tlsLogin()
		c.strictly("PBSZ x", 501)
		c.strictly("PBSZ 4294967296", 501)
		c.strictly("PBSZ 0", 200)
	}},
	"TLS-13": {needs: needTLS | needLogin, try: func(t *trial) {
		c := t.tlsLogin()
		r := c.strictly("PBSZ 1000", 200)
		_, rest, told := strings.Cut(strings.ToUpper(r.text()), "PBSZ=")
		if !told {
			return
		}
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if n, err := strconv.ParseUint(digits, 10, 32); err != nil || n > 1000 {
			c.fail("PBSZ 1000 was answered %s, which has no number that is 1000 or less", r)
		}
	}},
	"TLS-14": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		c.level("PROT C", 200, 534)
		c.holdsInTheClear("file", sample)
		c.level("PROT P", 200)
		c.holds("file", sample)
	}},
	"TLS-15": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		for _, line := range []string{"PROT S", "PROT E"} {
			c.strictly(line, 536, 504, 534)
			c.holds("file", sample) // with the level of before
		}
	}},
	"TLS-16": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		c.strictly("PROT X", 504)
		c.holds("file", sample)
	}},
	"TLS-17": {needs: files | needTLS, try: func(t *trial) {
		t.privateLogin().file("file", sample)
		t.tlsLogin().holdsInTheClear("file", sample)
	}},
	"TLS-20": {needs: files, state: NeedPrivate, try: func(t *trial) {
		c := t.tlsLogin()
		c.private()
		c.file("file", sample)
		// Who has not said PROT has the level C, as who has.
		c = t.tlsLogin()
		c.unfit("RETR file")
		c.strictly("PBSZ 0", 200)
		if c.strictly("PROT C", 200, 534).code == 200 {
			c.unfit("RETR file")
		}
		c.level("PROT P", 200)
		c.holds("file", sample)
	}},
	"TLS-21": {needs: files, state: NeedPrivate, try: func(t *trial) {
		c := t.tlsLogin()
		ln, active := c.listen()
		ln.Close()
		c.strictly(active, 200)
		to := c.passive()
		// PROT may still come (RFC 4217, 8).
		c.private()
		conn := c.dialData(to)
		line := "STOR file"
		c.send(line)
		tr := c.opened(line, c.preliminary(line), conn)
		tr.put(sample)
		tr.close()
		tr.end()
		c.holds("file", sample)
	}},
}

// sample is a content that goes over as it is.
const sample = "Not a word of this is in the clear.\r\n"

// level sends PROT. Where it is accepted, the data connections to come are dealt with so.
func (c *control) level(line string, codes ...int) {
	if c.strictly(line, codes...).code == 200 {
		c.prot = line[len(line)-1]
	}
}

// unfit sees that a transfer is refused because its data connection would be in the clear.
// That PASV is refused already is the matter of another item.
func (c *control) unfit(line string) {
	if r := c.ask("PASV"); r.code == 227 {
		at, err := ftp.ParsePassive(r.text())
		c.must(err, "reading "+r.String())
		defer c.dialData(netip.AddrPortFrom(c.host(), at.Port())).Close()
	}
	c.strictly(line, 521, 522, 534)
}

// holdsInTheClear sees that a file comes over a data connection without TLS, where PROT C
// holds; or that such connections are refused.
func (c *control) holdsInTheClear(name, content string) {
	if c.prot == 'P' {
		return // PROT C was refused
	}
	conn := c.dialData(c.passive())
	line := "RETR " + encodeTelnet(name)
	c.send(line)
	r := c.expect(line, 150, 125, 521, 522, 534)
	if !r.preliminary() {
		conn.Close()
		return
	}
	tr := c.opened(line, r, conn)
	got, err := tr.tryRead()
	if err != nil {
		tr.fail("PROT P does not hold, but the data connection brings nothing in the clear: %s", tr.cause(err))
	}
	if string(got) != content {
		tr.fail("PROT P does not hold, but what comes in the clear is %s, not %s", brief(got), brief([]byte(content)))
	}
	tr.data.Close()
	tr.end()
}
