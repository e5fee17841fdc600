package ftpserver_test

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// A handshake that a client of FuzzTLSStates makes.
const (
	shakeNew = iota // of the version that the server likes best
	shake12
	shakeALPN
	shakeCert
	shakeCache // with the tickets of before
	shakeOtherName
	shakeNoName
	shakeHTTP
	shakeStranger
	shakeOld
	shakeCut
	shakeReset
	shakeSilent
	shakeGarbage
	shakeCommand
	shakeKinds
)

// shake makes the handshake that AUTH, or an implicit connection, has brought about.
func (c *stateClient) shake(mechanism string) {
	kind := c.next() % shakeKinds
	c.note("(handshake %d)", kind)
	c.wire.secure, c.wire.log = true, nil
	c.wire.SetDeadline(time.Now().Add(time.Hour))
	if kind == shakeGarbage || kind == shakeCommand {
		text := "USER joe\r\nPASS secret\r\n"
		if kind == shakeGarbage {
			text = string(c.prog[:min(len(c.prog), 1+c.next())]) + "\x00"
		}
		io.WriteString(c.wire, text)
		c.wire.Conn.(interface{ CloseWrite() error }).CloseWrite()
		c.broken(!c.listener.Implicit)
		return
	}
	cfg := &tls.Config{InsecureSkipVerify: true, ServerName: serverName}
	cut := func() {}
	switch kind {
	case shake12:
		cfg.MaxVersion = tls.VersionTLS12
	case shakeALPN:
		cfg.NextProtos = []string{"ftp"}
	case shakeCert, shakeStranger:
		cert := people().issue("joe")
		if kind == shakeStranger {
			cert = others().issue("joe")
		}
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	case shakeOtherName:
		cfg.ServerName = "other.example"
	case shakeNoName:
		cfg.ServerName = ""
	case shakeHTTP:
		cfg.NextProtos = []string{"http/1.1", "h2"}
	case shakeOld:
		cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	case shakeCut:
		cut = func() { c.wire.Conn.(interface{ CloseWrite() error }).CloseWrite() }
	case shakeReset:
		cut = func() { c.wire.Conn.(interface{ Abort() }).Abort() }
	}
	if kind >= shakeCut && kind <= shakeSilent {
		c.wire.cut, c.wire.leave = cut, 8*c.next()
	}
	if kind != shakeCache || c.cache == nil {
		c.cache = new(ticketCache)
	}
	cfg.ClientSessionCache = c.cache
	c.cfg = cfg
	conn := tls.Client(c.wire, cfg)
	err := conn.Handshake()
	c.wire.cut = nil
	refused := c.refusesHandshake(kind)
	switch {
	case refused, c.wire.spent:
		c.note("(it failed: %v)", err)
		c.broken(!c.listener.Implicit)
		return
	case err != nil:
		c.fatalf("the handshake: %v", err)
	}
	c.tls, c.r = conn, bufio.NewReader(conn)
	bare := c.auth == tls.RequireAndVerifyClientCert && kind != shakeCert && !conn.ConnectionState().DidResume
	if bare || c.host != "" && cfg.ServerName != "" && c.host != cfg.ServerName {
		if r := c.reply(); r.Code != ftp.CodeClosing {
			c.fatalf("a client that is not wanted is told %v", r)
		}
		c.end()
		return
	}
	c.protected, c.sni = true, cfg.ServerName
	host := cmp.Or(c.sni, c.host)
	c.begin()
	c.host = host
	switch mechanism {
	case "TLS-P", "SSL":
		c.pbsz, c.prot = true, 'P'
	}
}

// refusesHandshake reports whether the server ends a handshake of this kind.
func (m *tlsModel) refusesHandshake(kind int) bool {
	switch kind {
	case shakeHTTP:
		return !m.anyALPN
	case shakeStranger:
		return m.auth != tls.NoClientCert
	}
	return kind == shakeOld
}
