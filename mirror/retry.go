package mirror

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// maxBackoff is the longest wait between two tries.
const maxBackoff = time.Minute

func (o *Options) retries() int {
	switch {
	case o.Retries == 0:
		return 5
	case o.Retries < 0:
		return 0
	}
	return o.Retries
}

// backoff is how long to wait after so many tries.
func (o *Options) backoff(tries int) time.Duration {
	d := o.Backoff
	if d <= 0 {
		d = time.Second
	}
	for ; tries > 1 && d < maxBackoff; tries-- {
		d *= 2
	}
	return min(d, max(maxBackoff, o.Backoff))
}

// passes reports whether what failed with err may succeed if it is done again: who says
// so of itself, as a reply of 4yz and a lost connection do, is taken at its word.
func passes(err error) bool {
	switch {
	case errors.Is(err, context.Canceled):
		return false
	case errors.Is(err, storage.ErrBusy), errors.Is(err, storage.ErrChanged), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, errCompare):
		return true
	}
	for _, final := range []error{fs.ErrNotExist, fs.ErrPermission, fs.ErrExist, fs.ErrClosed, errors.ErrUnsupported,
		storage.ErrName, storage.ErrNotDir, storage.ErrIsDir, storage.ErrNotEmpty} {
		if errors.Is(err, final) {
			return false
		}
	}
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// settle ends a try: the task is done, or is tried again later, or has failed.
func (r *runner) settle(t *task, err error) {
	switch {
	case r.ctx.Err() != nil && err != nil:
		r.queue.done(t, false) // it all ends, and this is no fault of the task
	case err == nil:
		r.finished(t)
	case r.fatal(err):
		r.failed(t, err)
		r.stop(err)
	case !r.again(t, err):
		r.failed(t, err)
		if t.top() || r.stuck(t, err) {
			r.stop(err)
		}
	}
}

// finished tells of a task that is done.
func (r *runner) finished(t *task) {
	r.mu.Lock()
	r.success, r.streak = time.Now(), 0
	r.sum.Moved += t.moved
	r.sum.Resumed += t.kept
	switch {
	case t.folder:
	case t.same != "":
		r.sum.Same++
		r.tell(Event{Kind: Skipped, Step: t.step, Text: t.same})
	default:
		r.sum.count(t.step.Op)
		r.tell(Event{Kind: Finished, Step: t.step, Done: t.whole, Moved: t.moved, Took: time.Since(t.began)})
	}
	r.mu.Unlock()
	r.queue.done(t, true)
}

// failed tells of a task that cannot be done.
func (r *runner) failed(t *task, err error) {
	r.mu.Lock()
	if t.folder {
		r.tell(Event{Kind: Noted, Text: "the time of a folder is not set: " + err.Error()})
	} else {
		r.sum.Moved += t.moved
		r.sum.Failed++
		r.tell(Event{Kind: Failed, Step: t.step, Err: err})
	}
	r.mu.Unlock()
	r.queue.done(t, false)
}

// again has a task tried once more after a while, if that may help.
func (r *runner) again(t *task, err error) bool {
	if !passes(err) || errors.Is(err, storage.ErrChanged) && t.tries > 0 {
		return false // who writes to a file all the time does not stop for a second try
	}
	if errors.Is(err, storage.ErrBusy) {
		r.queue.crowded()
	}
	t.stale = true
	if r.o.retries() == 0 && r.small(t) { // it may not be the file that has failed
		t.apart = true
		r.queue.again(t)
		return true
	}
	if t.tries++; t.tries > r.o.retries() {
		return false
	}
	if t.first.IsZero() {
		t.first = time.Now()
	}
	t.apart = true
	r.stumble()
	wait := r.o.backoff(t.tries)
	r.event(Event{Kind: Retrying, Step: t.step, Err: err, Took: wait})
	time.AfterFunc(wait, func() { r.queue.again(t) })
	return true
}

// stuck reports whether nothing has been done all the time that a task was tried: then
// it is not the task, and the others would only fail as slowly. A copy that differs says
// nothing of other files.
func (r *runner) stuck(t *task, err error) bool {
	if !passes(err) || errors.Is(err, errCompare) || t.first.IsZero() || !r.queue.waiting() {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.success.Before(t.first)
}

// stumble counts a try that has failed for what may pass.
func (r *runner) stumble() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.streak++
}

// breathe lets a worker wait where nothing but failures have come lately, as they do from
// a server that is just starting again: to ask it for one file after the other helps
// nobody.
func (r *runner) breathe() {
	r.mu.Lock()
	streak := r.streak / r.o.parallel()
	r.mu.Unlock()
	if streak == 0 {
		return
	}
	timer := time.NewTimer(r.o.backoff(streak))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.queue.over:
	case <-r.ctx.Done():
	}
}
