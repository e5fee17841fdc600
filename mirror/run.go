package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// Error says that some of a mirror could not be done. Failed events told what, and why.
type Error struct {
	Failed int
	Of     int // steps, and what was no step because it could not be found out
}

func (e *Error) Error() string { return fmt.Sprintf("%d of %d failed", e.Failed, e.Of) }

// Run does what a plan says, as many steps at once as Options.Parallel allows and the
// servers bear. A step that fails does not keep the others from being done: the error
// is then an *Error. What ends it all is the end of ctx, and what Options.Fatal and the
// lack of room say of every other step; the error is then that one.
//
// What may pass is tried again, for each file by itself: a connection that is lost, a
// server that is busy, a file that changes while it is read. A copy that was cut goes on
// where it was, within a Run as well as in the next.
//
// Options have to be those that the plan was made with.
func Run(ctx context.Context, dst, src Tree, plan iter.Seq2[Step, error], o Options) (Summary, error) {
	began := time.Now()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := newRunner(ctx, dst, src, o)
	r.stop = stop
	r.work(func() { r.follow(plan) })
	r.sum.Took = time.Since(began)
	switch {
	case ctx.Err() != nil:
		return r.sum, context.Cause(ctx)
	case r.unplanned != nil && r.steps == 0: // it is why there is no plan at all
		return r.sum, r.unplanned
	case r.sum.Failed > 0:
		return r.sum, &Error{Failed: r.sum.Failed, Of: r.steps + r.gaps}
	}
	return r.sum, nil
}

// runner is a Run under way.
type runner struct {
	ctx      context.Context
	stop     context.CancelCauseFunc // ends all of it, for a reason
	dst, src Tree
	o        Options

	queue *queue
	limit func(ctx context.Context, n int) error           // nil: none
	check func(ctx context.Context, src, dst string) error // nil: what was copied is not compared

	// How files are copied.
	down   bool            // by way of a part at DST, else by an upload with a journal
	copier transfer.Copier // a copy of which copies each file
	reads  storage.Batcher // of SRC, for small files; may be nil
	writes storage.Batcher // of DST, likewise
	times  bool            // DST can set times
	temp   bool            // uploads are renamed when they are whole

	come    chan loaded    // small files that are to be written
	storers atomic.Int32   // how many goroutines write them
	stored  sync.WaitGroup // for these

	mu        sync.Mutex // guards what follows, and lets one Event through at a time; after queue.mu
	sum       Summary
	steps     int
	gaps      int       // what the plan could not find out
	unplanned error     // the first of it
	folders   []*task   // that get their times in the end
	strange   bool      // DST was seen to refuse the time of a folder
	success   time.Time // when something was last done
	streak    int       // how many tries have failed since
	direct    int       // how many files in a row could not be copied directly
	refused   int       // likewise, and it was said that none can be
}

func newRunner(ctx context.Context, dst, src Tree, o Options) *runner {
	r := &runner{ctx: ctx, dst: dst.normal(), src: src.normal(), o: o, success: time.Now(), come: make(chan loaded)}
	r.queue = newQueue(ctx, o.parallel(), r.small)
	if r.limit = o.Limit; r.limit == nil {
		r.limit = transfer.Pace(o.Rate)
	}
	if r.check = o.Check; r.check == nil && o.Verify {
		r.check = r.verifyCopy
	}
	has := dst.FS.Features()
	r.times = has.Has(storage.CanSetTime)
	r.down = has.Has(storage.Atomic | storage.CanResume)
	r.temp = !r.down && !o.InPlace && !has.Has(storage.Atomic)
	r.copier = r.newCopier()
	r.reads, r.writes = r.batchers()
	return r
}

// batchers returns what small files go over together by; nil for those that do not.
func (r *runner) batchers() (reads, writes storage.Batcher) {
	format := r.copier.Format
	if r.check != nil || format.Form != "" || !r.down && !format.Whole() {
		return nil, nil
	}
	reads, _ = storage.As[storage.Batcher](r.src.FS)
	writes, _ = storage.As[storage.Batcher](r.dst.FS)
	if writes == nil && r.temp {
		reads = nil // each file is renamed by itself
	}
	return reads, writes
}

// normal fills in what is left out.
func (t Tree) normal() Tree {
	if t.Root == "" {
		t.Root = "."
	}
	if t.Title == nil {
		t.Title = func(name string) string { return name }
	}
	return t
}

// at returns the name within the FS of what is called name below the Root.
func (t Tree) at(name string) string { return storage.Join(t.Root, name) }

func (o *Options) parallel() int {
	if o.Parallel <= 0 {
		return 4
	}
	return o.Parallel
}

// follow hands the steps of the plan to the workers, and waits until they are done.
func (r *runner) follow(plan iter.Seq2[Step, error]) {
	removing := false
	for step, err := range plan {
		if r.ctx.Err() != nil {
			return
		}
		if err != nil {
			r.gap(step, err)
			continue
		}
		r.planned(step)
		if step.Op == Skip {
			r.skipped(step, step.Reason)
			continue
		}
		// What is removed may be what something else is to take the place of, or the
		// only copy of what is just being renamed on the other side.
		if now := step.Op == Remove; now != removing {
			removing = now
			r.queue.drain()
		}
		if step.Op == Touch && step.Src.IsDir() {
			r.later(&task{step: step})
			continue
		}
		r.queue.add(&task{step: step})
	}
	r.queue.drain()
	r.setTimes()
	r.queue.drain()
}

// gap tells of what the plan could not find out.
func (r *runner) gap(step Step, err error) {
	r.mu.Lock()
	r.gaps++
	r.sum.Failed++
	if r.unplanned == nil && !errors.Is(err, ErrKept) {
		r.unplanned = err
	}
	r.tell(Event{Kind: Failed, Step: step, Err: err})
	r.mu.Unlock()
	if r.fatal(err) {
		r.stop(err)
	}
}

func (r *runner) planned(step Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps++
	r.tell(Event{Kind: Planned, Step: step})
}

// skipped tells of a step of which nothing is to be done.
func (r *runner) skipped(step Step, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if step.Op == Skip {
		r.sum.Skipped++
	} else {
		r.sum.Same++
	}
	r.tell(Event{Kind: Skipped, Step: step, Text: text})
}

// event tells of what happens to a task.
func (r *runner) event(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tell(e)
}

// tell passes an event on. r.mu is held.
func (r *runner) tell(e Event) {
	if r.o.Observe != nil {
		r.o.Observe(e)
	}
}

// fatal reports whether nothing else can be done after err.
func (r *runner) fatal(err error) bool {
	return errors.Is(err, storage.ErrNoSpace) || errors.Is(err, storage.ErrQuota) || r.o.Fatal != nil && r.o.Fatal(err)
}
