package quota

import (
	"context"
)

// partID is what the FS within knows a kept part by.
type partID struct{ name, owner string }

// keep notes that d is kept aside. It needs the lock.
func (l *ledger) keep(id partID, d *draft) {
	if old := l.parts[id]; old != nil && old != d {
		l.end(old)
	}
	l.parts[id] = d
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
