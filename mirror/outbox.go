package mirror

import (
	"context"
	"sync"
)

// outbox yields steps in the order in which they were put in, while it is still being found
// out of some whether they are needed.
type outbox struct {
	ctx   context.Context
	p     *planner
	yield func(Step, error) bool
	ended bool // nothing is yielded any more

	queue []*outcome
	slots chan struct{} // for what is being found out
	wg    sync.WaitGroup
}

// outcome is a step that may turn out to be none.
type outcome struct {
	step Step
	err  error
	none bool
	done chan struct{} // closed when that is known; nil: it is
}

// backlog is how many steps may wait for one that may not be needed.
const backlog = 256

func newOutbox(ctx context.Context, p *planner, parallel int, yield func(Step, error) bool) *outbox {
	return &outbox{ctx: ctx, p: p, yield: yield, slots: make(chan struct{}, parallel)}
}

// open reports whether anything can be yielded still.
func (o *outbox) open() bool { return !o.ended }

// step puts a step in. Like all that follow, it returns false if the plan ends.
func (o *outbox) step(s Step) bool { return o.put(&outcome{step: s}) }

// error puts an error in, with a step that says what it is about.
func (o *outbox) error(s Step, err error) bool {
	s.Op = Skip
	return o.put(&outcome{step: s, err: err})
}

// fatal ends the plan with err.
func (o *outbox) fatal(err error) {
	if o.flush() {
		o.ended = true
		o.yield(Step{}, err)
	}
}

// ask puts in the copy of a file of which the listings do not tell whether it is needed.
// answer finds that out: it returns false if it is not.
func (o *outbox) ask(s Step, answer func(context.Context, *Step) (bool, error)) bool {
	out := &outcome{step: s, done: make(chan struct{})}
	o.wg.Go(func() {
		defer close(out.done)
		select {
		case o.slots <- struct{}{}:
			defer func() { <-o.slots }()
		case <-o.ctx.Done():
			out.step, out.err = Step{Op: Skip, Name: s.Name}, context.Cause(o.ctx)
			return
		}
		err := o.p.insist(o.ctx, func() error {
			needed, err := answer(o.ctx, &out.step)
			out.none = !needed
			return err
		})
		switch {
		case err != nil:
			out.step.Op, out.err, out.none = Skip, err, false
		case out.none && o.p.o.Same:
			out.step.Op, out.step.Reason, out.none = Skip, isSame, false
		}
	})
	return o.put(out)
}

func (o *outbox) put(out *outcome) bool {
	if o.ended {
		return false
	}
	o.queue = append(o.queue, out)
	return o.drain()
}

// drain yields what is known, and waits only if too much waits already.
func (o *outbox) drain() bool { return o.empty(backlog) }

// flush yields all.
func (o *outbox) flush() bool { return o.empty(0) }

func (o *outbox) empty(most int) bool {
	for !o.ended && len(o.queue) > 0 {
		out := o.queue[0]
		if len(o.queue) > most {
			if out.done != nil {
				<-out.done
			}
		} else if !out.known() {
			break
		}
		o.queue[0] = nil
		o.queue = o.queue[1:]
		if !out.none && !o.yield(out.step, out.err) {
			o.ended = true
		}
	}
	return !o.ended
}

func (out *outcome) known() bool {
	if out.done == nil {
		return true
	}
	select {
	case <-out.done:
		return true
	default:
		return false
	}
}

// first is closed when the first that waits is known; nil if there is none.
func (o *outbox) first() <-chan struct{} {
	if len(o.queue) == 0 {
		return nil
	}
	return o.queue[0].done
}

// wait waits for what still runs. The context must be cancelled.
func (o *outbox) wait() { o.wg.Wait() }
