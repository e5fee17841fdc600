package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// reasonTime is how long a server may take to say why it has broken the data
// connection.
const reasonTime = 10 * time.Second

// finish ends the file, closes the data connection if that is how the end is told,
// and waits for the final reply. The result is io.EOF if all is well.
func (t *Transfer) finish() error {
	ctx := context.Background()
	if t.data != nil {
		ctx = t.data.ctx
		if t.out != nil {
			if err := t.out.Close(); err != nil {
				return t.failed(err)
			}
		}
		if t.leaves() {
			defer t.leave()
		} else {
			defer t.data.finish(t.upload)()
		}
		t.detach() // not before: the end of TLS is something to be sent, too
	}
	if t.cmd.ahead && !t.upload {
		if err := t.c.askAtEnd(t.cmd.together); err != nil {
			return t.end(err)
		}
		t.careful = t.careful || t.c.advance != nil
	}
	err := t.wait(ctx, t.c.o.Timeout)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		// The reply is owed to nobody any more; the next command passes it over.
		return t.end(ctx.Err())
	}
	if err != nil {
		return t.end(err)
	}
	if !t.final.Code.OK() {
		if t.c.advance != nil && !t.upload {
			t.c.srv.distrustAhead("a file was broken off behind which a command was sent: " + t.final.String())
		}
		return t.end(t.refused())
	}
	if t.careful && (t.opening.IsZero() || t.final.Code != ftp.CodeDone && t.final.Code != ftp.CodeActionDone) {
		return t.end(t.c.doubt("wait for the end of "+t.verb, t.final))
	}
	return t.end(io.EOF)
}

// leaves reports whether the data connection may stay open behind the file.
func (t *Transfer) leaves() bool { return t.codec.KeepsOpen() }

// leave keeps the data connection if the server has said that it does (250; it
// says 226 where it closes it, RFC 959, 5.4), and closes it otherwise.
func (t *Transfer) leave() {
	switch {
	case t.err != io.EOF || t.final.Code != ftp.CodeActionDone:
		t.data.Close()
	case t.pipelined:
		t.left = t.data
	default:
		t.c.keep(t.data)
	}
}

// end notes how the transfer ended and frees the connection.
func (t *Transfer) end(err error) error {
	t.err, t.ended = err, true
	t.c.marks.set(nil)
	if t.c.transfer == t {
		t.c.transfer = nil
	}
	return err
}

// wait waits for the transfer's own final reply, if it has not come yet.
func (t *Transfer) wait(ctx context.Context, limit time.Duration) error {
	c, op := t.c, "wait for the end of "+t.verb
	for n := 0; t.final.IsZero(); n++ {
		if n == maxReplies {
			c.shut()
			return &ConnError{Op: op, Addr: c.o.addr, Err: errEndless}
		}
		timer, stop := after(limit)
		quiet := c.quiet()
		r, err := c.next(ctx, timer, op)
		stop()
		if err == errTimeout {
			c.shut()
			return &ConnError{Op: op, Addr: c.o.addr, Err: err, Hint: endHint(quiet)}
		}
		if err != nil {
			return err
		}
		if t.pipelined && !endsPipelined(r.Code) {
			return c.doubt(op, r)
		}
		t.take(r)
	}
	return nil
}

// endsPipelined reports whether a reply can be the final one to a transfer with others
// behind it. A second preliminary reply is that to the next, whose predecessor's end
// was lost, and a 200 is the reply to a command between the two.
func endsPipelined(code ftp.Code) bool {
	return code == ftp.CodeActionDone || code == ftp.CodeDone || code.Transient() || code.Permanent()
}

// take takes a reply during or after the transfer: its own final reply, or that
// to a NOOP, which some servers send at once and some afterwards.
func (t *Transfer) take(r ftp.Reply) {
	switch {
	case r.Code.Preliminary():
		if t.opening.IsZero() {
			t.opening = r
		}
	case t.before(r), t.c.overtook(r):
	case t.noops > 0 && r.Code == ftp.CodeOK:
		t.noops--
		t.c.got++
	default:
		t.c.got++
		t.final = r
	}
}

// failed ends the transfer for an error of its data connection or its codec.
func (t *Transfer) failed(err error) error {
	op := "receive"
	if t.upload {
		op = "send"
	}
	var ne net.Error
	switch {
	case t.data.ctx.Err() != nil, errors.As(err, &ne), t.plain():
		return t.broken(err, op)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return t.broken(errCut, op)
	case t.upload && !isCodecError(err), err == errInterrupted, errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET):
		return t.broken(err, op)
	}
	// Neither side can tell any more where the next file begins.
	t.err = err
	t.abort()
	return t.end(err)
}

// errCut reports a file whose end never came, though its mode marks it.
var errCut = fmt.Errorf("closed before the end of the file: %w", io.ErrUnexpectedEOF)

// broken explains why the data connection failed in the middle. If the server
// says why, that counts.
func (t *Transfer) broken(err error, op string) error {
	c := t.c
	if cerr := t.data.ctx.Err(); cerr != nil {
		t.err = cerr // Close and Abort end it
		return cerr
	}
	ce := &ConnError{Data: true, Op: op, Addr: t.data.RemoteAddr().String(), Err: err}
	if timeout(err) && !t.data.stop.Load() {
		t.err = ce
		t.abort()
		ce.Hint = stallHint(c.o.Stall, t.upload, c.alive())
		t.end(ce)
		return ce
	}
	t.detach()
	reset(t.data.Conn)
	limit := reasonTime
	if c.o.Timeout > 0 {
		limit = min(limit, c.o.Timeout)
	}
	if werr := t.wait(context.Background(), limit); werr != nil {
		// A control connection that is gone, too, is what matters to the caller.
		return t.end(errors.Join(werr, ce))
	}
	if !t.final.Code.OK() {
		return t.end(t.both(ce))
	}
	return t.end(ce)
}

// both joins the refusal of a transfer and what has become of its data connection. A reply
// that refuses the command or the file for good is all that counts: the connection was
// given up because of it. One that speaks of something else, or of a failure on the way, may
// owe its sense to the other.
func (t *Transfer) both(data error) error {
	if t.final.Code.Permanent() && !ofSession(t.final.Code) {
		return t.refused()
	}
	return errors.Join(t.refused(), data)
}

// ofSession reports whether a refusal speaks of connections, or of who is logged in, by its
// second digit (RFC 959, 4.2.1), and so not of a file.
func ofSession(code ftp.Code) bool {
	second := code / 10 % 10
	return second == 2 || second == 3
}

func timeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// noopEvery is how often a server that bears it is sent NOOP during a transfer.
const noopEvery = time.Minute

// keepAlive sends NOOP if the control connection has been silent for long. It
// never waits for the reply.
func (t *Transfer) keepAlive() {
	if now := time.Now(); now.Sub(t.control) >= noopEvery && !t.pipelined && !t.careful {
		t.control = now
		if !t.final.IsZero() || !t.c.srv.is().noop {
			return
		}
		t.collect()
		if t.noops < 3 && t.final.IsZero() && t.c.send(newRequest("NOOP")) == nil {
			t.noops++
		}
	}
}

// collect takes the replies that have come so far.
func (t *Transfer) collect() {
	for t.final.IsZero() {
		select {
		case r := <-t.c.replies:
			t.take(t.c.takes(r))
		default:
			return
		}
	}
}

// rebind gives a transfer another context, for its end.
func (t *Transfer) rebind(ctx context.Context) {
	if t.data == nil {
		return
	}
	t.unwatch()
	t.data.ctx = ctx
	t.unwatch = context.AfterFunc(ctx, func() { t.data.SetDeadline(aLongTimeAgo) })
}
