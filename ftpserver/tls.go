package ftpserver

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// serverTLS is what a server with TLS has in common for all its connections.
type serverTLS struct {
	cfg     TLS
	tickets tickets
	lingers *lingering // protected data connections whose clients are to close them

	// base is the configuration that those of control and data connections are
	// clones of. It has no Certificates, but a GetCertificate for a client that
	// has not said HOST.
	base *tls.Config

	// classical are the key exchanges of base that no quantum computer is thought of
	// in; nil if there are no others, or no such.
	classical []tls.CurveID

	// wanted reports that every client must show a certificate. base only asks for
	// one, so that who has none can be told so.
	wanted bool
}

// newServerTLS returns nil if cfg offers no TLS. The error says what is wrong
// with it.
func newServerTLS(cfg TLS) (*serverTLS, error) {
	c := cfg.Config
	switch {
	case c == nil:
		return nil, nil
	case len(c.Certificates) == 0 && c.GetCertificate == nil:
		return nil, errors.New("ftpserver: Config.TLS.Config has neither Certificates nor GetCertificate")
	case c.GetConfigForClient != nil:
		return nil, errors.New("ftpserver: Config.TLS.Config.GetConfigForClient is not called; use GetCertificate")
	case c.MaxVersion != 0 && c.MaxVersion < tls.VersionTLS12:
		return nil, errors.New("ftpserver: Config.TLS.Config.MaxVersion is below TLS 1.2")
	}
	t := &serverTLS{cfg: cfg, base: c.Clone()}
	t.base.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	t.base.NextProtos = nil
	t.base.Certificates, t.base.GetCertificate = nil, t.certificate("")
	t.classical = classicalOf(c.CurvePreferences)
	switch c.ClientAuth {
	case tls.RequireAnyClientCert:
		t.base.ClientAuth, t.wanted = tls.RequestClientCert, true
	case tls.RequireAndVerifyClientCert:
		t.base.ClientAuth, t.wanted = tls.VerifyClientCertIfGiven, true
	}
	return t, nil
}

// certificate returns a tls.Config.GetCertificate. A client that does not name
// its server in the handshake (SNI) has named it by HOST, perhaps (RFC 7151, 4).
func (t *serverTLS) certificate(host string) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName == "" && host != "" {
			named := *hello
			named.ServerName = host
			hello = &named
		}
		own := t.cfg.Config
		if own.GetCertificate != nil && (hello.ServerName != "" || len(own.Certificates) == 0) {
			if c, err := own.GetCertificate(hello); c != nil || err != nil {
				return c, err
			}
		}
		for i := range own.Certificates {
			if hello.SupportsCertificate(&own.Certificates[i]) == nil {
				return &own.Certificates[i], nil
			}
		}
		if len(own.Certificates) == 0 {
			return nil, fmt.Errorf("there is no certificate for %q", hello.ServerName)
		}
		return &own.Certificates[0], nil
	}
}

// tlsSession is the security exchange of a session (RFC 4217). It is what binds
// data connections to their control connection, which is why it outlives CCC.
type tlsSession struct {
	nonce [16]byte // in the tickets of this client (serverTLS.control)
	info  *TLSInfo
	bond  bond // of the transfers, which come one after the other
	// hybrid: its keys will not be known to who has a quantum computer one day.
	hybrid bool

	// conn is the control connection. It is nil once the client has given up its
	// protection (CCC).
	conn *tls.Conn
}

func newTLSSession() *tlsSession {
	t := new(tlsSession)
	rand.Read(t.nonce[:])
	return t
}

// protected reports whether the control connection is.
func (s *session) protected() bool { return s.secure != nil && s.secure.conn != nil }

// TLSInfo is what is known of the TLS of a control connection. It is not changed
// once it is there.
type TLSInfo struct {
	Version     uint16 // as tls.VersionTLS13
	CipherSuite uint16
	ServerName  string // whom the client has asked for (SNI), in lower case; "" if it has not said

	// Certificates are the client's, its own first; nil if it has shown none.
	Certificates []*x509.Certificate
	// VerifiedChains are from the client's certificate to those of
	// Config.TLS.Config.ClientCAs; nil if it was not verified.
	VerifiedChains [][]*x509.Certificate
}

// String returns the version and the cipher.
func (i *TLSInfo) String() string {
	return tls.VersionName(i.Version) + " " + tls.CipherSuiteName(i.CipherSuite)
}

// Verified reports whether the client has shown a certificate that was verified.
// It may be called of a nil TLSInfo.
func (i *TLSInfo) Verified() bool { return i != nil && len(i.VerifiedChains) > 0 }
