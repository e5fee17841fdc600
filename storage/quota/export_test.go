package quota

// Stale reports whether q has counted something that it could not see.
func (q *FS) Stale() bool {
	q.ledger.mu.Lock()
	defer q.ledger.mu.Unlock()
	return q.ledger.stale
}

// ShareLock reports whether no operation on a is done during one on b.
func (q *FS) ShareLock(a, b string) bool { return q.lockOf(a) == q.lockOf(b) }
