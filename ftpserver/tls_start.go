package ftpserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
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
	cfg := s.srv.tls.control(t)
	cfg.GetCertificate = s.srv.tls.certificate(s.host)
	s.srv.tls.setALPN(cfg, alpnControl)
	records := &recordConn{Conn: s.wire}
	conn := tls.Server(records, cfg)
	if err := s.shakeHands(conn); err != nil {
		s.handshakeFailed(err, records.wrote)
		return false
	}
	state := conn.ConnectionState()
	t.conn, t.info = conn, &TLSInfo{
		Version: state.Version, CipherSuite: state.CipherSuite, ServerName: hostOf(state),
		Certificates: state.PeerCertificates, VerifiedChains: state.VerifiedChains,
	}
	t.hybrid = isHybrid(state.CurveID)
	s.secure, s.conn.TLS = t, t.info
	s.control, s.input = conn, &controlReader{conn: conn, records: records}
	s.lines.Reset(s.input)
	host := s.host
	s.reset()
	if host != "" && s.conn.TLS.ServerName == "" {
		s.host = host
		s.publish()
	}
	return s.admit(host)
}

// hostOf returns the name of the server that the client has asked for, or "" if that
// is none.
func hostOf(state tls.ConnectionState) string {
	name, addr, err := ftp.ParseHost(strings.ToLower(state.ServerName))
	if err != nil || addr.IsValid() {
		return ""
	}
	return name
}

// shakeHands makes the handshake. Its time is bounded as a whole, so that a client
// cannot stretch it octet by octet.
func (s *session) shakeHands(conn *tls.Conn) (err error) {
	until := time.Now().Add(handshakeTime)
	if end := s.at(s.deadline()); end.Before(until) {
		until = end
	}
	s.armed = armed{}
	conn.SetDeadline(until)
	defer conn.SetWriteDeadline(time.Time{})
	// Half a handshake costs a client nothing: so there are only so many.
	one := s.srv.handshakes.join(s.conn.Remote.Addr(), s.srv.cfg.Limits.Handshakes, func() { s.wire.SetDeadline(aLongTimeAgo) })
	defer func() {
		if s.srv.handshakes.part(one) {
			err = errCrowded
		}
	}()
	if s.orders.get() != orderNone {
		return errOrdered
	}
	// What may take long besides the client is to find the certificate. The end of
	// ctx would close the connection, which is for later than the deadline.
	ctx, cancel := context.WithDeadline(s.ctx, until.Add(time.Second))
	defer cancel()
	return apart(func() error { return conn.HandshakeContext(ctx) })
}

// apart runs f in a goroutine of its own, and panics as f does. A handshake needs a
// deep stack, and that of a goroutine does not become small again: a session that had
// made its own would hold twice the stack of one in the clear for as long as it lasts.
func apart(f func() error) error {
	var bug any
	done := make(chan error, 1)
	go func() {
		growForHandshake()
		err := errors.New("it has come to no end") // as by Goexit
		defer func() {
			if p := recover(); p != nil {
				bug = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			}
			done <- err
		}()
		err = f()
	}()
	err := <-done
	if bug != nil {
		panic(bug)
	}
	return err
}

var errCrowded = errors.New("too many handshakes at once")

// admit ends the session of a client that is not wanted once it is known: host is
// what it has said by HOST before. It can be told why (RFC 4217, 10.1).
func (s *session) admit(host string) bool {
	var reply answer
	named := s.conn.TLS.ServerName
	switch {
	case host != "" && named != "" && named != host:
		s.bye = "HOST and SNI differ"
		reply = s.say(ftp.CodeClosing, "HOST has named another host than TLS (SNI).")
	case s.srv.tls.wanted && len(s.conn.TLS.Certificates) == 0:
		s.bye = "no client certificate"
		reply = s.say(ftp.CodeClosing, "Clients must show a certificate here.")
	case !s.from.Implicit && s.host != host: // else it greets
		greeting := s.srv.cfg.Hosts[s.host].Greeting
		if greeting == nil {
			return true
		}
		_, err := greeting(s.ctx, s.conn)
		if err == nil {
			return true
		}
		s.bye = "refused by the greeting of " + s.host
		reply = several(ftp.CodeClosing, textLines(err.Error()))
	default:
		return true
	}
	s.logger().Warn("a client was not admitted", "reason", s.bye)
	s.send(reply)
	return false
}

// handshakeFailed ends the session. The client can be told why if nothing of TLS
// has been sent yet (RFC 4217, 10.1).
func (s *session) handshakeFailed(err error, begun bool) {
	s.bye = "TLS failed: " + err.Error()
	reply := s.say(ftp.CodeClosing, "The TLS handshake failed.")
	switch {
	case s.orders.get() != orderNone:
		s.bye, reply = s.ordered()
	case errors.Is(err, errCrowded):
		s.bye = err.Error()
		reply = s.say(ftp.CodeClosing, "Too many TLS handshakes; try again.")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		s.bye = "the TLS handshake took too long"
		reply = s.say(ftp.CodeClosing, "The TLS handshake took too long.")
	}
	if s.orders.get() == orderNone {
		s.logger().Warn("a TLS handshake failed", "error", handshakeReason(err))
	}
	if !begun && !s.from.Implicit {
		s.send(reply)
	}
}

// closeTime is how long a client that has sent CCC may take to be the first to end
// TLS. There are those that wait for the server to do it (curl), and they wait for
// that long.
const closeTime = 500 * time.Millisecond

// clearTLS is endTLS for CCC. The client is let to end its side first: lftp takes a
// close_notify that comes together with the reply for the end of the connection.
func (s *session) clearTLS() {
	s.setReadDeadline(time.Now().Add(closeTime))
	if len(s.queue) == 0 && !s.lines.Buffered() && s.orders.get() == orderNone {
		s.input.awaitEnd()
	}
	s.endTLS()
}

// endTLS has the control connection go on in the clear (CCC, REIN). The client may
// have sent commands under TLS yet, which are still read; then come those in the
// clear.
func (s *session) endTLS() {
	s.input.conn.CloseWrite()
	s.input.records.parting, s.input.records.ending = true, true
	s.control, s.conn.TLS = s.wire, nil
	if s.secure != nil {
		s.secure.conn = nil
	}
	s.publish()
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
