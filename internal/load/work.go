package load

import (
	"context"
	"time"
)

const (
	maxFailures = 5 // in a row, after which a worker gives up
	firstPause  = 100 * time.Millisecond
	lastPause   = 2 * time.Second
)

// work does one operation after the other until the stage is over.
func (s *stage) work(ctx context.Context, w *worker, t *tally) {
	defer func() { s.ended <- struct{}{} }()
	if s.b.bare && wait(ctx, time.Duration(w.num)*s.run.o.Ramp) != nil {
		s.warm <- struct{}{}
		return
	}
	failures := 0
	for first := true; ; first = false {
		if !first && s.counts && !s.awaitBegin(ctx) {
			return
		}
		counted := isClosed(s.begun)
		if counted && !s.take() || isClosed(s.over) || ctx.Err() != nil {
			if first {
				s.warm <- struct{}{}
			}
			return
		}
		took, err := s.operate(ctx, w)
		switch {
		case isClosed(s.over) || ctx.Err() != nil:
			t.unfinished++
		case err != nil:
			t.failed(err)
		case isClosed(s.begun) && (counted || !s.counts):
			t.times.add(took)
		}
		if first {
			s.warm <- struct{}{}
		}
		if s.b.silent && counted {
			return // one is enough
		}
		if err == nil {
			failures = 0
			continue
		}
		if failures++; failures == maxFailures || t.stopped != nil || s.pause(ctx, failures) != nil {
			if t.stopped == nil && failures == maxFailures {
				t.stopped = err
			}
			return
		}
	}
}

// accompany does what is done beside, uncounted, until the stage is over.
func (s *stage) accompany(ctx context.Context, w *worker, t *tally) {
	defer func() { s.gone <- struct{}{} }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // what is beside need not come to its end
		select {
		case <-s.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	for failures := 0; failures < maxFailures && ctx.Err() == nil; {
		err := w.dial(ctx)
		if err == nil {
			err = s.b.beside(w, ctx)
		}
		w.check(err)
		if err == nil {
			failures = 0
			continue
		}
		if ctx.Err() == nil {
			t.failed(err)
			failures++
			s.pause(ctx, failures)
		}
	}
}

// operate does one operation. A connection that has been lost is made anew, which is
// not part of it.
func (s *stage) operate(ctx context.Context, w *worker) (took time.Duration, err error) {
	if !s.b.bare {
		if err := w.dial(ctx); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	err = s.b.once(w, ctx)
	took = time.Since(start)
	w.check(err)
	return took, err
}

// awaitBegin waits until the warm-up is over. It reports false if the stage ends first.
func (s *stage) awaitBegin(ctx context.Context) bool {
	select {
	case <-s.begun:
		return true
	case <-ctx.Done():
		return false
	}
}

// take reports whether another operation may begin.
func (s *stage) take() bool {
	return !s.counts || s.left.Add(-1) >= 0
}

// pause gives a server that has refused something time to recover.
func (s *stage) pause(ctx context.Context, failures int) error {
	timer := time.NewTimer(min(firstPause<<(failures-1), lastPause))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.over:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
