package ftpclient

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// ErrSecurity reports a server that refuses the protection that is demanded, or
// demands one that it is not offered (RFC 2228, RFC 4217).
var ErrSecurity = errors.New("protection refused")

// errInjected reports octets in the clear where TLS had to begin: whoever could put
// them there wants them to be taken for what came under its protection.
var errInjected = &ftp.ProtocolError{Problem: "more came in the clear behind the reply to AUTH; somebody on the way may have put it there"}

// errStripped reports a server that had TLS before.
var errStripped = fmt.Errorf("%w: the server had TLS a moment ago; somebody on the way may be taking it away", ErrSecurity)

// negotiate asks for TLS before anything else is said (AUTH; RFC 4217, 4), as the
// Options demand. Where they leave it to the server, a refusal is heeded, unless a
// connection to this server was protected before. A handshake that fails is an error
// all the same: the server had said that it would, and whoever can break one could
// have everything go over in the clear.
func (c *Conn) negotiate(ctx context.Context) error {
	if c.protected() || c.o.Security == SecurityOff {
		return nil
	}
	before := c.srv.wasSecure()
	demanded := before || c.o.Security == SecurityExplicit
	if !demanded && c.srv.withoutTLS() {
		return nil
	}
	var refusal error
	for _, mechanism := range []string{"TLS", "SSL"} { // RFC 4217, 17; older servers know the latter
		t := c.expectTurn(ftp.CodeSecurityDone, ftp.CodeSecurityNext)
		q := newRequest("AUTH", mechanism)
		if err := c.exchange(ctx, q); err != nil {
			c.shut()
			return err
		}
		c.turn.Store(nil)
		code := q.reply.Code
		switch code {
		case ftp.CodeSecurityDone, ftp.CodeSecurityNext: // some servers say the latter
			return c.upgrade(ctx, t)
		case ftp.CodeClosing:
			return newReplyError("AUTH", q.reply)
		}
		refusal = newReplyError("AUTH", q.reply)
		if code != ftp.CodeNotForParameter && code != ftp.CodeBadArgument {
			break
		}
	}
	switch {
	case before:
		return fmt.Errorf("%w: %w", errStripped, refusal)
	case demanded:
		return fmt.Errorf("%w: the server has no TLS: %w", ErrSecurity, refusal)
	}
	c.srv.noTLS(refusal)
	return nil
}

// upgrade begins TLS behind the reply for which t was waiting.
func (c *Conn) upgrade(ctx context.Context, t *turn) error {
	if t.behind > 0 {
		c.shut()
		return &ConnError{Op: "set up TLS", Addr: c.o.addr, Err: errInjected}
	}
	if err := c.handshake(ctx); err != nil {
		c.shut()
		return err
	}
	t.resume <- c.control
	return nil
}

// handshake begins TLS on the control connection.
func (c *Conn) handshake(ctx context.Context) error {
	control, data, v, session := c.tlsConfigs()
	w := &wire{Conn: c.control, br: bufio.NewReader(c.control)}
	conn := tls.Client(w, control)
	hctx, cancel := c.o.connecting(ctx)
	defer cancel()
	if err := conn.HandshakeContext(hctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e := &ConnError{Op: "set up TLS", Addr: c.o.addr, Err: err}
		if hctx.Err() != nil {
			e.Err = errTimeout
		}
		e.Hint = handshakeHint(e.Err)
		return e
	}
	state := conn.ConnectionState()
	c.trace(TraceEvent{TLS: &state})
	if state.HelloRetryRequest {
		// The server has named a key exchange, as none was at hand that it has. Data
		// connections begin with that one: to be told again costs each a round trip.
		data.CurvePreferences = []tls.CurveID{state.CurveID}
	}
	c.control = conn
	c.tls = &protection{conn: conn, wire: w, server: v, session: session, data: data, version: state.Version}
	return nil
}

// handshakeHint explains a handshake that has failed.
func handshakeHint(err error) string {
	var header tls.RecordHeaderError
	var cert *CertError
	switch {
	case errors.As(err, &cert):
		return ""
	case errors.As(err, &header) && string(header.RecordHeader[:3]) == "220":
		return "the server greets in the clear here: it has TLS on this port only after AUTH (explicit TLS), if at all"
	case errors.As(err, &header):
		return "what came is not TLS"
	case alerted(err, alertVersion):
		return "the server has no version of TLS that is still safe"
	case alerted(err, alertFailure), alerted(err, alertBadCert), alerted(err, alertCertRequired):
		return "the server may demand a certificate of the client, or have only ciphers that are not safe any more"
	case errors.Is(err, io.EOF), timeout(err):
		return "the server said that it has TLS, and does not answer"
	}
	return ""
}

// What a server says as it breaks a handshake (RFC 8446, 6).
const (
	alertFailure      tls.AlertError = 40
	alertBadCert      tls.AlertError = 42
	alertVersion      tls.AlertError = 70
	alertCertRequired tls.AlertError = 116
)

// alerted reports whether the server has said so. crypto/tls has a type for what it
// says, and none that others can see.
func alerted(err error, alert tls.AlertError) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() == alert.Error()
}

// agree settles how data connections are protected (PBSZ, PROT; RFC 4217, 8 and 9).
// It comes after the login, since there are servers that take it nowhere else.
func (c *Conn) agree(ctx context.Context) error {
	if !c.protected() {
		return nil // or not any more: the level is then what it was (RFC 4217, 12.3)
	}
	level := "P"
	if c.o.TLS.ClearData {
		level = "C"
	}
	prot := newRequest("PROT", level)
	if err := c.exchange(ctx, newRequest("PBSZ", "0"), prot); err != nil {
		return err
	}
	refusal := prot.err()
	c.tls.private = level == "P" && refusal == nil
	switch {
	case refusal == nil:
	case c.o.Security == SecurityImplicit && level == "P" && refusedVerb(refusal):
		c.tls.private = true // as the port has it, where nothing else can be said
	case c.o.Security == SecurityAuto && level == "P":
		c.o.Log.Warn("the server does not protect data connections: files and listings go over in the clear", "reply", prot.reply.String())
	default:
		return fmt.Errorf("%w: data connections: %w", ErrSecurity, refusal)
	}
	return nil
}

// levelled notes what a PROT of the user has changed.
func (c *Conn) levelled(q *request) {
	if q.verb == "PROT" && c.tls != nil && q.reply.Code.OK() && len(q.args) > 0 {
		c.tls.private = strings.EqualFold(q.args[0], "P")
	}
}

// ConnectionState tells how the control connection is protected; false if it is not.
func (c *Conn) ConnectionState() (tls.ConnectionState, bool) {
	if c.tls == nil || c.tls.cleared {
		return tls.ConnectionState{}, false
	}
	return c.tls.conn.ConnectionState(), true
}
