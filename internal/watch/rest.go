package watch

import (
	"maps"
	"slices"
	"time"
)

// rest finds out when what has changed has come to rest.
type rest struct {
	settle time.Duration
	look   func(name string) (state, bool)
	names  map[string]*restless
}

// state is what shows that a file is still being written, where no event does: on a disk
// of the network, say.
type state struct {
	size int64
	at   time.Time
}

type restless struct {
	last  state
	there bool
	since time.Time // since when nothing has happened to it
}

func newRest(settle time.Duration, look func(name string) (state, bool)) *rest {
	return &rest{settle: settle, look: look, names: make(map[string]*restless)}
}

// touch notes that something has happened to name.
func (r *rest) touch(name string, now time.Time) {
	n := r.names[name]
	if n == nil {
		n = &restless{}
		n.last, n.there = r.look(name)
		r.names[name] = n
	}
	n.since = now
}

// ready returns, and forgets, what has not changed for long enough.
func (r *rest) ready(now time.Time) []string {
	var names []string
	for name, n := range r.names {
		if now.Sub(n.since) < r.settle {
			continue
		}
		last, there := r.look(name)
		if there != n.there || last.size != n.last.size || !last.at.Equal(n.last.at) {
			n.last, n.there, n.since = last, there, now
			continue
		}
		names = append(names, name)
		delete(r.names, name)
	}
	return names
}

// restless returns what has not come to rest yet.
func (r *rest) restless() []string { return slices.Collect(maps.Keys(r.names)) }
