package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// ClearControl gives up the protection of the control connection (CCC; RFC 2228, 3 and
// RFC 4217, 12.3): commands and replies go over in the clear from then on, so that a
// NAT on the way can read them, and so can everybody else. Data connections stay as
// they are. A server that refuses is ErrSecurity; the connection is then as it was.
func (c *Conn) ClearControl(ctx context.Context) error {
	switch {
	case !c.protected():
		return fmt.Errorf("%w: the control connection is not protected", ErrSecurity)
	case c.transfer != nil:
		return storage.ErrBusy
	}
	if err := c.catchUp(ctx); err != nil {
		return err
	}
	c.dropKept()
	t := c.expectTurn(ftp.CodeOK, ftp.CodeActionDone)
	q := newRequest("CCC")
	if err := c.exchange(ctx, q); err != nil {
		c.shut() // on which side of the reply TLS ends would be a guess
		return err
	}
	c.turn.Store(nil)
	if err := q.err(); err != nil {
		return err
	}
	if q.reply.Code != ftp.CodeOK && q.reply.Code != ftp.CodeActionDone {
		c.shut()
		return newReplyError(q.verb, q.reply)
	}
	c.tls.conn.CloseWrite()
	ended, err := c.awaitClear(ctx, t, closeTime)
	if err == nil && !ended {
		err = &ConnError{Op: "end TLS", Addr: c.o.addr, Err: errTimeout, Hint: "the server has taken CCC and does not end TLS"}
	}
	if err != nil {
		c.shut()
		return err
	}
	c.clear(t)
	c.o.Log.Info("commands and replies go over in the clear from now on (CCC)")
	return nil
}

// How long a server may take to end TLS: after CCC, and after REIN, where some end it,
// as RFC 4217, 11 has it, and others do not.
const (
	closeTime = 10 * time.Second
	reinTime  = 2 * time.Second
)

// awaitClear reads up to the server's end of TLS, while nobody else reads. It reports
// false where none has come in time.
func (c *Conn) awaitClear(ctx context.Context, t *turn, limit time.Duration) (bool, error) {
	if t.behind > 0 {
		return false, &ConnError{Op: "end TLS", Addr: c.o.addr, Err: &ftp.ProtocolError{Problem: "a reply that no command asked for"}}
	}
	c.raw.SetReadDeadline(time.Now().Add(limit))
	stop := context.AfterFunc(ctx, func() { c.raw.SetReadDeadline(aLongTimeAgo) })
	n, err := c.tls.conn.Read(make([]byte, 1))
	stop()
	c.raw.SetReadDeadline(time.Time{})
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case n > 0:
		return false, &ConnError{Op: "end TLS", Addr: c.o.addr, Err: &ftp.ProtocolError{Problem: "a reply that no command asked for"}}
	case timeout(err):
		return false, nil
	case !errors.Is(err, io.EOF) || c.tls.wire.cut.Load():
		return false, &ConnError{Op: "end TLS", Addr: c.o.addr, Err: err}
	}
	return true, nil
}

// clear goes on without TLS behind t. What came behind its end is not lost.
func (c *Conn) clear(t *turn) {
	c.tls.cleared = true
	c.control = &rest{Conn: c.raw, r: c.tls.wire.br}
	t.resume <- c.control
}

// reset has the connection after REIN be what it was after the greeting. The server
// may have ended TLS with it (RFC 4217, 11); t is nil where there was none.
func (c *Conn) reset(ctx context.Context, t *turn) error {
	switch {
	case t == nil:
		c.tls = nil // it ended before, with CCC, and so does that of data connections
		return nil
	case c.srv.keepsTLS():
		t.resume <- c.control
		return nil
	}
	ended, err := c.awaitClear(ctx, t, reinTime)
	switch {
	case err != nil:
		c.shut()
		return err
	case !ended:
		c.srv.keepTLS()
		t.resume <- c.control
		return nil
	case c.o.Security == SecurityImplicit:
		c.shut()
		return fmt.Errorf("%w: the server has ended TLS with REIN; connect anew", ErrSecurity)
	}
	c.tls.conn.CloseWrite()
	c.clear(t)
	c.tls = nil
	return nil
}
