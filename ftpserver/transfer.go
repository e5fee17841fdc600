package ftpserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// transfer is one use of the data connection, or a task without one (work). Its
// goroutine runs job; the session's loop attends to it.
type transfer struct {
	verb, path string
	told       string // path as the operator can read it
	task       bool   // there is no data connection
	started    time.Time
	size       int64 // expected octets; -1 unknown
	by         protection
	job        job          // nothing, where it is a task
	keep       bool         // the data connection may stay open afterwards
	bytes      atomic.Int64 // octets moved on the data connection
	stands     atomic.Bool  // the data connection was made
	marks      chan mark    // restart markers that were received; nil where there are none
	suspect    atomic.Int64 // blocks that the client sent as suspected bad
	synced     int64        // markers that were confirmed; of the transfer's goroutine
	over       bool         // it was done at once; there is no goroutine

	stop    context.CancelFunc // nil if it is over
	cut     cut
	done    chan struct{} // closed when end is set
	end     outcome
	ended   bool // result was called
	in      lineInput
	aborted bool // by ABOR: another reply is due
	marked  int  // marks that the client was told of
}

// cancel ends the transfer. It may be called from any goroutine, and more than once.
func (t *transfer) cancel() {
	if t.stop != nil {
		t.stop()
		t.cut.cut()
	}
}

// job is what is done with a data connection once it stands. move returns nil
// when all octets went over and are where they belong. drop undoes what the
// handler has prepared, if the data connection never came. Exactly one of them
// is called, exactly once, by run or cancel. Both are nil where the job is up, or to send
// file as it is and close it.
type job struct {
	move func(ctx context.Context, d *dataConn) error
	drop func()
	done string // the text of the 226 or 250
	// file, if not nil, is all that move sends, as it is. A small one may have been sent,
	// in whole or in part, when move is called; in whole, drop is called in its place.
	file storage.Reader
	// stream: the octets go over in stream mode, whatever MODE says.
	stream bool
	// up is the upload, if it is the client that sends.
	up upload
	// prompt: it may be done by the session itself if all that the client sends has come
	// already, for there is no waiting in it then.
	prompt bool
}

func (j *job) run(ctx context.Context, d *dataConn) error {
	switch {
	case j.up.w != nil:
		return j.up.receive(ctx, d)
	case j.move != nil:
		return j.move(ctx, d)
	}
	defer j.file.Close()
	return sendOctets(d, j.file, math.MaxInt64)
}

func (j *job) cancel() {
	switch {
	case j.up.w != nil:
		j.up.w.Abort()
	case j.drop != nil:
		j.drop()
	default:
		j.file.Close()
	}
}

// outcome is how a transfer ended.
type outcome struct {
	err   error     // nil if whole
	data  bool      // the data connection stood
	left  *dataConn // the data connection, if it was left open
	reply answer    // of a task that is whole
}

// begin starts a transfer: the goroutine opens the data connection, unless one
// was left open, and runs j. It returns the preliminary reply, which is opening or the
// same with 125. Without a plan for the data connection, which is good for one transfer,
// it returns the final one.
func (s *session) begin(verb, path string, size int64, opening answer, j job) answer {
	refusal := s.dataRefusal()
	if refusal.IsZero() {
		refusal = s.noPlan(verb, j)
	}
	if !refusal.IsZero() {
		j.cancel()
		return refusal
	}
	if s.isOpen() {
		opening.Code = ftp.CodeAlreadyOpen
	}
	t := &transfer{
		verb: verb, path: path, told: s.told(path), size: size, started: time.Now(),
		by:   s.protection(j.up.w != nil),
		job:  j,
		keep: !j.stream && s.codec().KeepsOpen() && !s.srv.cfg.NoReuseData,
	}
	plan := s.data
	s.data, s.cpsv = nil, false
	if j.file != nil && !t.keep {
		if plan = t.sendNow(plan); plan == nil {
			s.atOnce(t)
			t.end = outcome{data: true}
			t.job.cancel()
			return opening
		}
	}
	if j.prompt && !t.keep {
		var came *arrived
		if plan, came = t.receiveNow(plan); came != nil {
			s.atOnce(t)
			t.end = came.move(s.ctx, t)
			return opening
		}
	}
	s.late++
	var ctx context.Context
	ctx, t.stop = context.WithCancel(s.ctx)
	t.done = make(chan struct{})
	if t.keep {
		t.marks = make(chan mark)
	}
	s.transfer = t
	s.moved.Store(t)
	go func() {
		defer close(t.done)
		t.end = s.move(ctx, t, plan)
	}()
	return opening
}

// noPlan is the reply if there is no data connection for a transfer to use, and
// no way to get one.
func (s *session) noPlan(verb string, j job) answer {
	open, ok := s.data.(*openData)
	switch {
	case s.data == nil:
		return s.say(ftp.CodeNoData, "Send EPSV, PASV, EPRT or PORT first.")
	case !ok:
		return answer{}
	case j.stream:
		// Its end is the end of the data, so that it cannot share.
		return s.say(ftp.CodeNoData, "%s needs a data connection of its own; send EPSV or PASV again.", str(verb))
	}
	if err := open.resume(); err != nil {
		s.dropData()
		return s.say(ftp.CodeNoData, "No data connection: %s.", str(s.lookup(reason(err))))
	}
	return answer{}
}

// move runs in the transfer's goroutine. It touches nothing of the session that
// changes.
func (s *session) move(ctx context.Context, t *transfer, plan dataPlan) (o outcome) {
	var d *dataConn
	defer func() {
		if p := recover(); p != nil {
			s.logger().Error("a bug ended a transfer", "panic", p, "stack", string(debug.Stack()))
			o = outcome{err: fmt.Errorf("panic: %v", p), data: true}
			if d != nil {
				d.reset()
			}
		}
	}()
	conn, err := plan.open(ctx, t)
	if err != nil {
		t.job.cancel()
		return outcome{err: err}
	}
	t.stands.Store(true)
	d = conn
	d.t, d.threads = t, &s.srv.threads
	if t.by.upload && d.tls != nil {
		d.wire.records.readAhead()
	}
	// Cancelling ends what is under way on the data connection.
	t.cut.watch(d.wire)
	defer t.cut.leave()
	s.observe(TransferStarted{Conn: s.conn, User: s.userName(), Verb: t.verb, Path: t.told})
	switch err = t.job.run(ctx, d); {
	case err != nil && t.keep && !isDataError(err) && ctx.Err() == nil:
		// The client sees by itself that the file is cut, and what was sent before
		// it is on its way: a reset would take that back.
		d.Close()
	case err != nil:
		d.reset()
	case t.keep && t.cut.leave(): // else it was interrupted meanwhile
		return outcome{data: true, left: d}
	default:
		err = d.Close()
	}
	return outcome{err: err, data: true}
}

// attend reads commands while a transfer runs, and returns the transfer's final
// reply.
func (s *session) attend(t *transfer) answer {
	defer s.moved.Store(nil)
	defer t.cancel()
	in := &t.in
	in.s = s
	wake := s.orders.wake()
	for {
		in.pull()
		select {
		case m := <-t.marks:
			s.mark(t, m)
		case <-t.done:
			in.stop()
			return s.result(t)
		case <-wake:
			if s.orders.get() >= orderClose {
				t.cancel()
			}
		case <-in.got:
			s.during(t, in, in.read)
		}
	}
}

// result turns the outcome of a transfer that is done into the final reply, and reports it.
func (s *session) result(t *transfer) answer {
	o := t.end
	t.ended = true
	if t.task {
		return s.worked(t, o)
	}
	reply := plain(ftp.CodeDone, t.job.done)
	if o.err == nil && s.secure != nil {
		s.secure.bond.delivered()
	}
	switch {
	case o.err != nil:
		reply = s.failure(t, o)
	case o.left != nil && t.aborted: // too late, but it closes what is open
		o.left.Close()
	case o.left != nil:
		s.data = leaveOpen(o.left)
		reply.Code = ftp.CodeActionDone
	}
	if n := t.suspect.Load(); n > 0 {
		s.logger().Warn("the client suspects what it has sent", "user", s.userName(), "path", t.told, "blocks", n)
		reply = several(reply.Code, []string{string(reply.appendText(nil)), s.tr("Blocks that you sent as suspected bad: %d.", n)})
	}
	s.observe(TransferEnded{
		Conn: s.conn, User: s.userName(), Verb: t.verb, Path: t.told,
		Bytes: t.bytes.Load(), Took: time.Since(t.started), Code: reply.Code, Err: o.err,
	})
	return reply
}

// failure says why a transfer is not whole.
func (s *session) failure(t *transfer, o outcome) answer {
	var de *dataError
	var he *handshakeError
	switch {
	case t.aborted:
		return s.say(ftp.CodeAborted, "Transfer aborted.")
	case s.orders.get() >= orderClose:
		return s.say(ftp.CodeAborted, "Transfer aborted by the server.")
	case errors.Is(o.err, errOutlived):
		s.bye = o.err.Error()
		return s.say(ftp.CodeClosing, "Connect again: %s.", str(s.lookup(reason(o.err))))
	case errors.Is(o.err, context.Canceled): // the client has gone: what it kept the server waiting for is not why
		return s.say(ftp.CodeAborted, "Transfer aborted.")
	case errors.As(o.err, &he):
		return s.say(ftp.CodeProtocols, "No protected data connection: %s.", str(s.lookup(reason(o.err))))
	case !o.data:
		return s.say(ftp.CodeNoData, "No data connection: %s.", str(s.lookup(reason(o.err))))
	case errors.As(o.err, &de):
		return s.say(ftp.CodeAborted, "Data connection lost: %s.", str(s.lookup(reason(de.err))))
	}
	return s.replyFor(t.verb, o.err)
}

// reason is what a client may know of a network error: no addresses, and no more
// of what other software says than the system's own words.
func reason(err error) string {
	var ne net.Error
	var errno syscall.Errno
	var notTLS tls.RecordHeaderError
	var he *handshakeError
	switch {
	case errors.Is(err, errForeign), errors.Is(err, errExpired), errors.Is(err, errDropped), errors.Is(err, errCut), errors.Is(err, errNoNotify), errors.Is(err, errUnbound), errors.Is(err, errOutlived), errors.Is(err, errStranger):
		return err.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, errInterrupted):
		return "aborted"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		return "timed out"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &notTLS):
		return "what came on it is not TLS"
	case errors.As(err, &he) && errors.Is(err, io.EOF):
		return "it was closed during the handshake"
	case errors.As(err, &he):
		return "the handshake failed"
	}
	return "network error"
}
