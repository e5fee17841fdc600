package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Command is a command that uses the data connection.
type Command struct {
	Verb string // RETR, STOR, APPE, STOU, LIST, NLST, MLSD
	Arg  string // "" sends none
	Rest int64  // > 0: the restart offset (REST; RFC 3659, 5)

	// Len > 0: so many octets from Rest on, and no more (RANG;
	// draft-bryan-ftp-range), with RETR and STOR.
	Len int64
}

// Begin makes a data connection in the way that the Options allow and this
// server bears, sends the command and returns once the server begins the
// transfer. The type is I. Until the Transfer is closed or aborted the Conn does
// nothing else.
func (c *Conn) Begin(ctx context.Context, cmd Command) (*Transfer, error) {
	t, err := c.begin(ctx, cmd, nil, nil)
	if c.account(ctx, err) {
		t, err = c.begin(ctx, cmd, nil, nil)
	}
	return t, err
}

// begin sends the requests before, too, on the way. check, if not nil, looks at
// their replies and may call the transfer off.
func (c *Conn) begin(ctx context.Context, cmd Command, before []*request, check func() error) (*Transfer, error) {
	if c.transfer != nil {
		return nil, storage.ErrBusy
	}
	typ := c.setType('I')
	before = append(typ, before...)
	var failed []error
	ways := c.srv.waysFor(c.o.Data)
	for _, w := range ways {
		if w.rare() && len(ways) > 1 && !c.mentions(ctx, w.String()) {
			continue
		}
		l, err := c.arrange(ctx, w, cmd, before)
		if refused := c.looked(&before, typ, check); refused != nil && !lost(err) {
			if l != nil {
				l.drop()
			}
			return nil, refused
		}
		var t *Transfer
		if err == nil {
			t, err = c.start(ctx, cmd, w, l)
		}
		var we *wayError
		switch {
		case err == nil:
			c.srv.setWay(w, wayProven, nil)
			return t, nil
		case !errors.As(err, &we) || ctx.Err() != nil || !c.alive():
			return nil, err
		}
		if we.final {
			c.srv.setWay(w, wayFailed, we.err)
		}
		failed = append(failed, we.err)
		if w == wayPASV && !we.final {
			break // it is there, and cannot be reached: active mode is for the user to choose
		}
	}
	switch len(failed) {
	case 0:
		return nil, fmt.Errorf("the server has none of the ways to make data connections that are left: %w", errors.ErrUnsupported)
	case 1:
		return nil, failed[0]
	}
	return nil, errors.Join(failed...)
}

// looked checks the replies to the requests before, once there are any.
func (c *Conn) looked(before *[]*request, typ []*request, check func() error) error {
	list := *before
	if len(list) > 0 && list[len(list)-1].reply.IsZero() {
		return nil
	}
	*before = nil
	if len(list) > 0 {
		if err := c.tookType('I', typ); err != nil {
			return err
		}
	}
	if check != nil {
		return check()
	}
	return nil
}

// start sends the command, after REST if need be, while the data connection is
// being made, and waits until both stand.
func (c *Conn) start(ctx context.Context, cmd Command, w way, l *link) (*Transfer, error) {
	ok := false
	defer func() {
		if !ok {
			l.drop()
		}
	}()
	if !c.srv.proven(w) && w != wayActive {
		// As long as it may fail, nothing hangs on it yet.
		if err := c.awaitLink(ctx, l); err != nil {
			return nil, err
		}
	}
	if err := c.restart(ctx, cmd); err != nil {
		return nil, err
	}
	q := newRequest(cmd.Verb)
	if cmd.Arg != "" {
		q.args = []string{cmd.Arg}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := c.send(q); err != nil {
		return nil, err
	}
	t := &Transfer{c: c, verb: cmd.Verb, seq: c.sent, control: time.Now()}
	t.upload = cmd.Verb == "STOR" || cmd.Verb == "APPE" || cmd.Verb == "STOU"
	c.transfer = t
	if err := t.await(ctx, l); err != nil {
		c.transfer = nil
		return nil, err
	}
	ok = true
	return t, nil
}

// restart says where the transfer begins, and where it ends. A refusal is
// errors.ErrUnsupported: nothing has been done then.
func (c *Conn) restart(ctx context.Context, cmd Command) error {
	q := newRequest("REST", strconv.FormatInt(cmd.Rest, 10))
	switch {
	case cmd.Len > 0:
		q = newRequest("RANG", fmt.Sprintf("%d %d", cmd.Rest, cmd.Rest+cmd.Len-1))
	case cmd.Rest == 0:
		return nil
	}
	if err := c.exchange(ctx, q); err != nil {
		return err
	}
	if q.err() == nil {
		return nil
	}
	re := newReplyError(q.verb, q.reply)
	if q.reply.Code != ftp.CodeClosing {
		re.Cause = errors.ErrUnsupported
	}
	return re
}

// refusedBy reports whether err is a refusal of the command verb by a server that
// does not take it.
func refusedBy(verb string, err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && re.Command == verb && unsupported(err)
}

// awaitLink waits for a passive data connection before anything hangs on it.
func (c *Conn) awaitLink(ctx context.Context, l *link) error {
	select {
	case <-l.done:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.down:
		return c.gone("make a data connection", false)
	}
	if l.err != nil {
		return &wayError{err: c.linkError(l)}
	}
	return nil
}

// linkError explains why a data connection could not be made.
func (c *Conn) linkError(l *link) error {
	err := l.err
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = errTimeout
	}
	e := &ConnError{Data: true, Op: "connect", Addr: l.addr, Err: err}
	if l.active {
		e.Op = "wait for the server to connect"
		e.Hint = "a firewall or NAT on this side usually is the reason; use passive mode"
	} else {
		e.Hint = "a firewall between here and there, or passive ports not opened at the server, usually are the reason"
	}
	return e
}
