package ftpclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"sync"
)

// alpn is what the client calls what it speaks (ALPN; RFC 7301). IANA knows ftp
// alone; ftp-data is what some servers want to hear on data connections besides.
var (
	alpn     = []string{"ftp"}
	alpnData = []string{"ftp", "ftp-data"}
)

// oneSession is the session cache of a control connection and its data connections.
// It has room for the last ticket, whatever it is filed under: crypto/tls files by
// address where there is no name, and the port of a data connection is another each
// time. A server takes a data connection that resumes the session of its own control
// connection for proof that the same client makes it, so that two control connections
// never share one.
type oneSession struct {
	mu   sync.Mutex
	last *tls.ClientSessionState
}

func (s *oneSession) Get(string) (*tls.ClientSessionState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, s.last != nil
}

// Put keeps a ticket. A nil one, by which crypto/tls takes back what a server did not
// resume, is passed over: there may have come a newer one meanwhile, and a server
// that refuses an old one is asked in vain, but not harmed.
func (s *oneSession) Put(_ string, cs *tls.ClientSessionState) {
	if cs == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = cs
}

// protection is the TLS of a control connection and of its data connections.
type protection struct {
	conn    *tls.Conn
	wire    *wire
	server  *verification
	session *oneSession
	data    *tls.Config
	version uint16
	private bool // data connections are protected (PROT P)
	cleared bool // the control connection is so no more (CCC)
}

// verification is how the server of one control connection is verified.
type verification struct {
	c     *Conn
	cfg   *tls.Config // as the user gave it
	hosts []string    // the names that the server may have
	leaf  *x509.Certificate
}

// tlsConfigs returns the configurations of the control connection and of its data
// connections, and what they share. crypto/tls would verify by itself, and then not
// tell who was refused; so it is told not to, and does the same by VerifyConnection.
func (c *Conn) tlsConfigs() (control, data *tls.Config, v *verification, session *oneSession) {
	user := c.o.TLS.Config
	if user == nil {
		user = &tls.Config{}
	}
	v = &verification{c: c, cfg: user, hosts: []string{c.o.host}}
	base := user.Clone()
	switch {
	case base.ServerName != "":
		v.hosts = []string{base.ServerName}
	case c.o.VirtualHost != "":
		// What is said here (SNI) and by HOST has to agree (RFC 7151, 3.3). A server
		// that knows neither shows the certificate of the host that was dialled.
		base.ServerName = c.o.VirtualHost
		v.hosts = []string{c.o.VirtualHost, c.o.host}
	default:
		base.ServerName = c.o.host
	}
	session = new(oneSession)
	base.ClientSessionCache = session
	base.InsecureSkipVerify = true
	base.VerifyPeerCertificate = nil
	if c.srv.olderTLS() && (base.MaxVersion == 0 || base.MaxVersion > maxOlder) {
		base.MaxVersion = maxOlder
	}
	control, data = base, base.Clone()
	if len(base.NextProtos) == 0 {
		control.NextProtos, data.NextProtos = alpn, alpnData
	}
	control.VerifyConnection = v.control // that of data connections is set for each; see protect
	return control, data, v, session
}

// control verifies the server of a control connection. What the certificate lacks may
// be overlooked where security is left to the server; what the user's own functions
// say never is.
func (v *verification) control(state tls.ConnectionState) error {
	c := v.c
	chains, err := v.chains(state.PeerCertificates)
	state.VerifiedChains = chains
	lenient := err != nil && c.o.TLS.Verify == nil && c.o.Security == SecurityAuto
	if err == nil || lenient {
		if refused := v.hooks(state); refused != nil {
			err, lenient = refused, false
		}
	}
	if c.o.TLS.Verify != nil {
		err = c.o.TLS.Verify(state, err)
	} else if lenient && c.srv.unverified(err) {
		err = nil
	}
	if err == nil && len(state.PeerCertificates) > 0 {
		v.leaf = state.PeerCertificates[0]
		c.srv.secure(len(state.VerifiedChains) > 0)
	}
	return err
}

// chains verifies a certificate as crypto/tls would, for any of the names.
func (v *verification) chains(shown []*x509.Certificate) (chains [][]*x509.Certificate, err error) {
	if v.cfg.InsecureSkipVerify {
		return nil, nil
	}
	for _, host := range v.hosts {
		chains, failed := verifyCert(v.cfg, host, shown)
		if failed == nil {
			return chains, nil
		}
		if err == nil {
			err = failed
		}
	}
	return nil, err
}

// hooks asks the functions in the user's configuration, as crypto/tls would.
func (v *verification) hooks(state tls.ConnectionState) error {
	if f := v.cfg.VerifyPeerCertificate; f != nil {
		var raw [][]byte
		for _, cert := range state.PeerCertificates {
			raw = append(raw, cert.Raw)
		}
		if err := f(raw, state.VerifiedChains); err != nil {
			return err
		}
	}
	if f := v.cfg.VerifyConnection; f != nil {
		return f(state)
	}
	return nil
}

// errOtherKey is what is wrong with a data connection that somebody else answered.
var errOtherKey = errors.New("the certificate of the data connection is not that of the control connection")

// data verifies the server of a data connection: it has the key of the control
// connection's. A session that is resumed comes with its certificate.
func (v *verification) data(state tls.ConnectionState) error {
	if v.leaf != nil && len(state.PeerCertificates) > 0 && keySum(state.PeerCertificates[0]) == keySum(v.leaf) {
		return nil
	}
	return &CertError{Host: v.hosts[0], Kinds: []CertKind{CertChanged}, Chain: state.PeerCertificates, Err: errOtherKey}
}

// maxOlder is the last version before TLS 1.3.
const maxOlder = tls.VersionTLS12

// mayUseOlder reports whether the user bears that version.
func (c *Conn) mayUseOlder() bool {
	return c.o.TLS.Config == nil || c.o.TLS.Config.MinVersion <= maxOlder
}

// current reports whether the connection uses a version of TLS that is still wanted.
func (c *Conn) current() bool {
	return c.tls == nil || c.tls.version <= maxOlder || !c.srv.olderTLS()
}
