package transfer

import (
	"context"
	"slices"
	"time"
)

// stream copies from pos up to end. Both are guarded by spread.mu.
type stream struct {
	pos, end int64
	leave    bool // it is one too many

	first int64     // where it began
	since time.Time // and when
}

// rate is how many octets a second it has copied; 0 if that is not known yet.
func (m *stream) rate() float64 {
	if took := time.Since(m.since).Seconds(); took > 0 {
		return float64(m.pos-m.first) / took
	}
	return 0
}

// task is what a new stream is to begin with: a gap, which it has for itself, or the end
// of what another has before it, which is its own only once it stands.
type task struct {
	span
	help bool
}

// choose returns what is next to be done; nil if there is nothing that is worth it.
func (s *spread) choose() *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, gap := range s.rest {
		if gap[1] = s.nextPoint(gap[0]-1, gap[1]); gap[0] < gap[1] {
			s.rest = s.rest.remove(gap[0], gap[1])
			return &task{span: gap}
		}
	}
	var most span
	for _, m := range s.streams {
		for from := m.pos; from < m.end; {
			to := s.nextPoint(from, m.end)
			if s.worthwhile(m, from, to) && to-from > most[1]-most[0] {
				most = span{from, to}
				if from == m.pos { // it goes on meanwhile
					most[0] += min(int64(m.rate()*s.cost.Seconds()), (to-from)/2)
				}
			}
			from = to
		}
	}
	if most[0] == most[1] {
		return nil
	}
	at := most[0] + (most[1]-most[0])/2
	s.points = append(s.points, at)
	slices.Sort(s.points)
	return &task{span{at, most[1]}, true}
}

// nextPoint is where between off and end the next stream is about to begin; end if none
// is.
func (s *spread) nextPoint(off, end int64) int64 {
	for _, at := range s.points {
		if off < at && at < end {
			return at
		}
	}
	return end
}

// worthwhile reports whether somebody should help a stream with what it has to do in a
// part of its segment: it has to be much, and to take longer than it takes until help is
// there.
func (s *spread) worthwhile(m *stream, from, to int64) bool {
	return to-from >= 2*segment && float64(to-from) >= 3*s.cost.Seconds()*m.rate()
}

// do does a task: it has open begin a stream, and fill copy its segment once it stands.
// The context of open ends with the stream, and before it stands also with joining, when
// it is not wanted any more. What open returns ends the stream, whatever became of it.
func (s *spread) do(ctx, joining context.Context, t *task, open func(context.Context) (end func() error, err error), fill func(*stream) error) error {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(joining, cancel)
	asked := time.Now()
	end, err := open(own)
	if err != nil {
		s.giveUp(t)
		switch {
		case ctx.Err() == nil && joining.Err() != nil:
			return nil
		case t.help:
			return &missedError{err}
		}
		return err
	}
	stop() // what stands may go on to its end
	defer end()
	m, err := s.begin(t, time.Since(asked))
	if m == nil {
		s.giveUp(t)
		return err
	}
	defer s.finish(m)
	return fill(m)
}

// begin gives a stream that stands what it is to do; nil if that has been done or given
// to another meanwhile. cost is how long it took until it stood.
func (s *spread) begin(t *task, cost time.Duration) (*stream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost = cost
	m := &stream{pos: t.span[0], end: t.span[1], first: t.span[0], since: time.Now()}
	var of *stream
	if t.help {
		var ok bool
		if of, ok = s.whose(m); !ok {
			return nil, nil
		}
	}
	if s.before != nil {
		if err := s.before(m.pos); err != nil {
			return nil, &hereError{err}
		}
	}
	switch {
	case of != nil:
		s.rest = s.rest.add(m.end, of.end) // it is for those who are about to begin there
		of.end = m.pos
	case t.help:
		s.rest = s.rest.remove(m.pos, m.end)
	}
	s.unpoint(t)
	s.streams = append(s.streams, m)
	poke(s.began)
	return m, nil
}

// whose finds out who has what a stream is to help with, and ends it where that ends: a
// stream, or nobody, as that one has given it up. It reports false if it is not worth it
// any more, or done.
func (s *spread) whose(m *stream) (of *stream, ok bool) {
	for _, of := range s.streams {
		if of.pos <= m.pos && m.pos < of.end {
			m.end = min(m.end, of.end)
			return of, of.pos <= m.pos-segment/2
		}
	}
	if n := s.rest.from(m.pos); n > 0 {
		m.end = min(m.end, m.pos+n)
		return nil, true
	}
	return nil, false
}

// finish takes a stream out, and what it has left to do.
func (s *spread) finish(m *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams = slices.DeleteFunc(s.streams, func(o *stream) bool { return o == m })
	s.rest = s.rest.add(m.pos, m.end)
}

// giveUp gives back what a stream was to do that never stood.
func (s *spread) giveUp(t *task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.help {
		s.unpoint(t)
	} else {
		s.rest = s.rest.add(t.span[0], t.span[1])
	}
}

// unpoint notes that nobody is about to begin any more where a task does.
func (s *spread) unpoint(t *task) {
	if i := slices.Index(s.points, t.span[0]); t.help && i >= 0 {
		s.points = slices.Delete(s.points, i, i+1)
	}
}

// left reports whether the stream is one too many.
func (s *spread) left(m *stream) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return m.leave
}

// poke tells what need not be told twice.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
