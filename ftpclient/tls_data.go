package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// private reports whether data connections are protected.
func (c *Conn) private() bool { return c.tls != nil && c.tls.private }

// protect begins TLS on a data connection that is being made or stands. Its command
// has been sent: there are servers that begin with TLS only behind their 150, and
// servers that send that only behind TLS, so that nothing waits for either here. The
// client is the one who begins, whoever has connected (RFC 4217, 12).
func (c *Conn) protect(ctx context.Context, l *link) *link {
	ctx, cancel := context.WithCancel(ctx)
	p := &link{addr: l.addr, active: l.active, named: l.named, done: make(chan struct{})}
	p.cancel = func() { cancel(); l.cancel() }
	cfg, server := c.tls.data.Clone(), c.tls.server
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		err := server.data(state)
		if err != nil {
			p.foreign.Store(&err) // before the other side hears of it
		}
		return err
	}
	go func() {
		defer cancel()
		defer close(p.done)
		if <-l.done; l.err != nil {
			p.err = l.err
			return
		}
		conn := tls.Client(&wire{Conn: l.conn}, cfg)
		if p.err = conn.HandshakeContext(ctx); p.err != nil {
			reset(l.conn)
			if ctx.Err() != nil {
				p.err = ctx.Err()
			}
			p.unsafe = p.err
			return
		}
		state := conn.ConnectionState()
		c.trace(TraceEvent{TLS: &state, Data: true})
		p.conn = conn
	}()
	return p
}

// unsafe ends a transfer whose data connection stood and could not be protected. The
// server mostly says why, too, unless it waits for TLS itself.
func (t *Transfer) unsafe(err error) error {
	if timeout(err) {
		// A server that sees the connection closed says what it thinks of that, and wants no
		// ABOR then.
		for t.final.IsZero() {
			werr := t.awaitOne(abortReset)
			if werr == errTimeout {
				break
			}
			if werr != nil {
				return errors.Join(t.lost(werr), err)
			}
		}
		if !t.final.IsZero() && !t.final.Code.OK() {
			return t.both(err)
		}
		if aerr := t.abort(); aerr != nil {
			return errors.Join(aerr, err)
		}
		return err
	}
	if werr := t.wait(context.Background(), t.reasonTime()); werr != nil {
		return errors.Join(werr, err)
	}
	if !t.final.Code.OK() {
		return t.both(err)
	}
	return err
}

// because adds to the refusal of a transfer what this side has found out before the
// server did: all that it knows is that there was no TLS.
func (c *Conn) because(l *link, refusal error) error {
	if found := l.foreign.Load(); found != nil {
		return errors.Join(refusal, &ConnError{Data: true, Op: "set up TLS", Addr: l.addr, Err: *found})
	}
	return refusal
}

// reasonTime is how long the server may take to say why it has broken the data
// connection.
func (t *Transfer) reasonTime() time.Duration {
	if limit := t.c.o.Timeout; limit > 0 {
		return min(reasonTime, limit)
	}
	return reasonTime
}

// refused is the refusal of the transfer. Where the server may have wanted another
// proof of who has made the data connection, it says so: servers demand that it
// resumes the session of the control connection, with which a client has to be able
// to.
func (t *Transfer) refused() error {
	re := newReplyError(t.verb, t.final)
	text := strings.ToLower(t.final.Text())
	about := strings.Contains(text, "reuse") || strings.Contains(text, "resum")
	if !about && re.Reply.Code != ftp.CodeProtocols || !t.c.private() {
		return re
	}
	if _, got := t.c.tls.session.Get(""); !got {
		re.Hint = "the server demands that data connections resume the TLS session of the control connection, and has given no ticket to do that with"
		if t.c.tls.version < tls.VersionTLS13 {
			re.Hint += "; with TLS 1.3, or with tickets switched on, it would"
		}
	} else if about {
		re.Hint = "the server has not taken the ticket with which its TLS session was to be resumed"
	}
	return re
}

// How long the end of an upload is read for at most, once the server has nothing more
// to say about it on the control connection: what comes is a ticket for the next data
// connection (TLS 1.3), or nothing.
const ticketTime = 250 * time.Millisecond

// finish ends the data connection at the end of a file, and returns what is to be done
// when the server has said how it went. At the end of an upload TLS and TCP are closed
// in this direction alone: what is not read when a connection is closed makes the
// kernel reset it, and the server would lose the last octets. It is read meanwhile, and
// nobody waits for the server's own mark of the end, which some never send.
func (d *dataConn) finish(upload bool) (closed func()) {
	if d.tls == nil || !upload {
		d.Conn.Close()
		return func() {}
	}
	w := d.tls.NetConn().(*wire)
	if d.arm() == nil {
		w.ending.Store(true)
		d.tls.CloseWrite()
		if half, ok := w.Conn.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		io.Copy(io.Discard, d.tls)
	}()
	d.Conn.SetReadDeadline(time.Time{})
	return func() {
		late := time.Now()
		if d.tls.ConnectionState().Version > maxOlder {
			late = late.Add(ticketTime)
		}
		d.Conn.SetReadDeadline(late)
		<-drained
		w.Conn.Close()
	}
}
