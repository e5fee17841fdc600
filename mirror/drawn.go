package mirror

import (
	"context"
	"errors"
	"sync"
)

// drawn are the small files that a Batcher has drawn and not told the end of, in order.
type drawn struct {
	r    *runner
	ctx  context.Context
	stop context.CancelFunc // lets go of whoever draws

	mu    sync.Mutex // guards what follows
	list  []*task
	ended bool
}

// draw begins with a task that was taken from the queue.
func (r *runner) draw(first *task) *drawn {
	d := &drawn{r: r, list: []*task{first}}
	d.ctx, d.stop = context.WithCancel(r.ctx)
	return d
}

// next draws another task from the queue; nil if there is none for now. look, if not nil,
// sees it before anybody else may have it: who draws does so in a goroutine of his own, which
// the end of the Batcher does not wait for.
func (d *drawn) next(look func(*task)) *task {
	t := d.r.queue.more(d.ctx)
	if t != nil && look != nil {
		look(t)
	}
	if t != nil && !d.push(t) {
		d.r.queue.again(t)
		return nil
	}
	return t
}

// push notes that a task is drawn. It reports false if the Batcher has ended meanwhile.
func (d *drawn) push(t *task) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ended {
		d.list = append(d.list, t)
	}
	return !d.ended
}

// pop returns the task that the Batcher tells of.
func (d *drawn) pop() *task {
	d.mu.Lock()
	defer d.mu.Unlock()
	return pop(&d.list)
}

// errStopped ends a batch that can do no more, for a reason which was told elsewhere.
var errStopped = errors.New("stopped")

// end takes back what the Batcher has not told the end of. The first of these is what it
// was at when it failed, if it did; the others may go over with the next.
func (d *drawn) end(err error) {
	d.mu.Lock()
	left := d.list
	d.list, d.ended = nil, true
	d.mu.Unlock()
	stopped := errors.Is(err, errStopped)
	for i, t := range left {
		switch {
		case stopped || err != nil && i > 0:
			d.r.queue.again(t)
		case err != nil && !passes(err) && !d.r.fatal(err) && d.r.ctx.Err() == nil:
			t.apart, t.stale = true, true // nobody says that it is the file
			d.r.queue.again(t)
		case err != nil:
			d.r.settle(t, err)
		default: // it should have told of all
			t.apart = true
			d.r.queue.again(t)
		}
	}
	if err != nil && !stopped && len(left) == 0 {
		d.r.stumble()
	}
}
