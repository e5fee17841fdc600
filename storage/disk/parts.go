package disk

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// part is what a cut overwrite has left, for its owner to go on with. It lies
// beside the file that it is to replace, under a temporary name.
type part struct {
	id   partID
	dir  string    // the directory it lies in, as it was called then
	temp string    // its name there
	last time.Time // when it was last written to

	busy  bool // a writer goes on with it
	ended bool // it is in the table no more
}

// partID says whose part of what file it is.
type partID struct{ key, owner string }

func (p *part) name() string { return storage.Join(p.dir, p.temp) }

// parts is the table of parts kept aside. A part that has left the table is to
// be discarded: by whoever made it leave, who gets it returned, or by the writer
// that goes on with it.
type parts struct {
	mu  sync.Mutex
	m   map[partID]*part
	len atomic.Int64 // spares everybody the lock, and more, while there are none
}

func (t *parts) empty() bool { return t.len.Load() == 0 }

// put adds p, in place of an older part.
func (t *parts) put(p *part) (old []*part) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.m[p.id]; o != nil {
		old = t.remove(o, nil)
	}
	if t.m == nil {
		t.m = make(map[partID]*part)
	}
	t.m[p.id] = p
	t.len.Add(1)
	return old
}

// remove takes p out of the table, and adds it to ended if it is to be
// discarded. The lock is held.
func (t *parts) remove(p *part, ended []*part) []*part {
	delete(t.m, p.id)
	t.len.Add(-1)
	p.ended = true
	if p.busy {
		return ended
	}
	return append(ended, p)
}

// get returns where the part lies, if there is one.
func (t *parts) get(id partID) (name string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.m[id]
	if p == nil {
		return "", false
	}
	return p.name(), true
}

// take returns the part, nil if there is none, for a writer to go on with. It
// must be given back by release.
func (t *parts) take(id partID) (*part, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.m[id]
	switch {
	case p == nil:
		return nil, nil
	case p.busy:
		return nil, storage.ErrBusy
	}
	p.busy = true
	return p, nil
}

// release gives p back, written to at that time if it is not zero. It reports
// false if p has ended meanwhile and remains to be discarded.
func (t *parts) release(p *part, written time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.busy = false
	if !written.IsZero() {
		p.last = written
	}
	return !p.ended
}

// end takes p, which the caller has, out of the table.
func (t *parts) end(p *part) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !p.ended {
		t.remove(p, nil)
	}
}

// endIf ends all parts for which which says so.
func (t *parts) endIf(which func(p *part) bool) (ended []*part) {
	if t.empty() {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.m {
		if which(p) {
			ended = t.remove(p, ended)
		}
	}
	return ended
}

// endName ends the parts under key, whoever owns them.
func (t *parts) endName(key string) []*part {
	return t.endIf(func(p *part) bool { return p.id.key == key })
}

// endTree ends the parts under key and under names below it.
func (t *parts) endTree(key string) []*part {
	return t.endIf(func(p *part) bool {
		return p.id.key == key || strings.HasPrefix(p.id.key, key+"/")
	})
}

// endOld ends the parts that have been kept long enough.
func (t *parts) endOld() []*part {
	if t.empty() {
		return nil
	}
	now := time.Now()
	return t.endIf(func(p *part) bool { return !p.busy && now.Sub(p.last) >= keepFor })
}
