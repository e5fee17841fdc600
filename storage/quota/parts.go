package quota

import (
	"context"
)

// partID is what the FS within knows a kept part by.
type partID struct{ name, owner string }

// keep notes that d is kept aside, of that size: what the FS within keeps is what
// it says, and may be what another has written since. It needs the lock.
func (l *ledger) keep(id partID, d *draft, size int64) {
	if l.continued(id) {
		l.end(d)
		return
	}
	if old := l.parts[id]; old != nil && old != d {
		l.end(old)
	}
	l.parts[id] = d
	l.settle(d, func() { d.size = max(size, 0) })
}

// continued reports whether a writer goes on with that part. It needs the lock.
func (l *ledger) continued(id partID) bool {
	for w := range l.writers {
		if w.continues && w.id == id {
			return true
		}
	}
	return false
}

// refresh counts the parts no more that have ended. The FS within does not say
// when one ends, so it is asked when it matters.
func (q *FS) refresh() {
	q.ledger.mu.Lock()
	defer q.ledger.mu.Unlock()
	q.refreshLocked()
}

func (q *FS) refreshLocked() {
	l := &q.ledger
	for id, d := range l.parts {
		info, err := q.pender.Pending(context.Background(), id.name, id.owner)
		switch {
		case err == nil:
			l.settle(d, func() { d.size = max(info.Size, 0) })
		case missing(err):
			delete(l.parts, id)
			l.end(d)
		}
	}
}
