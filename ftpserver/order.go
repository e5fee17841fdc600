package ftpserver

import (
	"sync/atomic"
	"time"
)

// order is what a session is told from outside. A greater one replaces a
// smaller one.
type order int32

const (
	orderNone  order = iota
	orderDrain       // end when idle
	orderClose       // end now: the server is closing
	orderKick        // end now: this session is not wanted
	orderYield       // end now: others want to log in, and this one does not
)

// orders carries an order to a session that may be waiting for a line or for a
// transfer.
type orders struct {
	now   atomic.Int32
	woken atomic.Pointer[chan struct{}] // nil until wake is called
}

// wake returns the channel that tells a session in a transfer to look at get.
func (o *orders) wake() <-chan struct{} {
	if o.woken.Load() == nil {
		c := make(chan struct{}, 1)
		o.woken.Store(&c)
		if o.get() != orderNone { // set may have come before
			o.knock()
		}
	}
	return *o.woken.Load()
}

func (o *orders) knock() {
	if c := o.woken.Load(); c != nil {
		select {
		case *c <- struct{}{}:
		default:
		}
	}
}

// get returns the order in force.
func (o *orders) get() order { return order(o.now.Load()) }

// set puts o in force and reports whether that is news.
func (o *orders) set(v order) bool {
	for {
		old := o.now.Load()
		if int32(v) <= old {
			return false
		}
		if o.now.CompareAndSwap(old, int32(v)) {
			o.knock()
			return true
		}
	}
}

// aLongTimeAgo is a time far in the past. As a deadline it ends a read or write
// that is under way.
var aLongTimeAgo = time.Unix(1, 0)

// tell gives the session an order. It may be called from any goroutine.
func (s *session) tell(o order) {
	if !s.orders.set(o) {
		return
	}
	if o >= orderClose {
		s.cancel() // whatever it waits for
		if t := s.moved.Load(); t != nil {
			t.cancel()
		}
	}
	// The loop sets its deadline first and looks for orders then, so that
	// this deadline is never lost.
	s.wire.SetReadDeadline(aLongTimeAgo)
}
