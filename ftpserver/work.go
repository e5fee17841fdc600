package ftpserver

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// task is what takes long without a data connection: a digest, a copy, a tree. It
// runs in a goroutine of its own, touches nothing of the session that changes,
// and gives up when ctx is cancelled. It adds to done the octets that it is
// through with. An error becomes the reply that the verb has for it.
type task func(ctx context.Context, done *atomic.Int64) (answer, error)

// work runs do as a transfer without a data connection: meanwhile the client may
// ask by STAT how far it is, and end it by ABOR; what else comes is queued. size
// is how many octets there are, -1 if nobody knows. Like begin, work is the last
// thing that a handler does; there is no preliminary reply to return, because
// no command that needs this has one.
func (s *session) work(verb, path string, size int64, do task) answer {
	ctx, stop := context.WithCancel(s.ctx)
	t := &transfer{verb: verb, path: path, told: s.told(path), size: size, task: true, started: time.Now(), stop: stop, done: make(chan struct{})}
	t.stands.Store(true) // the client has done its share, and may go once it has said QUIT
	s.transfer = t
	s.moved.Store(t)
	go func() {
		defer close(t.done)
		t.end = s.perform(ctx, t, do)
	}()
	return answer{}
}

// perform runs in the task's goroutine.
func (s *session) perform(ctx context.Context, t *transfer, do task) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			s.logger().Error("a bug ended a command", "verb", t.verb, "panic", p, "stack", string(debug.Stack()))
			o = outcome{err: fmt.Errorf("panic: %v", p)}
		}
	}()
	reply, err := do(ctx, &t.bytes)
	return outcome{reply: reply, err: err}
}

// worked returns the final reply to a task.
func (s *session) worked(t *transfer, o outcome) answer {
	switch {
	case o.err == nil:
		return o.reply
	case t.aborted:
		return s.say(cutCode(t.verb), "Aborted.")
	case s.orders.get() >= orderClose:
		return s.say(cutCode(t.verb), "Aborted by the server.")
	}
	return s.replyFor(t.verb, o.err)
}

// cutCode is the code for a command that was aborted: 426 where RFC 959 gives it
// that, else one that invites to try again.
func cutCode(verb string) ftp.Code {
	c := row(verb)
	for _, code := range []ftp.Code{ftp.CodeAborted, ftp.CodeBusy} {
		if c.Permits(code) {
			return code
		}
	}
	return ftp.CodeLocalError
}

// promptTime is how long after a command STAT and NOOP are taken for sent along
// with it. A transfer has told the client by its preliminary reply that it is
// running; a task has not, and to overtake its reply would confuse a client that
// sends commands ahead.
const promptTime = time.Second

// overtakes reports whether STAT and NOOP may be answered before t is done.
func (t *transfer) overtakes() bool { return !t.task || time.Since(t.started) >= promptTime }
