package conformance

import (
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/urgent"
)

// Telnet's commands (RFC 854), as they stand behind IAC.
const (
	iac  = "\xff"
	dont = iac + "\xfe"
	do   = iac + "\xfd"
	wont = iac + "\xfc"
	will = iac + "\xfb"
	sb   = iac + "\xfa"
	ip   = iac + "\xf4"
	dm   = iac + "\xf2"
	se   = iac + "\xf0"
)

// conTelnet are those of Telnet on the control connection.
var conTelnet = map[string]check{
	"CON-11": {needs: needLogin, try: func(t *trial) { t.login().refuses(will+"\x01", dont+"\x01", "WILL ECHO", "DONT ECHO") }},
	"CON-12": {needs: needLogin, try: func(t *trial) {
		t.login().refuses(do+"\x03", wont+"\x03", "DO SUPPRESS-GO-AHEAD", "WONT SUPPRESS-GO-AHEAD")
	}},
	"CON-13": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write(wont + "\x01" + dont + "\x01")
		c.silent(500 * time.Millisecond)
		r := c.want("NOOP", 200)
		if strings.Contains(r.raw, iac) {
			t.fail("WONT and DONT, which ask for nothing, were answered: %s", r)
		}
		c.alive()
	}},
	"CON-14": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write(sb + "\x18\x01" + se + "NOOP\r\n")
		c.only("NOOP after a subnegotiation", c.expect("NOOP after a subnegotiation", 200))
	}},
	"CON-15": {needs: files, try: func(t *trial) {
		c := t.login()
		const name = "a\xffb"
		if r := c.ask("MKD " + encodeTelnet(name)); r.code != 257 {
			t.notOffered("names that are no UTF-8 are not taken: MKD %s was answered %s", printable(encodeTelnet(name)), r)
		}
		// What is sent over the data connection is not Telnet's: it has the name as it is.
		if names := strings.Split(strings.ReplaceAll(string(c.fetch("NLST")), "\r", ""), "\n"); !slices.ContainsFunc(names, func(n string) bool { return strings.TrimPrefix(n, "./") == name }) {
			t.fail("MKD of a, IAC IAC, b has not made a folder whose name has one octet 255, but %s", printable(strings.Join(names, " ")))
		}
		c.want("CWD "+encodeTelnet(name), 250)
	}},
	"CON-16": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.write(ip + dm + "ABOR\r\n")
		r := c.reply()
		if r.is(500, 502) && !c.ask("ABOR").is(500, 502) {
			t.fail("ABOR is known, but with Telnet's IP and DM before it, it was answered %s", r)
		}
		c.only("ABOR", c.judge("ABOR", r, 226, 225))
	}},
	"CON-17": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.synch()
		c.only("NOOP after IP and Synch", c.want("NOOP", 200))
	}},
}

// refuses sees that an option of Telnet is refused, which has to be before the next
// command is answered.
func (c *control) refuses(offer, refusal, what, demanded string) {
	c.write(offer + "NOOP\r\n")
	r := c.expect("NOOP after "+what, 200)
	before, _, _ := strings.Cut(r.raw, "200")
	if !strings.Contains(before, refusal) {
		c.fail("%s was not answered %s (%s), but %s", what, demanded, printable(refusal), r)
	}
	c.alive()
}

// synch sends Telnet's interrupt and Synch (RFC 854): the data mark goes as urgent
// data where the connection has such a thing. Under TLS there is none.
func (c *control) synch() {
	if c.conn == c.raw && urgent.Write(c.raw, []byte(ip+dm)) {
		c.note(c.name, "sent Telnet's interrupt, and the data mark as urgent data")
		return
	}
	c.write(ip + dm)
}
