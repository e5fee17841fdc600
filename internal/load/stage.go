package load

import (
	"context"
	"sync/atomic"
	"time"
)

// stage is one kind of load while it goes on.
type stage struct {
	run    *run
	b      behaviour
	counts bool         // it ends after a number of operations
	timed  bool         // it ends after a time, if not before
	left   atomic.Int64 // operations that may still begin, if counts

	begun chan struct{} // closed when the warm-up is over
	over  chan struct{} // closed when the time is up
	warm  chan struct{} // gets one for each worker that has done its first operation
	ended chan struct{} // gets one for each worker that counts when it ends
	gone  chan struct{} // gets one for each of the others
}

// grace is how long operations that are under way when the time is up may take to end
// by themselves.
const grace = 2 * time.Second

// stage does one kind of load and says what came of it.
func (r *run) stage(ctx context.Context, b behaviour) Result {
	res := Result{Kind: b.kind}
	if b.lacks != nil {
		if res.Skipped = b.lacks(r); res.Skipped != "" {
			return res
		}
	}
	res.Connections = r.o.Connections
	var sum tally
	active := r.gather(ctx, b, &sum)
	res.Reached = len(active)
	switch {
	case ctx.Err() != nil:
	case len(active) == 0: // sum has why
	case b.beside != nil && len(active) < 2:
		res.Stopped = "it needs two connections, and the server takes one"
	default:
		r.measure(ctx, b, active, &sum, &res)
	}
	res.Errors, res.Reasons = sum.errors, sum.reasons
	if sum.stopped != nil && res.Stopped == "" {
		res.Stopped = sum.stopped.Error()
	}
	return res
}

// gather makes the connections that are missing, not all at once, and prepares them. It
// returns the workers that can be used; what failed is counted. After the first connection
// that the server does not take, no other is tried.
func (r *run) gather(ctx context.Context, b behaviour, sum *tally) []*worker {
	if b.bare {
		r.hangUp()
		return r.workers
	}
	var active []*worker
	fresh := false
	for _, w := range r.workers {
		if w.conn == nil {
			if fresh && wait(ctx, r.o.Ramp) != nil {
				return nil
			}
			fresh = true
			if err := w.dial(ctx); err != nil {
				if ctx.Err() == nil {
					sum.failed(err)
				}
				if len(active) == 0 {
					sum.stopped = err
				}
				break
			}
		}
		active = append(active, w)
	}
	if b.prepare == nil {
		return active
	}
	errs := make([]error, len(active))
	done := make(chan struct{})
	for i, w := range active {
		go func() {
			errs[i] = b.prepare(w, ctx)
			w.check(errs[i])
			done <- struct{}{}
		}()
	}
	for range active {
		<-done
	}
	var ready []*worker
	for i, w := range active {
		switch {
		case errs[i] == nil:
			ready = append(ready, w)
		case ctx.Err() == nil:
			sum.failed(errs[i])
		}
	}
	if len(ready) == 0 && len(active) > 0 {
		sum.stopped = errs[0]
	}
	return ready
}

// measure has the workers work, and counts.
func (r *run) measure(ctx context.Context, b behaviour, active []*worker, sum *tally, res *Result) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &stage{
		run: r, b: b, counts: r.o.Count > 0 || b.silent || b.most > 0, timed: r.o.Count == 0 && !b.silent,
		begun: make(chan struct{}), over: make(chan struct{}),
		warm: make(chan struct{}, len(active)), ended: make(chan struct{}, len(active)), gone: make(chan struct{}, len(active)),
	}
	switch {
	case b.silent:
		s.left.Store(int64(len(active)))
	case r.o.Count > 0:
		s.left.Store(int64(r.o.Count))
	default:
		s.left.Store(int64(b.most))
	}
	tallies := make([]tally, len(active))
	counting := 0
	for i, w := range active {
		if b.beside != nil && i%2 == 1 {
			go s.accompany(ctx, w, &tallies[i])
			continue
		}
		counting++
		go s.work(ctx, w, &tallies[i])
	}
	left := s.warmUp(ctx, counting)
	cpu, moved, start := cpuTime(), octets(active), time.Now()
	close(s.begun)
	left = s.last(ctx, left)
	took := time.Since(start)
	res.Octets = octets(active) - moved
	if end := cpuTime(); cpu >= 0 {
		res.CPU = seconds(end - cpu)
	} else {
		res.CPU = -1
	}
	close(s.over)
	late := time.AfterFunc(grace, cancel)
	defer late.Stop()
	for range left {
		<-s.ended
	}
	for range len(active) - counting {
		<-s.gone
	}
	for i := range tallies {
		sum.merge(&tallies[i])
	}
	res.Seconds, res.Count, res.Unfinished, res.Latency = seconds(took), sum.times.total, sum.unfinished, sum.times.latency()
}

// warmUp waits until it is time to count, and returns how many of n workers that count are
// still there.
func (s *stage) warmUp(ctx context.Context, n int) int {
	var warm <-chan time.Time
	first := s.warm
	switch {
	case !s.counts:
		warm, first = time.After(s.run.o.Warmup), nil
	default:
		for range n {
			<-s.warm // it comes however the first operation ends
		}
		if !s.b.silent {
			return n
		}
		warm = time.After(s.run.o.Duration)
	}
	for {
		select {
		case <-warm:
			return n
		case <-first:
		case <-s.ended:
			if n--; n == 0 {
				return 0
			}
		case <-ctx.Done():
			return n
		}
	}
}

// last waits until the time is up or no worker that counts is left, and returns how many
// of n are.
func (s *stage) last(ctx context.Context, n int) int {
	var up <-chan time.Time
	if s.timed {
		up = time.After(s.run.o.Duration)
	}
	for n > 0 {
		select {
		case <-up:
			return n
		case <-s.ended:
			n--
		case <-ctx.Done():
			return n
		}
	}
	return 0
}

func octets(workers []*worker) int64 {
	sum := int64(0)
	for _, w := range workers {
		sum += w.moved.Load()
	}
	return sum
}
