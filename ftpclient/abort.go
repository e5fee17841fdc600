package ftpclient

import (
	"context"
	"errors"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/urgent"
)

// How long the steps of an abort may take. Together they bound it.
const (
	abortReset = 2 * time.Second  // an upload: until the data connection is reset
	abortQuiet = 3 * time.Second  // without a reply that is due: until NOOP is sent
	abortSync  = 10 * time.Second // until the reply to that
)

// errAborted is how a transfer ends that was aborted on purpose.
var errAborted = errors.New("ftpclient: transfer aborted")

// Abort breaks the transfer off (ABOR; RFC 959, 4.1.3). The control connection
// can be used afterwards, unless the server does not answer in time: then it is
// closed, and that is the error. An upload is broken off in a way that the server
// can tell from its end. Aborting what has ended does nothing.
func (t *Transfer) Abort() error {
	if t.ended {
		return nil
	}
	if t.err == nil {
		t.err = errAborted
	}
	err := t.abort()
	t.end(t.err)
	return err
}

// cutShort ends an upload in a way that the server knows it is not whole, if the
// mode has a word for the end of a file, and keeps what came. In stream mode it is
// Close.
func (t *Transfer) cutShort() error {
	if t.out == nil || !t.marked() {
		return t.Close()
	}
	if f, ok := t.out.(interface{ Flush() error }); ok && f.Flush() != nil {
		return t.Abort()
	}
	t.detach()
	t.data.Close()
	err := t.wait(t.data.ctx, t.c.o.Timeout)
	t.end(errAborted)
	return err
}

// marked reports whether a file has an end that is not that of the data connection
// (RFC 959, 3.4).
func (t *Transfer) marked() bool { return t.codec.Mode != 'S' || t.codec.Stru == 'R' }

// abort is Abort, but for the state of t.
func (t *Transfer) abort() error {
	c := t.c
	defer t.closeData()
	defer func() { c.advance = nil }() // its reply may be among those that are passed over
	if c.owes() {
		c.shut() // the server would go on with what was asked for behind this
		return nil
	}
	t.collect()
	if !t.final.IsZero() { // it has just ended by itself
		return nil
	}
	if err := c.interrupt(); err != nil {
		return err
	}
	if !t.upload {
		// A server with one hand only reads ABOR once its writing fails.
		t.closeData()
	}
	return t.resync()
}

// closeData closes the data connection, of an upload so that what came cannot be
// taken for the whole.
func (t *Transfer) closeData() {
	t.dataClosed = true
	if t.data == nil {
		return
	}
	t.detach()
	if t.upload {
		reset(t.data.Conn)
	} else {
		t.data.Close()
	}
}

// resync reads the replies to the transfer and to ABOR, of which there may be two,
// one or none: 426 and 226, 226 and 226, 226 and 225, 425 and 226, or 226 alone. If
// one is missing, the reply to a NOOP tells where both sides are.
func (t *Transfer) resync() error {
	c := t.c
	if t.upload && c.srv.deaf.Load() {
		t.closeData()
	}
	for c.got < c.sent {
		limit := abortQuiet
		if t.upload && !t.dataClosed {
			limit = abortReset
		}
		err := t.awaitOne(limit)
		switch {
		case err == errTimeout && t.upload && !t.dataClosed:
			c.srv.deaf.Store(true)
			t.closeData()
		case err == errTimeout:
			return t.sync()
		case err != nil:
			return t.lost(err)
		}
	}
	return nil
}

// awaitOne waits for one final reply.
func (t *Transfer) awaitOne(limit time.Duration) error {
	timer, stop := after(limit)
	defer stop()
	before := t.c.got
	for range maxReplies {
		r, err := t.c.next(context.Background(), timer, "abort "+t.verb)
		if err != nil {
			return err
		}
		if t.final.IsZero() {
			t.take(r)
		} else if !r.Code.Preliminary() {
			t.c.got++
		}
		if t.c.got > before {
			return nil
		}
	}
	return errTimeout
}

// sync sends NOOP and takes everything up to its reply.
func (t *Transfer) sync() error {
	c := t.c
	c.o.Log.Info("the server owes a reply after ABOR; in step again by NOOP")
	if err := c.send(newRequest("NOOP")); err != nil {
		return err
	}
	timer, stop := after(abortSync)
	defer stop()
	for range maxReplies {
		r, err := c.next(context.Background(), timer, "wait for the reply to NOOP")
		if err != nil {
			return t.lost(err)
		}
		if r.Code == ftp.CodeOK || r.Code.Permanent() {
			c.got = c.sent
			return nil
		}
	}
	return t.lost(errTimeout)
}

// lost closes the connection.
func (t *Transfer) lost(err error) error {
	t.c.shut()
	if err == errTimeout {
		err = &ConnError{Op: "abort " + t.verb, Addr: t.c.o.addr, Err: err, Hint: "the server does not answer ABOR"}
	}
	return err
}

// interrupt sends ABOR after a Telnet interrupt and Synch, so that a server that
// does not read its control connection is told to (RFC 959, 4.1.3; RFC 854). Under
// TLS there is nothing urgent, and nothing of Telnet for those who would look at it.
func (c *Conn) interrupt() error {
	if !c.alive() {
		return c.gone("send ABOR", true)
	}
	c.trace(TraceEvent{Sent: true, Line: "ABOR"})
	c.control.SetWriteDeadline(time.Now().Add(abortSync))
	var err error
	if !c.protected() {
		err = c.synch()
	}
	if err == nil {
		_, err = c.control.Write([]byte("ABOR\r\n"))
	}
	if err != nil {
		c.shut()
		return &ConnError{Op: "send ABOR", Addr: c.o.addr, Err: err}
	}
	c.control.SetWriteDeadline(time.Time{}) // see write
	c.sent++
	return nil
}

// synch sends the interrupt and the Synch. The connection below is asked for urgent
// data, because behind CCC control is more than that.
func (c *Conn) synch() error {
	synch := []byte{0xff, 0xf4, 0xff, 0xf2} // IAC IP, IAC DM: the last octet is the urgent one
	if urgent.Write(c.raw, synch) {
		return nil
	}
	_, err := c.control.Write(synch)
	return err
}
