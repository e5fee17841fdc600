package mirror

import "time"

const (
	eager  = 8                // workers to begin with: most servers let an address have as many
	window = 2 * time.Second  // for which a number of workers is tried
	calm   = 30 * time.Second // before more are tried again

	// weight is how many octets a file counts for beside its own: where files are small,
	// it is their number that says how fast it goes.
	weight = 32 << 10
)

// growth is what tells whether more workers are worth it.
type growth struct {
	score  int64 // since the beginning of the window
	since  time.Time
	last   float64 // a second, in the window before
	before int     // workers in that window, if there are more now; else 0
	hold   time.Time
}

// adapt counts what was done, and finds out how many workers do it best: more, as long as
// that makes it faster by a twentieth at least. q.mu is held.
func (q *queue) adapt(files int, octets int64) {
	g := &q.growth
	g.score += int64(files)*weight + octets
	now := time.Now()
	if g.since.IsZero() {
		g.since = now
	}
	took := now.Sub(g.since)
	if took < window {
		return
	}
	speed := float64(g.score) / took.Seconds()
	switch {
	case g.before > 0 && speed < g.last*1.05:
		q.limit, g.before, g.hold = g.before, 0, now.Add(calm)
	case q.limit < q.most && len(q.files)+len(q.rest) > 0 && now.After(g.hold):
		g.before = q.limit
		q.limit = min(q.most, q.limit+max(q.limit/2, 1))
		q.changed.Broadcast()
	default:
		g.before = 0
	}
	g.last, g.score, g.since = speed, 0, now
}

// progress counts octets of a file that is not done yet.
func (q *queue) progress(octets int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.adapt(0, octets)
}

// crowded is told that a server has had too much to do for one more worker.
func (q *queue) crowded() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = max(q.limit-1, 1)
	q.growth = growth{hold: time.Now().Add(calm)}
}
