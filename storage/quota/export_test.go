package quota

// Stale reports whether q has counted something that it could not see.
func (q *FS) Stale() bool {
	q.ledger.mu.Lock()
	defer q.ledger.mu.Unlock()
	return q.ledger.stale
}
