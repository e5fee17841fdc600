package quota

import (
	"context"
	"hash/maphash"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// entry is what a name is.
type entry struct {
	there bool
	file  bool   // a plain file, not a link to one
	link  bool   // a symbolic link
	key   string // of a file: the same for all its names, where the FS tells
	cost  amount
}

// look tells what name is. A link is a link, whatever it leads to.
func (q *FS) look(ctx context.Context, name string) (entry, error) {
	info, err := q.inner.Stat(ctx, name)
	switch {
	case missing(err):
		return entry{}, nil
	case err != nil:
		return entry{}, err
	}
	return q.entry(name, info), nil
}

// lookThrough is look, but for a link tells what it leads to.
func (q *FS) lookThrough(ctx context.Context, name string) (entry, error) {
	info, err := q.inner.Stat(ctx, name)
	switch {
	case missing(err), err == nil && info.Kind == storage.KindSymlink:
		return entry{}, nil
	case err != nil:
		return entry{}, err
	}
	info.Target = ""
	return q.entry(name, info), nil
}

func (q *FS) entry(name string, info storage.Info) entry {
	e := entry{there: true, link: isLink(info), cost: costOf(info)}
	if info.Kind == storage.KindFile && !e.link {
		e.file, e.key = true, q.key(name, info)
	}
	return e
}

// maxLinks is how many links one name may pass, as on Linux.
const maxLinks = 40

// place returns the name, itself no link, of what name leads to. Where a link
// leads by way of "..", only the FS within knows, and sure is false.
func (q *FS) place(ctx context.Context, name string) (real string, sure bool, err error) {
	for range maxLinks {
		info, err := q.inner.Stat(ctx, name)
		if missing(err) || err == nil && !isLink(info) {
			return name, true, nil
		}
		if err != nil {
			return name, false, err
		}
		at, _ := storage.Split(name)
		for elem := range strings.SplitSeq(info.Target, "/") {
			switch elem {
			case "", ".":
			case "..":
				return name, false, nil
			default:
				at = storage.Join(at, elem)
			}
		}
		if name = at; strings.HasPrefix(info.Target, "/") {
			break
		}
	}
	return name, false, nil
}

// lockPlace locks what name leads to.
func (q *FS) lockPlace(ctx context.Context, name string) (real string, sure bool, unlock func(), err error) {
	for {
		if real, sure, err = q.place(ctx, name); err != nil {
			return name, false, nil, err
		}
		unlock = q.lock(real)
		now, sureNow, err := q.place(ctx, name) // no link changes from now on
		if err == nil && now == real && sureNow == sure {
			return real, sure, unlock, nil
		}
		unlock()
		if err != nil {
			return name, false, nil, err
		}
	}
}

// key is what the file is known by that name leads to.
func (q *FS) key(name string, info storage.Info) string {
	switch {
	case info.ID != "":
		return info.ID
	case q.Features().Has(storage.CaseFolding):
		name = strings.ToLower(name)
	}
	return "name " + name
}

// seed is that of the hash by which names share locks.
var seed = maphash.MakeSeed()

// lock locks names against every other operation that makes other objects of
// them. By whatever links to directories one comes to a name, its last element
// is the same.
func (q *FS) lock(names ...string) (unlock func()) {
	var which uint64
	for _, name := range names {
		which |= 1 << q.lockOf(name)
	}
	q.tree.RLock()
	for i := range q.bases {
		if which&(1<<i) != 0 {
			q.bases[i].Lock()
		}
	}
	return func() {
		for i := range q.bases {
			if which&(1<<i) != 0 {
				q.bases[i].Unlock()
			}
		}
		q.tree.RUnlock()
	}
}

// lockOf returns which of the locks is that of name.
func (q *FS) lockOf(name string) uint64 {
	_, base := storage.Split(name)
	if q.Features().Has(storage.CaseFolding) {
		base = strings.ToLower(base)
	}
	return maphash.String(seed, base) % uint64(len(q.bases))
}

// lockTree locks everything.
func (q *FS) lockTree() (unlock func()) {
	q.tree.Lock()
	return q.tree.Unlock
}
