package charset

import (
	"context"
	"iter"

	"github.com/seed-6092453b/ferry/storage"
)

// maxHeld is how many entries a listing holds. Of a directory that has more names
// beyond ASCII than that, the listing of fsys is read twice.
const maxHeld = 1000

// List yields names of ASCII at once. How another one is shown depends on what
// else there is, so that it waits for the end of the listing.
func (v *view) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		inside, err := v.inside(ctx, "list", dir)
		if err != nil {
			yield(storage.Info{}, err)
			return
		}
		l := &lister{v: v, ctx: ctx, dir: inside, names: make(map[string]bool)}
		l.yield = func(info storage.Info, err error) bool {
			return yield(info, storage.PathError("list", dir, err))
		}
		if l.first() && l.held != nil && l.showHeld() && l.filter != nil {
			l.second()
			return
		}
	}
}

// lister is one listing under way.
type lister struct {
	v     *view
	ctx   context.Context
	dir   string // inside
	yield func(storage.Info, error) bool

	held   []storage.Info  // entries with names beyond ASCII
	names  map[string]bool // of those that are held
	filter *filter         // nil: all are held
	dirty  bool            // there is a name that matters to what cleanDirs remembers
	broken bool            // the listing ended with an error: what is there is not known
}

// first goes through the listing and yields what needs not wait.
func (l *lister) first() bool {
	var failed error
	for info, err := range l.v.fsys.List(l.ctx, l.dir) {
		switch {
		case err != nil:
			failed, l.broken = err, true
		case isASCII(info.Name):
			info.Target = l.v.target(info.Target)
			if !l.yield(info, nil) {
				return false
			}
		default:
			l.hold(info)
		}
		if failed != nil {
			break
		}
	}
	switch {
	case failed == nil:
		l.v.clean.set(l.dir, !l.dirty)
	case l.filter == nil:
		return l.showHeld() && l.yield(storage.Info{}, failed) && false
	}
	return true
}

// hold keeps an entry or, if there are too many, notes what matters of its name.
func (l *lister) hold(info storage.Info) {
	_, read := l.v.read(info.Name)
	l.dirty = l.dirty || l.v.soils(info.Name)
	if l.filter == nil && len(l.held) < maxHeld {
		l.held = append(l.held, info)
		l.names[info.Name] = true
		return
	}
	if l.filter == nil {
		l.filter = newFilter()
		for name := range l.names {
			l.filter.add(name)
		}
	}
	if read {
		l.filter.add(info.Name)
	}
}

// there reports whether the directory has an entry of that name.
func (l *lister) there(name string) (bool, error) {
	switch {
	case l.names[name]:
		return true, nil
	case l.filter == nil && !l.broken, l.filter != nil && !l.broken && !l.filter.has(name):
		return false, nil
	}
	return l.v.exists(l.ctx, l.dir, name)
}

// show yields an entry by its outside name.
func (l *lister) show(info storage.Info) bool {
	name, err := l.v.outside(info.Name, l.there)
	if err != nil {
		l.yield(storage.Info{}, err)
		return false
	}
	info.Name, info.Target = name, l.v.target(info.Target)
	return l.yield(info, nil)
}

func (l *lister) showHeld() bool {
	for _, info := range l.held {
		if !l.show(info) {
			return false
		}
	}
	l.held = nil
	return true
}

// second goes through the listing once more and yields what was not held.
func (l *lister) second() {
	for info, err := range l.v.fsys.List(l.ctx, l.dir) {
		switch {
		case err != nil:
			l.yield(storage.Info{}, err)
			return
		case isASCII(info.Name), l.names[info.Name]:
		case !l.show(info):
			return
		}
	}
}
