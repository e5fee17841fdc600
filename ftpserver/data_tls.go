package ftpserver

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// protection is how the data connection of one transfer is protected: what its
// goroutine has to know of the session, which may change meanwhile.
type protection struct {
	connect time.Duration // how long the data connection may take to be made
	stall   time.Duration
	tls     *serverTLS  // nil: in the clear
	secure  *tlsSession // what the data connection is bound to
	peer    netip.Addr  // of the control connection
	host    string      // by HOST
	client  bool        // the server is the client of TLS (SSCN, CPSV)
	upload  bool        // the client of FTP sends
	spares  bool        // no hybrid key exchange is needed (tls_hybrid.go)
	log     func() *slog.Logger
}

// handshakeError is a data connection that was made, but could not be protected,
// or was not the client's.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }

// protection returns how the next data connection is to be protected.
func (s *session) protection(upload bool) protection {
	p := protection{connect: s.srv.cfg.Limits.DataConnect, stall: s.srv.cfg.Limits.Stall, peer: s.conn.Remote.Addr(), host: s.host, upload: upload}
	if s.prot == 'P' {
		p.tls, p.secure, p.client, p.log = s.srv.tls, s.secure, s.sscn || s.cpsv, s.logger
		p.spares = s.secure.hybrid && s.secure.bond.refuses(p.tls.cfg.Reuse) && !s.secure.bond.retries
	}
	return p
}

// dataRefusal is the reply to a transfer whose data connection would be less
// protected than is demanded (RFC 4217, 10.2). It is the transfer that is
// refused, not what comes before: PROT may be sent at any time.
func (s *session) dataRefusal() answer {
	if s.prot != 'P' && s.demand() == SecurityData {
		return s.say(ftp.CodeFamilies, "Data connections must be protected here; send PROT P first.")
	}
	return answer{}
}

// protect makes a data connection of conn, which it closes if that fails.
func (p *protection) protect(ctx context.Context, conn net.Conn) (*dataConn, error) {
	if p.tls == nil {
		return newDataConn(conn, p.stall), nil
	}
	d, v, err := p.handshake(ctx, conn)
	if err != nil {
		return nil, p.refused(conn, err)
	}
	if err := p.admit(d, v); err != nil {
		return nil, p.refused(conn, err)
	}
	return d, nil
}

// refused logs why a connection is not taken, unless nobody wants one any more.
func (p *protection) refused(conn net.Conn, err error) error {
	if errors.Is(err, context.Canceled) {
		return &handshakeError{err}
	}
	p.log().Warn("refused a data connection", "peer", conn.RemoteAddr().String(), "error", err)
	return &handshakeError{err}
}

// handshake does TLS on conn. It closes conn if that fails.
func (p *protection) handshake(ctx context.Context, conn net.Conn) (*dataConn, *visit, error) {
	d := newDataConn(conn, p.stall)
	d.loose, d.lingers = p.tls.cfg.LooseEnd, p.tls.lingers
	d.wire.records, d.wire.prompt = new(recordReader), true
	v := new(visit)
	if p.client {
		d.tls = tls.Client(d.wire, p.tls.dataClient(p, conn))
	} else {
		d.tls = tls.Server(d.wire, p.tls.data(p, v, p.spares && !p.trusts(conn)))
	}
	if err := d.tls.HandshakeContext(ctx); err != nil {
		if d.wire.records.ahead.any() {
			d.wire.reset() // as the kernel would, had it not been read: this is no end of a file
		}
		conn.Close()
		return nil, nil, err
	}
	d.wire.prompt = false
	d.Conn = d.tls
	v.state = d.tls.ConnectionState()
	return d, v, nil
}

// admit resets the connection of a peer that is not the client.
func (p *protection) admit(d *dataConn, v *visit) error {
	if p.client {
		return nil // of the two servers, the other is not the client's peer in TLS
	}
	var shown *x509.Certificate
	if all := p.secure.info.Certificates; len(all) > 0 {
		shown = all[0]
	}
	err := p.secure.bond.admit(v, p.tls.cfg.Reuse, shown, p.trusts(d))
	if err != nil {
		d.reset()
	}
	return err
}

// trusts reports whether a connection is from an address that the operator has named,
// and not from the client's: mayConnect has let it in.
func (p *protection) trusts(conn net.Conn) bool {
	return addrPortOf(conn.RemoteAddr()).Addr() != p.peer
}

// data returns the configuration of one data connection on which the server is that
// of TLS, too, and has the handshake noted in v. It resumes the sessions of its own
// control connection alone, unless all are taken.
//
// A new ticket is for who has resumed one: it says that its owner belongs to the
// control connection, which a full handshake does not show. And where the client
// sends, it gets no ticket behind the handshake of TLS 1.3: one that closes its
// socket without having read that would reset the connection, and with it the end
// of what it has sent. crypto/tls always sends a ticket, unless they are off at that
// time. But they must be on while it looks at the one that the client has brought;
// so they are put off by the hook that is called then or, if there was none, the one
// that is called next. That is why each connection has a configuration of its own.
func (t *serverTLS) data(p *protection, v *visit, spares bool) *tls.Config {
	c := t.base.Clone()
	c.SessionTicketsDisabled = false
	c.DynamicRecordSizingDisabled = true
	if spares {
		c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			v.spared = t.spare(c, hello)
			return nil, nil
		}
	}
	t.setALPN(c, alpnData, alpnControl)
	own := p.secure.nonce
	c.WrapSession = func(cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		nonce := own
		if !cs.DidResume { // it has come to a full handshake in spite of a good ticket
			nonce = nobody
		}
		v.renews = cs.DidResume
		return t.tickets.wrap(newStamp(nonce, v.stamp, cs), cs, ss)
	}
	c.UnwrapSession = func(ticket []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		ss, mark := t.tickets.open(ticket, cs)
		switch {
		case ss == nil:
		case mark.nonce == own:
			v.ticket, v.stamp = sha256.Sum256(ticket), mark
		case t.cfg.Reuse != ReuseOff:
			v.other, ss = true, nil
		}
		c.SessionTicketsDisabled = ss == nil || p.upload && cs.Version >= tls.VersionTLS13
		return ss, nil
	}
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if t.agrees13(hello) { // before that, this comes ahead of UnwrapSession
			c.SessionTicketsDisabled = true
		}
		return p.certificate(hello)
	}
	return c
}

// agrees13 reports whether TLS 1.3 is what the handshake agrees on.
func (t *serverTLS) agrees13(hello *tls.ClientHelloInfo) bool {
	return slices.Contains(hello.SupportedVersions, tls.VersionTLS13) &&
		(t.base.MaxVersion == 0 || t.base.MaxVersion >= tls.VersionTLS13)
}

// certificate returns the certificate of a data connection: that of the control
// connection, where the client does not name its server again (RFC 4217, 7).
func (p *protection) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return p.tls.certificate(cmp.Or(p.secure.info.ServerName, p.host))(hello)
}

// dataClient returns the configuration of a data connection on which the server is
// the client of TLS. Nobody has said the name of the server at the other end here:
// so its certificate is verified if the operator has said by which authorities, and
// for no name.
func (t *serverTLS) dataClient(p *protection, conn net.Conn) *tls.Config {
	c := t.base.Clone()
	c.DynamicRecordSizingDisabled = true
	c.ClientSessionCache, c.NextProtos = nil, nil
	c.InsecureSkipVerify, c.VerifyPeerCertificate, c.VerifyConnection = true, nil, nil
	c.GetClientCertificate = func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		// As if the other end had asked for it as a client.
		cert, err := p.certificate(&tls.ClientHelloInfo{
			SupportedVersions: []uint16{r.Version}, SignatureSchemes: r.SignatureSchemes, Conn: conn,
		})
		if err != nil {
			return new(tls.Certificate), nil
		}
		return cert, nil
	}
	if c.RootCAs != nil {
		c.VerifyConnection = func(cs tls.ConnectionState) error {
			opts := x509.VerifyOptions{Roots: c.RootCAs, Intermediates: x509.NewCertPool()}
			for _, cert := range cs.PeerCertificates[1:] {
				opts.Intermediates.AddCert(cert)
			}
			_, err := cs.PeerCertificates[0].Verify(opts)
			return err
		}
	}
	return c
}
