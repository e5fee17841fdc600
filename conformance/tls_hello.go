package conformance

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"fmt"
)

// versionSSL30 is SSL 3.0, which crypto/tls does not have.
const versionSSL30 = 0x0300

// Suites of old, which a server of any of the versions below TLS 1.3 has had.
var oldSuites = []uint16{
	0xc014, 0xc00a, 0xc013, 0xc009, // ECDHE with AES
	0x0039, 0x0033, 0x0016, // DHE with AES, 3DES
	0x0035, 0x002f, 0x000a, 0x0005, 0x0004, // RSA with AES, 3DES, RC4
}

// unknownSuites are reserved, so that nobody can have them (RFC 8701).
var unknownSuites = []uint16{0x0a0a, 0x1a1a}

// helloRecord is the record with which a client begins TLS that can do no version above
// the one named (RFC 5246, 7.4.1.2).
func helloRecord(version uint16, suites []uint16) []byte {
	u16 := binary.BigEndian.AppendUint16
	vector := func(b, content []byte) []byte { return append(u16(b, uint16(len(content))), content...) }
	var list []byte
	for _, s := range suites {
		list = u16(list, s)
	}
	var random [32]byte
	rand.Read(random[:])
	body := append(u16(nil, version), random[:]...)
	body = append(body, 0) // no session
	body = vector(body, list)
	body = append(body, 1, 0) // no compression
	if version > versionSSL30 {
		groups := []byte{0, 29, 0, 23, 0, 24, 0, 25} // X25519, P-256, P-384, P-521
		var ext []byte
		ext = vector(u16(ext, 10), vector(nil, groups))
		ext = vector(u16(ext, 11), []byte{1, 0})  // points uncompressed
		ext = vector(u16(ext, 0xff01), []byte{0}) // renegotiation that is safe (RFC 5746)
		if version >= tls.VersionTLS12 {
			schemes := []byte{4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1, 2, 3, 2, 1}
			ext = vector(u16(ext, 13), vector(nil, schemes))
		}
		body = vector(body, ext)
	}
	message := append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	return vector(u16([]byte{22}, min(version, tls.VersionTLS10)), message)
}

// hello sends a ClientHello, and returns the ServerHello that answers it, or else none and
// what came until the server closed the connection, which it must do.
func (c *control) hello(what string, record []byte) (serverHello bool, said []byte) {
	c.note(c.name, "a ClientHello: %s", what)
	c.conn.SetWriteDeadline(c.patience(c.target.ReplyTime))
	c.conn.Write(record)
	defer c.interruptible(c.raw)()
	deadline := c.patience(c.target.ReplyTime)
	buf := make([]byte, 4<<10)
	for {
		c.conn.SetReadDeadline(deadline)
		n, err := c.r.Read(buf)
		said = append(said, buf[:n]...)
		switch {
		case isServerHello(said):
			c.note(c.name, "a ServerHello: version %#04x", binary.BigEndian.Uint16(said[9:]))
			return true, said
		case c.ctx.Err() != nil:
			c.fail("%s: %s", what, c.cause(err))
		case isTimeout(err):
			c.fail("%s: the server has not closed the connection within %v", what, c.target.ReplyTime)
		case err != nil:
			c.note(c.name, "closed by the server%s", told(said))
			return false, said
		case len(said) > 64<<10:
			c.fail("%s: the server says much and does not close the connection", what)
		}
	}
}

// isServerHello reports whether b begins with one, as far as its version.
func isServerHello(b []byte) bool { return len(b) >= 11 && b[0] == 22 && b[5] == 2 }

// told is what a server says that does not want TLS: an alert, or something in the clear.
func told(said []byte) string {
	switch {
	case len(said) == 0:
		return ""
	case len(said) >= 7 && said[0] == 21:
		return fmt.Sprintf(", after the alert %d", said[6])
	}
	return fmt.Sprintf(", after %q", said[:min(len(said), 200)])
}
