package conformance

import (
	"net/netip"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// tlsClientChecks are about servers that are the client of TLS, as one of two servers has
// to be.
var tlsClientChecks = map[string]check{
	"TLS-41": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		c.sscn("SSCN", "SERVER")
		c.sscn("SSCN ON", "CLIENT")
		c.fetchAsServer("RETR file", c.passive(), sample)
		c.sscn("SSCN OFF", "SERVER")
		c.holds("file", sample)
		c.strictly("SSCN X", 501)
	}},
	"TLS-42": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		r := c.want("CPSV", 227)
		at, err := ftp.ParsePassive(r.text())
		c.must(err, "reading "+r.String())
		c.fetchAsServer("RETR file", netip.AddrPortFrom(c.host(), at.Port()), sample)
		// It holds for one transfer.
		c.holds("file", sample)
	}},
}

// sscn sends SSCN, which must tell which side the server is on.
func (c *control) sscn(line, side string) {
	if r := c.want(line, 200); !strings.Contains(strings.ToUpper(r.text()), side) {
		c.fail("%s was answered %s, in which there is no %s", line, r, side)
	}
}

// fetchAsServer fetches a file over a data connection to the address, on which the checker
// is the server of TLS.
func (c *control) fetchAsServer(line string, to netip.AddrPort, content string) {
	conn := c.dialData(to)
	c.send(line)
	first := c.preliminary(line)
	tr := c.on(conn)
	tr.line, tr.first = line, first
	tr.serveTLS()
	got, err := tr.tryRead()
	tr.close()
	tr.end()
	tr.must(err, "reading from the data connection")
	if string(got) != content {
		tr.fail("%s came, not %s", brief(got), brief([]byte(content)))
	}
}
