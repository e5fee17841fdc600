package conformance

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net/netip"
	"time"
)

// handshakeChecks are about the TLS handshake itself.
var handshakeChecks = map[string]check{
	"TLS-35": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.strictly("AUTH TLS", 234)
		what := "TLS 1.2 with cipher suites that nobody has"
		if ok, said := c.hello(what, helloRecord(tls.VersionTLS12, unknownSuites)); ok {
			c.fail("%s was answered by a ServerHello", what)
		} else {
			c.onlyFarewell(what, said)
		}
	}},
	"TLS-36": {needs: needTLS, try: func(t *trial) {
		a, b := t.target.Hosts[0], t.target.Hosts[1]
		if a == "" || b == "" {
			t.notRun("this needs two virtual hosts")
		}
		c := t.clear()
		c.tls.ServerName, c.tls.InsecureSkipVerify = a, true
		c.auth("AUTH TLS")
		c.want("HOST "+b, 504)
		c.want("HOST "+a, 220)
	}},
	"TLS-37": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.tls.NextProtos = []string{"ftp"}
		c.auth("AUTH TLS")
		if got := c.conn.(*tls.Conn).ConnectionState().NegotiatedProtocol; got != "ftp" {
			c.fail("the client offers the protocol %q by ALPN, and the server selects %q", "ftp", got)
		}
	}},
	"TLS-38": {needs: needTLS, try: func(t *trial) {
		c := t.clear()
		c.tls.NextProtos = []string{"http/1.1"}
		c.strictly("AUTH TLS", 234)
		switch err := c.handshake(); {
		case err == nil:
			c.fail("the TLS handshake succeeds, though the client offers no protocol but %q by ALPN", "http/1.1")
		case isTimeout(err):
			c.fail("the TLS handshake does not end, in which the client offers no protocol but %q by ALPN", "http/1.1")
		}
	}},
	"TLS-39": {needs: needLogin, state: ImplicitTLS, try: func(t *trial) {
		c := t.dialTo(t.endpoint(), netip.Addr{})
		c.silent(300 * time.Millisecond)
		c.startTLS()
		c.greeting()
		c.authenticate()
		c.alive()
	}},
	"TLS-40": {state: ImplicitTLS, try: func(t *trial) {
		c := t.dialTo(t.endpoint(), netip.Addr{})
		line := "USER anonymous"
		c.note(c.name, "%s in the clear", line)
		_, said := c.hello(line, []byte(line+"\r\n"))
		if r := asReply(said); r.code != 0 && r.code < 400 {
			c.fail("%s was answered %s, in the clear", line, r)
		}
	}},
	"TLS-43": {needs: needTLS, try: func(t *trial) {
		for _, old := range []uint16{tls.VersionTLS11, tls.VersionTLS10, versionSSL30} {
			c := t.clear()
			c.strictly("AUTH TLS", 234)
			name := tls.VersionName(old)
			if ok, said := c.hello(name, helloRecord(old, oldSuites)); ok {
				c.fail("the server begins %s", name)
			} else {
				c.onlyFarewell(name, said)
			}
		}
	}},
}

// onlyFarewell sees that what a server has said before it closed the connection is an alert
// or 421, or nothing: what was the reason stands in what.
func (c *control) onlyFarewell(what string, said []byte) {
	if len(said) == 0 || said[0] == 21 {
		return
	}
	if asReply(said).code != 421 {
		c.fail("%s: before it closes the connection, the server says %q", what, said[:min(len(said), 200)])
	}
}

// asReply is what octets are as a reply, if they are any.
func asReply(octets []byte) reply {
	r, _ := readReply(bufio.NewReader(bytes.NewReader(octets)), func(string) {})
	return r
}
