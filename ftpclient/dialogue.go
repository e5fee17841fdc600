package ftpclient

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// request is a command and its final reply.
type request struct {
	verb  string
	args  []string // none or one
	reply ftp.Reply

	early func(ftp.Reply) // gets the preliminary replies; nil: nobody wants them
}

func newRequest(verb string, args ...string) *request { return &request{verb: verb, args: args} }

// err returns the refusal that the reply is, if any. A 332 is one: what was to be
// done has not been.
func (q *request) err() error {
	if q.reply.Code.OK() || q.reply.Code.Intermediate() && q.reply.Code != ftp.CodeNeedAccount {
		return nil
	}
	return newReplyError(q.verb, q.reply)
}

// send sends commands in one write, without waiting for replies.
func (c *Conn) send(list ...*request) error {
	c.settle()
	b := c.out[:0]
	var err error
	for _, q := range list {
		c.wrote = c.wrote || isUpload(q.verb)
		if b, err = ftp.AppendCommand(b, q.verb, q.args...); err != nil {
			if errors.Is(err, ftp.ErrName) {
				err = storage.ErrName
			}
			return err
		}
	}
	c.out = b
	if c.srv.is().raw {
		b = bytes.ReplaceAll(b, []byte{0xff, 0xff}, []byte{0xff})
	}
	if c.o.Trace != nil {
		for _, q := range list {
			c.trace(TraceEvent{Sent: true, Line: masked(q)})
		}
	}
	return c.write(b, len(list))
}

// write sends octets that are n commands.
func (c *Conn) write(b []byte, n int) error {
	if !c.alive() {
		return c.gone("send a command", true)
	}
	var limit time.Time
	if c.o.Timeout > 0 {
		limit = time.Now().Add(c.o.Timeout)
	}
	c.control.SetWriteDeadline(limit)
	if _, err := c.control.Write(b); err != nil {
		c.shut()
		return &ConnError{Op: "send a command", Addr: c.o.addr, Err: err}
	}
	if _, plain := c.control.(*net.TCPConn); !plain {
		// TLS may write while it reads (a new key), and does not survive a deadline
		// that passed long ago.
		c.control.SetWriteDeadline(time.Time{})
	}
	c.pause = c.quiet()
	c.heard()
	c.sent += n
	return nil
}

// masked is a command as it may be shown.
func masked(q *request) string {
	if len(q.args) == 0 {
		return q.verb
	}
	if row := ftp.Lookup(strings.ToUpper(q.verb)); row != nil && row.Traits.Has(ftp.Secret) {
		return q.verb + " ***"
	}
	return q.verb + " " + q.args[0]
}

// settle takes away replies that no command is waiting for, so that they are not
// taken for the reply to the next one. Where commands go ahead of replies, one that is
// too many ends the connection: it may have been for a command that was sent.
func (c *Conn) settle() {
	for c.got >= c.sent {
		select {
		case r := <-c.replies:
			c.takes(r)
			switch {
			case r.Code == ftp.CodeClosing:
			case c.strict:
				c.doubt("send a command", r)
			default:
				c.o.Log.Warn("the server sent a reply that no command asked for", "reply", r.String())
			}
		default:
			return
		}
	}
}

// gone returns the error of a connection that has ended. It closes it.
func (c *Conn) gone(op string, unsent bool) error {
	c.shut()
	err := c.downErr
	if r := c.bye.Load(); r != nil {
		// RFC 959, 5.4: the server may say why it closes at any time.
		err = newReplyError("", *r)
	}
	return &ConnError{Op: op, Addr: c.o.addr, Err: err, unsent: unsent}
}

// next returns the next reply, whatever it belongs to. op says what is waited
// for. timer may be nil. After errTimeout the connection is still open.
func (c *Conn) next(ctx context.Context, timer <-chan time.Time, op string) (ftp.Reply, error) {
	select {
	case r := <-c.replies:
		return c.takes(r), nil
	default:
	}
	select {
	case r := <-c.replies:
		return c.takes(r), nil
	case <-c.down:
		select {
		case r := <-c.replies:
			return c.takes(r), nil
		default:
			return ftp.Reply{}, c.gone(op, false)
		}
	case <-ctx.Done():
		return ftp.Reply{}, ctx.Err()
	case <-timer:
		return ftp.Reply{}, errTimeout
	}
}

// final waits for the final reply to the command with the number seq, counted
// from 1. Replies to commands before it, which nobody waited for any more, are
// passed over. The time limit is for each reply; when it has passed the
// connection is closed.
func (c *Conn) final(ctx context.Context, seq int, verb string) (ftp.Reply, error) {
	return c.finalWithin(ctx, seq, verb, c.o.Timeout, nil)
}

// finalWithin is final with a time limit of its own. early, if not nil, gets the
// preliminary replies to the command.
func (c *Conn) finalWithin(ctx context.Context, seq int, verb string, limit time.Duration, early func(ftp.Reply)) (ftp.Reply, error) {
	op := "wait for the reply to " + verb
	for range maxReplies {
		timer, stop := after(limit)
		r, err := c.next(ctx, timer, op)
		stop()
		if err == errTimeout {
			c.shut()
			return r, &ConnError{Op: op, Addr: c.o.addr, Err: err, Hint: silentHint(c.pause)}
		}
		if err != nil {
			return r, err
		}
		if r.Code.Preliminary() {
			if early != nil && c.got == seq-1 {
				early(r)
			}
			continue
		}
		if c.got++; c.got >= seq {
			return r, nil
		}
	}
	c.shut()
	return ftp.Reply{}, &ConnError{Op: op, Addr: c.o.addr, Err: errEndless}
}

// catchUp waits for the replies that are owed to commands before, for which nobody
// waits any more.
func (c *Conn) catchUp(ctx context.Context) error {
	if c.got >= c.sent {
		return ctx.Err()
	}
	_, err := c.final(ctx, c.sent, "an earlier command")
	return err
}

// maxReplies is how many replies one command may get.
const maxReplies = 10_000

// errEndless reports a server that sends more.
var errEndless = &ftp.ProtocolError{Problem: "replies without end"}

// after is a timer that never fires if d is 0.
func after(d time.Duration) (<-chan time.Time, func()) {
	if d <= 0 {
		return nil, func() {}
	}
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}

// ask sends one command and waits for its final reply, whatever it is.
func (c *Conn) ask(ctx context.Context, verb string, args ...string) (ftp.Reply, error) {
	q := newRequest(verb, args...)
	err := c.exchange(ctx, q)
	return q.reply, err
}

// exchange sends commands and waits for all their replies: ahead of the replies
// where the server is known to take that, else one by one.
func (c *Conn) exchange(ctx context.Context, list ...*request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	step := 1
	if c.srv.is().ahead {
		step = maxAhead
	}
	for len(list) > 0 {
		part := list[:min(step, len(list))]
		list = list[len(part):]
		if err := c.send(part...); err != nil {
			return err
		}
		for i, q := range part {
			r, err := c.finalWithin(ctx, c.sent-len(part)+1+i, q.verb, q.patience(c.o.Timeout), q.early)
			if err != nil {
				return err
			}
			q.reply = r
			c.srv.learn(q.verb, r)
		}
		if q := part[len(part)-1]; c.held(q.verb, q.reply) {
			r, err := c.release(ctx, q.verb)
			if err != nil {
				return err
			}
			q.reply = r
		}
	}
	return nil
}

// maxAhead is the number of commands sent ahead of their replies. Servers queue
// a few dozen lines.
const maxAhead = 32
