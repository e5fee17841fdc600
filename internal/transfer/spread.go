package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// spread is the copy of one file over several streams at once, each of which has a
// segment of it. One that has come to the end of its segment takes what nobody has
// taken yet, or else half of the most that another one has before it. So it begins
// as a copy over one stream, and stays one where more do not help or are not to be had.
type spread struct {
	r    *run
	size int64
	pace *pace

	// work does a task, by do.
	work func(ctx, joining context.Context, t *task) error

	// before, if not nil, is called before a stream stands that begins at off; mu is
	// held.
	before func(off int64) error

	ended  chan error    // one for each worker: why it has ended
	began  chan struct{} // a stream runs that did not before
	told   bool          // that there are fewer streams than there should be
	cancel context.CancelCauseFunc

	mu      sync.Mutex    // guards what follows, and r
	have    spans         // what is there
	rest    spans         // what nobody has taken
	streams []*stream     // those that run
	points  []int64       // where those are to begin that do not stand yet, and help others
	cost    time.Duration // how long the last one took until it stood
}

// run copies what is not there yet. beside, if not nil, runs meanwhile; its context ends
// when all is there or nothing more can come.
func (s *spread) run(ctx context.Context, beside func(context.Context)) error {
	ctx, s.cancel = context.WithCancelCause(ctx)
	defer s.cancel(nil)
	s.ended, s.began = make(chan error), make(chan struct{}, 1)
	s.rest = s.have.gaps(s.size)
	var wg sync.WaitGroup
	if beside != nil {
		wg.Go(func() { beside(ctx) })
	}
	err := s.supervise(ctx)
	s.cancel(nil)
	wg.Wait()
	return err
}

// supervise has as many workers as there should be until there is nothing left to do,
// or the last of them has failed.
func (s *spread) supervise(ctx context.Context) error {
	tick := time.NewTicker(paceEvery)
	defer tick.Stop()
	joining, stopJoining := context.WithCancel(ctx)
	defer stopJoining()
	var failed error
	workers, measured, since := 0, int64(-1), time.Now()
	for {
		for failed == nil && workers < s.pace.streams {
			t := s.choose()
			if t == nil {
				break
			}
			workers++
			go func() { s.ended <- s.work(ctx, joining, t) }()
		}
		if workers == 0 {
			if failed != nil {
				failed = context.Cause(ctx)
			}
			return failed
		}
		select {
		case <-s.began:
			if measured = -1; s.running() == 1 { // others run up while those before them run
				measured, since = s.moved(), time.Now()
				tick.Reset(paceEvery)
			}
		case err := <-s.ended:
			workers--
			if s.whole() {
				stopJoining() // there is nothing left for those who come now
			}
			switch {
			case err == nil || s.whole() && workers > 0:
			case workers == 0 || fatal(err) || ctx.Err() != nil:
				failed = err
				s.cancel(err) // the first counts
			default:
				s.fewer(workers, err)
			}
			measured = -1
		case <-tick.C:
			now, moved, running := time.Now(), s.moved(), s.running()
			took := now.Sub(since)
			if measured >= 0 && took < paceMost && moved-measured < int64(running)*paceOctets {
				continue
			}
			if rate := float64(moved-measured) / took.Seconds(); measured >= 0 && rate > 0 {
				left := time.Duration(float64(s.size-moved) / rate * float64(time.Second))
				s.retire(s.pace.measured(rate, running, left))
			}
			measured, since = moved, now
		}
	}
}

// fewer has the download go on over no more than n streams. That no more were to be
// had is told only to who wants so many.
func (s *spread) fewer(n int, err error) {
	var missed *missedError
	if !s.told && (s.r.c.Segments > 0 || !errors.As(err, &missed)) {
		s.told = true
		s.r.c.note(s.r.p, "goes on over fewer connections: "+err.Error())
	}
	s.pace.refused(n)
}

// missedError is why a stream never stood that was to help another.
type missedError struct{ error }

func (e *missedError) Unwrap() error { return e.error }

// fatal reports whether an error of one stream is one of all.
func fatal(err error) bool {
	var wrong *wrongPart
	var here *hereError
	return errors.As(err, &wrong) || errors.As(err, &here) || errors.Is(err, storage.ErrChanged)
}

// hereError is a failure on this side.
type hereError struct{ error }

func (e *hereError) Unwrap() error { return e.error }

// buffer returns what a stream is copied through. The caller frees it.
func (s *spread) buffer() *buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.buffer()
}

func (s *spread) whole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.have.total() == s.size
}

func (s *spread) moved() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.moved
}

func (s *spread) running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.streams)
}

// retire has streams end that are more than n; none if that is 0.
func (s *spread) retire(n int) {
	if n == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := n; i < len(s.streams); i++ {
		s.streams[i].leave = true
	}
}
