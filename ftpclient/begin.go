package ftpclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Command is a command that uses the data connection.
type Command struct {
	Verb string // RETR, STOR, APPE, STOU, LIST, NLST, MLSD
	Arg  string // "" sends none

	// Data says who makes the data connection and how; DataAuto is as Options.Data has
	// it.
	Data DataMode

	// Params are the type, structure and mode of the transfer; nil are those of
	// Options. What is zero in them is as there.
	Params *ftp.Params

	// Literal says that the file on this side is in the form that records and pages
	// have in stream mode (storage.Info.Form); see ftp.Codec.Literal.
	Literal bool

	// Rest, if more than 0, is the restart offset in stream mode and mode Z: octets
	// as they go over the wire, before they are compressed (REST; RFC 3659, 5).
	Rest int64

	// Len > 0: so many octets from Rest on, and no more (RANG;
	// draft-bryan-ftp-range), with RETR and STOR.
	Len int64

	// From, if not zero, is where a file is taken up again in block or compressed
	// mode: From.Peer is sent by REST (RFC 959, 3.5). Read returns, and Write has
	// to be given, what comes after From.Here.
	From Mark

	// OnMark, if not nil, is told of the places where this transfer could be taken
	// up again, in modes that have such. In a download it is called by Read, once
	// all octets before the place have been returned, and an error ends the
	// transfer. In an upload it is called when the server says that it has what
	// was sent up to there: from another goroutine, one call at a time, and not
	// after the Transfer has ended; an error is logged.
	OnMark func(Mark) error

	// ahead says that another transfer follows, so that its port may be asked for
	// (see advance).
	ahead bool

	// together, if not nil, gives the paths of the downloads that follow, if they may be asked
	// for together with their ports: in this order, all of them.
	together func(*Conn) []string

	// eager has an upload begin as soon as the data connection stands. What the server
	// says to the command is found at the end.
	eager bool
}

// Begin makes a data connection in the way that the Options allow and this
// server bears, sends the command and returns once the server begins the
// transfer. A data connection that the server left open is used again. Until the
// Transfer is closed or aborted the Conn does nothing else.
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
	p, err := c.paramsOf(cmd)
	if err != nil {
		return nil, err
	}
	b := &beginning{c: c, cmd: cmd, p: p, check: check, kept: c.takeKept(cmd.Verb, p)}
	b.set = c.setParams(p)
	b.before = append(b.set, before...)
	if b.kept != nil {
		t, err := b.again(ctx)
		if !noData(err) || ctx.Err() != nil || !c.alive() {
			return t, err
		}
		// The server has closed it in the same moment.
	}
	return b.anew(ctx)
}

// beginning is a transfer that is being begun.
type beginning struct {
	c      *Conn
	cmd    Command
	p      ftp.Params
	set    []*request   // the requests that bring p into force
	before []*request   // they and others; nil once they were sent
	check  func() error // looks at the replies of the others; may be nil
	kept   *dataConn    // left open by the transfer before; may be nil

	careful bool       // commands were sent ahead: see Transfer
	along   []*request // to be sent together with the command
	asked   *advance   // with which the command was sent; nil: it is to be sent
}

// again begins on the data connection that is open.
func (b *beginning) again(ctx context.Context) (*Transfer, error) {
	if err := b.c.exchange(ctx, b.before...); err != nil {
		b.kept.Conn.Close()
		return nil, err
	}
	if err := b.looked(); err != nil {
		b.c.keep(b.kept)
		return nil, err
	}
	return b.start(ctx, wayEPSV, keptLink(b.kept))
}

// anew makes a data connection in the first way that works.
func (b *beginning) anew(ctx context.Context) (*Transfer, error) {
	c := b.c
	if c.owes() {
		return b.paired(ctx)
	}
	t, err := b.advanced(ctx)
	var we *wayError
	if t != nil || err != nil && !errors.As(err, &we) {
		return t, err
	}
	var failed []error
	ways := c.srv.waysFor(cmp.Or(b.cmd.Data, c.o.Data))
	for _, w := range ways {
		if w.rare() && len(ways) > 1 && !c.mentions(ctx, w.String()) {
			continue
		}
		l, err := c.arrange(ctx, w, b.cmd, b.before)
		if refused := b.looked(); refused != nil && !lost(err) {
			if l != nil {
				l.drop()
			}
			return nil, refused
		}
		var t *Transfer
		if err == nil {
			t, err = b.start(ctx, w, l)
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

// advanced begins on the port that was asked for ahead. The Transfer is nil if there is
// none.
func (b *beginning) advanced(ctx context.Context) (*Transfer, error) {
	l, w, err := b.c.claim(ctx)
	if l == nil {
		return nil, err
	}
	b.careful = true
	defer func() { b.careful, b.along = false, nil }()
	if len(b.set) == 0 && b.check == nil && b.c.srv.is().ahead {
		b.along, b.before = b.before, nil
	} else if err = b.c.exchange(ctx, b.before...); err == nil {
		err = b.looked()
	}
	if err != nil {
		l.drop()
		return nil, err
	}
	return b.start(ctx, w, l)
}

// looked checks the replies to the requests before, once there are any.
func (b *beginning) looked() error {
	list := b.before
	if len(list) > 0 && list[len(list)-1].reply.IsZero() {
		return nil
	}
	b.before = nil
	if len(list) > 0 {
		if err := b.c.tookParams(b.p, b.set); err != nil {
			return err
		}
	}
	if b.check != nil {
		return b.check()
	}
	return nil
}

// noData reports whether err is a refusal for want of a data connection.
func noData(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && (re.Reply.Code == ftp.CodeNoData || re.Reply.Code == ftp.CodeAborted)
}

// start sends the command, after REST if need be, while the data connection is
// being made, and waits until both stand.
func (b *beginning) start(ctx context.Context, w way, l *link) (t *Transfer, err error) {
	c, cmd := b.c, b.cmd
	defer func() {
		var re *ReplyError
		switch {
		case err == nil:
		case l.kept != nil && errors.As(err, &re) && !noData(err) && c.alive():
			c.keep(l.kept) // what is refused sends nothing
		default:
			l.drop()
		}
	}()
	if !c.srv.proven(w) && w != wayActive {
		// As long as it may fail, nothing hangs on it yet.
		if err := c.awaitLink(ctx, l); err != nil {
			return nil, err
		}
	}
	from := cmd.restart()
	if from != nil && cmd.Verb == "RETR" && c.srv.is().ahead {
		b.along = append(slices.Clip(b.along), from) // if it is refused, nothing of what comes is taken
	} else if err := c.restart(ctx, from); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t = c.newTransfer(cmd, b.p)
	if err := b.send(t); err != nil {
		return nil, err
	}
	c.transfer = t
	if c.private() && l.kept == nil {
		l = c.protect(ctx, l)
	}
	if err := t.await(ctx, l); err != nil {
		t.end(err)
		return nil, err
	}
	if err := restarted(from); err != nil {
		t.Abort()
		return nil, err
	}
	return t, nil
}

// send sends the command of t, unless that has gone out already.
func (b *beginning) send(t *Transfer) error {
	c := b.c
	if b.asked != nil {
		t.seq, t.careful = b.asked.seq+1, true
		return nil
	}
	q := newRequest(t.verb)
	if t.cmd.Arg != "" {
		q.args = []string{t.cmd.Arg}
	}
	var next *advance
	list := append(slices.Clip(b.along), q)
	at := len(list)
	if t.cmd.ahead {
		if next = c.askBehind(); next != nil {
			list = append(list, next.q)
		}
	}
	if err := c.send(list...); err != nil {
		return err
	}
	t.seq, t.along = c.sent-len(list)+at, b.along
	t.careful = b.careful || next != nil || len(t.along) > 0
	if next != nil {
		c.advance, next.seq = next, c.sent
	}
	return nil
}

// restart is the command that says where the transfer begins, and where it ends; nil if
// that is not to be said.
func (cmd *Command) restart() *request {
	switch {
	case !cmd.From.IsZero():
		return newRequest("REST", cmd.From.Peer)
	case cmd.Len > 0:
		return newRequest("RANG", fmt.Sprintf("%d %d", cmd.Rest, cmd.Rest+cmd.Len-1))
	case cmd.Rest > 0:
		return newRequest("REST", strconv.FormatInt(cmd.Rest, 10))
	}
	return nil
}

// restart sends that command, if it is not nil, and waits for what becomes of it.
func (c *Conn) restart(ctx context.Context, q *request) error {
	if q == nil {
		return nil
	}
	if err := c.exchange(ctx, q); err != nil {
		return err
	}
	return restarted(q)
}

// restarted is the refusal of that command, if it was sent and refused:
// errors.ErrUnsupported, as no octet of the file has been taken then.
func restarted(q *request) error {
	if q == nil || q.err() == nil {
		return nil
	}
	re := newReplyError(q.verb, q.reply)
	if q.reply.Code != ftp.CodeClosing {
		re.Cause = errors.ErrUnsupported
	}
	return re
}

// paramsOf returns the parameters of the command, in which nothing is left open.
func (c *Conn) paramsOf(cmd Command) (ftp.Params, error) {
	p := c.o.Params
	if cmd.Params != nil {
		p = overlay(p, *cmd.Params)
	}
	p = complete(p)
	switch {
	case !ftp.Codec{Params: p, Page: c.o.Page}.Supported():
		return p, fmt.Errorf("%w: TYPE %s with STRU %c and MODE %c", errors.ErrUnsupported, p.TypeString(), p.Stru, p.Mode)
	case p.Type == 'L' && p.Bits != 8 && c.srv.is().octets:
		return p, fmt.Errorf("%w: the server takes TYPE %s and sends octets", errors.ErrUnsupported, p.TypeString())
	case streams(cmd.Verb) && framed(p.Mode):
		p.Mode = 'S' // so that no server has a doubt what is meant
	case !cmd.From.IsZero() && (!framed(p.Mode) || !ftp.ValidMarker(cmd.From.Peer)),
		(cmd.Rest > 0 || cmd.Len > 0) && framed(p.Mode):
		return p, storage.ErrOffset
	}
	return p, nil
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
	if errors.Is(err, ErrProxy) {
		e.Hint = proxyHint(err)
		return e
	}
	self, peer := c.ends()
	switch {
	case l.unsafe != nil:
		e.Op, e.Hint = "set up TLS", dataTLSHint(err)
	case l.active:
		e.Op, e.Hint = "wait for the server to connect", activeHint(l.named, self, peer)
	default:
		e.Hint = passiveHint(err, l.named, peer)
	}
	return e
}
