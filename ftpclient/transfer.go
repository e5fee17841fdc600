package ftpclient

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Transfer is one use of the data connection. Close or Abort ends it; until then
// its Conn is busy. It is used by one goroutine at a time.
//
// The context given to Begin stays in force: when it is cancelled Read and Write
// fail with its error, and the Transfer has still to be ended.
type Transfer struct {
	c      *Conn
	verb   string
	seq    int // number of the command
	upload bool

	cmd     Command
	codec   ftp.Codec
	data    *dataConn      // nil if the server did without
	in      io.Reader      // the file's octets out of those of data, or data itself
	out     io.WriteCloser // the other way round; nil where they are the same
	unwatch func() bool

	pipelined bool       // other transfers wait behind it on the same data connection,
	left      *dataConn  // which it leaves to them here
	along     []*request // sent together with the command, before it
	careful   bool       // commands were sent ahead: replies have to fit to the letter

	dataClosed bool // by an abort
	half       bool // this side of TLS has ended; see endHalf

	opening ftp.Reply // 125 or 150
	final   ftp.Reply // once it has come
	err     error     // how it ended; io.EOF if well
	ended   bool
	moved   atomic.Int64 // octets of the file
	eof     bool         // the file was read to its end
	asked   bool         // ACCT was sent for the command, and has not been answered
	control time.Time    // when the control connection was last used
	noops   int          // sent during the transfer and not answered
}

// await waits for the preliminary reply and for the data connection, which may
// stand in any order: some servers reply once they have accepted, some before.
func (t *Transfer) await(ctx context.Context, l *link) error {
	c := t.c
	linked := l.done
	timer, stop := after(c.o.Timeout)
	defer func() { stop() }()
	for linked != nil || t.opening.IsZero() && (!t.cmd.eager || l.err != nil) {
		select {
		case <-linked:
			linked = nil
			switch {
			case l.err == nil || t.final.Code.OK() && lists(t.verb):
			case t.careful && t.opening.IsZero():
				// What comes behind a command that is refused may close the port
				// before the refusal is here.
				stop()
				timer, stop = after(t.reasonTime())
			default:
				return t.unlinked(ctx, l)
			}
			continue
		default:
		}
		replies, down := c.replies, c.down
		if !t.final.IsZero() {
			replies, down = nil, nil // what comes now is for the command behind
		}
		select {
		case <-linked:
		case r := <-replies:
			if err := t.reply(c.takes(r)); err != nil {
				return c.because(l, err)
			}
			if t.final.Code.OK() && t.opening.IsZero() {
				return t.early(ctx, l)
			}
		case <-down:
			if len(c.replies) == 0 {
				return c.gone("wait for the reply to "+t.verb, false)
			}
		case <-ctx.Done():
			l.drop()
			if !t.pipelined { // else there is more on its way than ABOR speaks of
				t.abort()
			}
			return ctx.Err()
		case <-timer:
			switch {
			case t.opening.IsZero() && linked == nil && l.err != nil:
				c.shut()
				return c.linkError(l)
			case t.opening.IsZero():
				c.shut()
				return &ConnError{Op: "wait for the reply to " + t.verb, Addr: c.o.addr, Err: errTimeout, Hint: openingHint(c.pause, linked == nil)}
			}
			l.cancel()
			timer = nil
		}
	}
	if l.err != nil && !(t.final.Code.OK() && lists(t.verb)) {
		return t.unlinked(ctx, l)
	}
	t.attach(ctx, l)
	return nil
}

// reply takes a reply that came before the data connection stood. A refusal is
// returned.
func (t *Transfer) reply(r ftp.Reply) error {
	switch {
	case r.Code.Preliminary():
		if t.opening.IsZero() { // some servers send two
			t.opening = r
			t.c.srv.learn(t.verb, r)
		}
		return nil
	case t.before(r):
		return nil
	case !t.pipelined && t.c.held(t.verb, r):
		t.c.got++
		t.c.accounted, t.asked = true, true
		err := t.c.send(newRequest("ACCT", t.c.o.Account))
		t.seq = t.c.sent
		return err
	case t.asked && tookAccount(r): // and now the command is run
		t.asked = false
		t.c.got++
		t.c.sent++
		t.seq = t.c.sent
		return nil
	}
	t.c.got++
	t.final = r
	t.c.srv.learn(t.verb, r)
	if r.Code.OK() {
		return nil
	}
	return t.refused()
}

// before takes a reply to a command before: one that was sent along, or one for which
// nobody waits any more.
func (t *Transfer) before(r ftp.Reply) bool {
	ago := t.seq - 1 - t.c.got
	if ago <= 0 {
		return false
	}
	if i := len(t.along) - ago; i >= 0 {
		t.along[i].reply = r
		t.c.srv.learn(t.along[i].verb, r)
	}
	t.c.got++
	return true
}

// early is a transfer that the server ended before it began: an empty listing,
// say. A data connection that stands is read all the same; only a listing can do
// without. Where commands were sent ahead, such a reply cannot be told from a second
// one to the file before.
func (t *Transfer) early(ctx context.Context, l *link) error {
	if t.pipelined || t.careful || passiveCode(t.final.Code) || t.final.Code == ftp.CodeOK {
		return t.c.doubt("wait for the reply to "+t.verb, t.final)
	}
	if lists(t.verb) {
		if !l.settles(ctx, t.reasonTime()) {
			l.drop()
			return nil
		}
	} else if err := t.c.awaitLink(ctx, l); err != nil {
		var we *wayError
		if errors.As(err, &we) {
			return we.err // another way would do again what has been done
		}
		return err
	}
	if l.err == nil {
		t.attach(ctx, l)
	}
	return nil
}

// unlinked ends a transfer whose data connection could not be made.
func (t *Transfer) unlinked(ctx context.Context, l *link) error {
	if ctx.Err() != nil {
		t.abort()
		return ctx.Err()
	}
	err := t.c.linkError(l)
	if l.unsafe != nil {
		return t.unsafe(err)
	}
	if t.final.Code.OK() {
		return err // the server has done something, and it was not this
	}
	t.abort()
	if t.final.Code == ftp.CodeNoData || t.final.Code == ftp.CodeAborted {
		return &wayError{err: errors.Join(err, newReplyError(t.verb, t.final))}
	}
	return &wayError{err: err}
}

// newTransfer returns the transfer that the command begins.
func (c *Conn) newTransfer(cmd Command, p ftp.Params) *Transfer {
	t := &Transfer{c: c, cmd: cmd, verb: cmd.Verb, control: time.Now()}
	t.upload = isUpload(cmd.Verb)
	t.codec = c.codecFor(t, p)
	return t
}

// attach takes the data connection over.
func (t *Transfer) attach(ctx context.Context, l *link) {
	if l.conn == nil {
		return
	}
	d := l.kept
	if d == nil {
		d = newDataConn(l.conn)
	}
	d.ctx, d.stall = ctx, t.c.o.Stall
	t.data = d
	t.code()
	t.unwatch = context.AfterFunc(ctx, func() { d.Conn.SetDeadline(aLongTimeAgo) })
	cut := d.interrupt
	t.c.cut.Store(&cut)
	if t.upload {
		t.c.refusal.Store(t.c.refusalOf(t, cut))
	}
	t.endHalf()
	if t.upload && framed(t.codec.Mode) {
		t.c.marks.set(t.acknowledged(t.cmd.OnMark))
	}
}

// detach lets go of the data connection, which is closed by the caller.
func (t *Transfer) detach() {
	t.c.refusal.Store(nil)
	t.c.cut.Store(nil)
	if t.unwatch != nil {
		t.unwatch()
	}
}

// Opening returns the preliminary reply, such as "150 FILE: name" after STOU (see
// ftp.UniqueName). It is zero if the server sent none.
func (t *Transfer) Opening() ftp.Reply { return t.opening }

// Moved returns the number of octets that were read or written. They are those
// of the file, which are not those on the data connection unless that is how the
// type, structure and mode have it.
func (t *Transfer) Moved() int64 { return t.moved.Load() }

// Read receives. It returns io.EOF only after the server has said that the
// transfer is complete (2yz); a refusal at the end (426, 451) is a *ReplyError.
// Where the end of a file is marked, as in block mode, and the mark does not come,
// the error is io.ErrUnexpectedEOF as well; what is against the rules of type,
// structure and mode is a *ftp.CodecError.
func (t *Transfer) Read(p []byte) (int, error) {
	return t.receive(func() (int, error) { return t.in.Read(p) })
}

// receive reads by read, and ends the transfer at the end of the file.
func (t *Transfer) receive(read func() (int, error)) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	if t.data == nil {
		return 0, t.finish()
	}
	t.keepAlive()
	t.data.since = time.Now()
	n, err := read()
	t.moved.Add(int64(n))
	switch {
	case err == nil:
	case err == io.EOF && n > 0:
		err = nil // it is found again
	case err == io.EOF:
		t.eof = true
		if err = t.finish(); err == io.EOF {
			err = t.whole()
		}
	default:
		err = t.failed(err)
	}
	return n, err
}

// Write sends.
func (t *Transfer) Write(p []byte) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	if t.data == nil {
		return 0, storage.ErrEnded
	}
	t.keepAlive()
	if t.out == nil {
		n, err = t.data.Write(p)
		t.moved.Add(int64(n))
	} else {
		n, err = t.encode(p)
	}
	if err != nil {
		err = t.failed(err)
	}
	return n, err
}

// Close ends the transfer: an upload at its end, of which the server then says
// whether it has it; a download that has not been read to its end is aborted.
//
// Some servers say that they have an upload, and have lost its last octets, under
// TLS 1.3: where it matters, compare the size, as a Client does.
func (t *Transfer) Close() error {
	if t.ended {
		return t.failure()
	}
	if t.err == nil && t.upload {
		t.finish()
	}
	if t.err == nil {
		return t.Abort()
	}
	if !t.ended {
		t.Abort() // it was broken off by the context, say
	}
	return t.failure()
}

// failure is why the transfer has failed; nil if it has ended well or was aborted
// on purpose.
func (t *Transfer) failure() error {
	if t.err == io.EOF || t.err == errAborted {
		return nil
	}
	return t.err
}
