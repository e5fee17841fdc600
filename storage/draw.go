package storage

import (
	"context"
	"iter"
	"time"
)

// Drawing is a sequence that is drawn from in a goroutine of its own, one value ahead
// of those that are taken: what a Batcher does with the sequence that it is given. What
// was drawn is lost to others who draw from the same source. One goroutine takes the
// values.
type Drawing[T any] struct {
	drawn  chan T
	stop   chan struct{}
	missed bool // the last Soon was in vain
}

// Draw begins to draw from seq. Stop has to be called.
func Draw[T any](seq iter.Seq[T]) *Drawing[T] {
	d := &Drawing[T]{drawn: make(chan T), stop: make(chan struct{})}
	go func() {
		defer close(d.drawn)
		for v := range seq {
			select {
			case <-d.stop:
				return
			default:
			}
			select {
			case d.drawn <- v:
			case <-d.stop:
				return
			}
		}
	}()
	return d
}

// Next waits for the next value. It reports false at the end of the sequence and of
// the context.
func (d *Drawing[T]) Next(ctx context.Context) (v T, ok bool) {
	if ctx.Err() != nil {
		return v, false
	}
	select {
	case v, ok = <-d.drawn:
	case <-ctx.Done():
	}
	d.missed = false
	return v, ok
}

// soon is how long Soon gives a sequence that need not wait for anything: a goroutine
// gets its turn in that time.
const soon = time.Millisecond

// Soon returns the next value if it is known already, or as good as.
func (d *Drawing[T]) Soon() (v T, ok bool) {
	select {
	case v, ok = <-d.drawn:
		d.missed = !ok
		return v, ok
	default:
	}
	if d.missed {
		return v, false
	}
	timer := time.NewTimer(soon)
	defer timer.Stop()
	select {
	case v, ok = <-d.drawn:
	case <-timer.C:
	}
	d.missed = !ok
	return v, ok
}

// Stop ends the drawing. It does not wait for a sequence that is blocked: what that
// yields next is not taken.
func (d *Drawing[T]) Stop() { close(d.stop) }
