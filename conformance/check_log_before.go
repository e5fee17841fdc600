package conformance

import (
	"net/netip"

	"github.com/seed-6092453b/ferry/ftp"
)

// logBefore are those of what may be done without a login.
var logBefore = map[string]check{
	"LOG-19": {try: func(t *trial) {
		c := t.connect()
		c.want("RETR f", 530)
	}},
	"LOG-20": {try: func(t *trial) {
		c := t.connect()
		c.want("PWD", 530, 550, 503)
	}},
	"LOG-21": {try: func(t *trial) {
		c := t.connect()
		c.want("LIST", 530)
		if own := c.local(); own.Is4() {
			c.want("PORT "+ftp.FormatHostPort(netip.AddrPortFrom(own, 50_000)), 530)
			c.want("PASV", 530)
		} else {
			// The older two are for IPv4, and refused for that as well.
			c.want("EPRT "+ftp.FormatExtended(netip.AddrPortFrom(own, 50_000)), 530)
			c.want("EPSV", 530)
		}
		c.want("TYPE A", 530, 200)
	}},
	"LOG-22": {try: func(t *trial) {
		c := t.connect()
		c.quit()
	}},
	"LOG-26": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.quit()
	}},
	"LOG-27": {needs: files, try: func(t *trial) {
		c := t.login()
		tr, content := c.halfway()
		c.send("QUIT")
		rest := tr.read()
		tr.data.Close()
		tr.whole(content, rest)
		first := c.reply()
		if !first.is(226, 250, 221) {
			t.fail("QUIT during RETR: %s came, not 226 or 221", first)
		}
		second := c.reply()
		if !second.is(226, 250, 221) || (first.code == 221) == (second.code == 221) {
			t.fail("QUIT during RETR: %s and %s came, not 226 and 221", first, second)
		}
		if more := c.closed(); len(more) > 0 {
			t.fail("after 226 and 221, %s came", more[0])
		}
	}},
}

// quit says QUIT: 221 comes, nothing else, and the server closes the connection.
func (c *control) quit() {
	c.want("QUIT", 221)
	if more := c.closed(); len(more) > 0 {
		c.fail("after the answer to QUIT, %s came", more[0])
	}
}

// halfway begins to fetch a large file, and returns the transfer after its first octets,
// together with what the file has.
func (c *control) halfway() (tr *transfer, content string) {
	content = bigContent()
	c.file("large", content)
	tr = c.begin("RETR large")
	if got := tr.readFull(halfwayRead); string(got) != content[:halfwayRead] {
		c.fail("RETR of a file that was stored sends something else: it begins with %s", brief(got))
	}
	return tr, content
}

const halfwayRead = 1024

// whole sees that what came after halfway is the rest of the file.
func (tr *transfer) whole(content string, rest []byte) {
	if string(rest) != content[halfwayRead:] {
		tr.fail("the file is not complete, or not right: %d octets of %d came", halfwayRead+len(rest), len(content))
	}
}
