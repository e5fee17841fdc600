package conformance

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// extendedChecks are those of EPRT and EPSV (RFC 2428).
var extendedChecks = map[string]check{
	"DCO-20": {needs: files, try: func(t *trial) { t.extendedActive(t.login4(), "|") }},
	"DCO-21": {needs: files, try: extendedIPv6},
	"DCO-22": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.offersEPRT()
		c.protocols(c.strictly("EPRT |9|x|1|", 522))
		c.alive()
	}},
	"DCO-23": {needs: files, try: func(t *trial) { t.extendedActive(t.login4(), "!") }},
	"DCO-24": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.offersEPRT()
		addr := fmt.Sprintf("|%d|%v|", c.family(), c.local())
		for _, line := range []string{"EPRT " + addr, "EPRT " + addr + "x|", "EPRT"} {
			c.strictly(line, 501)
		}
		c.alive()
	}},
	"DCO-25": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.offersEPRT()
		c.forbidden(extendedTo(netip.AddrPortFrom(c.local(), smtp)), "25 is the port of a service, of mail")
		t.bounce(c, extendedTo)
	}},
	"DCO-26": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("file", "content")
		c.retrieveFrom(c.want("EPSV", 229))
		c.alive()
	}},
	"DCO-27": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("file", "content")
		c.want("EPSV", 229)
		for family := 1; family <= 2; family++ {
			line := fmt.Sprintf("EPSV %d", family)
			switch r := c.strictly(line, 229, 522); {
			case r.is(229):
				c.retrieveFrom(r)
			case family == c.family():
				t.fail("%s was answered %s, while EPSV alone uses that very protocol", line, r)
			default:
				c.protocols(r)
			}
		}
		c.alive()
	}},
	"DCO-28": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("EPSV", 229)
		c.protocols(c.strictly("EPSV 9", 522))
		c.alive()
	}},
	"DCO-29": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("EPSV", 229)
		c.strictly("EPSV x", 501, 522)
		c.alive()
	}},
	"DCO-30": {needs: files, state: IPv6, try: func(t *trial) {
		c := t.login()
		c.file("file", "content")
		c.retrieveFrom(c.want("EPSV", 229))
	}},
	"DCO-31": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("EPSV", 229)
		c.onlyEPSV()
		c.alive()
	}},
	"DCO-32": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("EPSV", 229)
		_, active := c.listen()
		c.onlyEPSV()
		long := netip.AddrPortFrom(c.local(), 40_000)
		lines := []string{"PASV", extendedTo(long), "LPRT " + ftp.FormatLong(long)}
		if c.local().Is4() {
			lines = append(lines, active)
		}
		for _, line := range lines {
			c.forbidden(line, "after EPSV ALL there is only EPSV")
		}
		c.alive()
	}},
	"DCO-33": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("file", "content")
		c.want("EPSV", 229)
		c.onlyEPSV()
		at := c.extendedPort(c.strictly("EPSV", 229))
		conn := c.dialData(at)
		c.send("LIST")
		tr := c.opened("LIST", c.preliminary("LIST"), conn)
		got := tr.read()
		tr.data.Close()
		tr.end()
		if !strings.Contains(string(got), "file") {
			t.fail("LIST after EPSV ALL and EPSV brought %s, which does not name the file that is there", brief(got))
		}
	}},
	"DCO-34": {needs: needLogin, try: extendedAborted},
}

func extendedTo(at netip.AddrPort) string { return "EPRT " + ftp.FormatExtended(at) }

// family is the number of the control connection's address family (RFC 2428, 2).
func (c *control) family() int {
	if c.local().Is4() {
		return 1
	}
	return 2
}

// offersEPRT sees that the server knows EPRT at all.
func (c *control) offersEPRT() {
	ln, _ := c.listen()
	c.want(extendedTo(netip.AddrPortFrom(c.local(), addrPort(ln.Addr()).Port())), 200)
}

// extendedActive has the server connect to where EPRT says, with a certain delimiter.
func (t *trial) extendedActive(c *control, delimiter string) {
	c.file("file", "content")
	if delimiter != "|" {
		c.offersEPRT()
	}
	ln, _ := c.listen()
	at := netip.AddrPortFrom(c.local(), addrPort(ln.Addr()).Port())
	line := strings.ReplaceAll(extendedTo(at), "|", delimiter)
	if delimiter == "|" {
		c.want(line, 200)
	} else {
		c.strictly(line, 200)
	}
	c.send("RETR file")
	conn := c.accept(ln)
	c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
}

// extendedIPv6 gives the address of an IPv6 client where the server is reached by IPv6.
// Over IPv4 the client has none, and a server that knows IPv6 may refuse the address as
// somebody else's (RFC 2577, 3).
func extendedIPv6(t *trial) {
	c := t.login()
	c.offersEPRT()
	if e, ok := t.target.At[IPv6]; ok && c.local().Is4() {
		c = t.loginTo(e)
	}
	if c.local().Is4() {
		line := extendedTo(netip.AddrPortFrom(netip.IPv6Loopback(), 40_000))
		if r := c.strictly(line, 200, 522, 501, 504); r.is(522) {
			c.protocols(r)
		}
		c.alive()
		return
	}
	c.file("file", "content")
	ln, command := c.listen()
	if r := c.strictly(command, 200, 522); r.is(522) {
		c.protocols(r)
		return
	}
	c.send("RETR file")
	conn := c.accept(ln)
	c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
}

// protocols sees that 522 lists the address families that can be used instead, and
// that the text has no other parentheses (RFC 2428, 2).
func (c *control) protocols(r reply) {
	text := r.text()
	_, rest, ok := strings.Cut(text, "(")
	list, behind, closed := strings.Cut(rest, ")")
	if !ok || !closed || strings.ContainsAny(list+behind, "()") {
		c.fail("%s does not list the protocols in one pair of parentheses, as (1,2)", r)
	}
	families := strings.Split(list, ",")
	for _, f := range families {
		if f == "" || strings.Trim(f, "0123456789") != "" {
			c.fail("%s lists %q, which is no number of an address family", r, f)
		}
	}
	if own := fmt.Sprint(c.family()); !slices.Contains(families, own) {
		c.fail("%s does not list %s, the protocol of this very connection", r, own)
	}
}

// extendedPort is where the server listens by a 229, whose form is exact: (<d><d><d>port<d>).
func (c *control) extendedPort(r reply) netip.AddrPort {
	at, err := ftp.ParseExtendedPassive(r.text())
	if err != nil {
		c.fail("%s does not have (|||port|)", r)
	}
	_, inner, _ := strings.Cut(r.text(), "(")
	if d := inner[:1]; !strings.HasPrefix(inner, strings.Repeat(d, 3)) {
		c.fail("%s has something in the first two fields, which are empty", r)
	}
	return netip.AddrPortFrom(c.host(), at.Port())
}

// retrieveFrom retrieves the file where a 229 says.
func (c *control) retrieveFrom(r reply) {
	conn := c.dialData(c.extendedPort(r))
	c.send("RETR file")
	c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
}

// onlyEPSV says EPSV ALL, to which the text gives no code.
func (c *control) onlyEPSV() {
	if r := c.ask("EPSV ALL"); r.code/100 != 2 {
		c.fail("EPSV ALL was answered %s, not 2yz", r)
	}
}

// extendedAborted: ABOR lets the server close the listener (RFC 2428, 3).
func extendedAborted(t *trial) {
	c := t.login()
	for n := 1; ; n++ {
		at := c.extendedPort(c.want("EPSV", 229))
		c.want("ABOR", 226, 225)
		conn, err := c.tryData(at, netip.Addr{})
		if err != nil {
			c.alive()
			return
		}
		conn.Close()
		if n == attempts {
			t.fail("after EPSV and ABOR, the server still takes connections on the data port %d", at.Port())
		}
	}
}
