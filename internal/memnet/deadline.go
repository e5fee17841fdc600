package memnet

import (
	"sync"
	"time"
)

// A deadline is a moment from which an operation fails. It is guarded by the
// lock of its cond, which is woken when the moment comes.
type deadline struct {
	cond    *sync.Cond
	timer   *time.Timer // nil: none is running
	expired bool
}

// set moves the deadline to t, or takes it away where t is zero.
func (d *deadline) set(t time.Time) {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.expired = false
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		d.expired = true
		d.cond.Broadcast()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		d.cond.L.Lock()
		defer d.cond.L.Unlock()
		if d.timer == timer { // else it fired while another was being set
			d.expired = true
			d.cond.Broadcast()
		}
	})
	d.timer = timer
}
