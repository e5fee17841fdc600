package ftpserver

import (
	"crypto/tls"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// handshakeTime is how long a handshake may take, from its start to its end.
const handshakeTime = 30 * time.Second

// startTLS makes the control connection TLS and begins the session anew, but for
// HOST (RFC 4217, 4.2). It reports whether that went well; else the session is at
// its end.
func (s *session) startTLS() bool {
	t := newTLSSession()
	cfg := s.srv.tls.control(t.nonce)
	cfg.GetCertificate = s.srv.tls.certificate(s.host)
	until := time.Now().Add(handshakeTime)
	if end := s.deadline(); end.Before(until) {
		until = end
	}
	records := &recordConn{Conn: s.wire, until: until}
	conn := tls.Server(records, cfg)
	s.wire.SetReadDeadline(until)
	err := errOrdered
	if s.orders.get() == orderNone {
		err = conn.HandshakeContext(s.ctx)
	}
	if err != nil {
		s.handshakeFailed(err, records.wrote)
		return false
	}
	records.until = time.Time{}
	host := s.host
	s.reset()
	state := conn.ConnectionState()
	t.conn = conn
	t.info = &TLSInfo{
		Version: state.Version, CipherSuite: state.CipherSuite, ServerName: strings.ToLower(state.ServerName),
		Certificates: state.PeerCertificates, VerifiedChains: state.VerifiedChains,
	}
	s.secure, s.conn.TLS, s.host = t, t.info, host
	s.control = conn
	s.lines.Reset(&controlReader{conn: conn, records: records})
	s.unlevel()
	s.publish()
	return true
}

// handshakeFailed ends the session. The client can be told why if nothing of TLS
// has been sent yet (RFC 4217, 10.1).
func (s *session) handshakeFailed(err error, begun bool) {
	s.bye = "TLS failed: " + err.Error()
	reply := s.say(ftp.CodeClosing, "The TLS handshake failed.")
	switch {
	case s.orders.get() != orderNone:
		s.bye = "shutdown"
		reply = s.say(ftp.CodeClosing, "The server is shutting down.")
		if s.orders.get() == orderKick {
			s.bye = "kicked"
			reply = s.say(ftp.CodeClosing, "The operator has ended this session.")
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.bye = "the TLS handshake took too long"
		reply = s.say(ftp.CodeClosing, "The TLS handshake took too long.")
	}
	s.log.Warn("a TLS handshake failed", "error", err)
	if !begun && !s.from.Implicit {
		s.send(reply)
	}
}

// unlevel sets the protection of data connections to what a session begins with.
// On a connection that is TLS from its first octet that is P, since whoever
// connects there wants nothing in the clear.
func (s *session) unlevel() {
	s.pbsz, s.prot, s.sscn = false, 'C', false
	if s.from.Implicit {
		s.pbsz, s.prot = true, 'P'
	}
}
