package mem

import (
	"context"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// Copy implements storage.Copier. The two files share their octets until one of
// them is written, but each counts for itself.
func (f *FS) Copy(ctx context.Context, old, new string) error {
	if err := ctx.Err(); err != nil {
		return storage.PathError("copy", old, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	from, err := f.find(old, true)
	switch {
	case err != nil:
	case from.n == nil:
		err = fs.ErrNotExist
	case from.n.kind == storage.KindDir:
		err = storage.ErrIsDir
	}
	if err != nil {
		return storage.PathError("copy", old, err)
	}
	to, err := f.find(new, true)
	switch {
	case err != nil:
	case to.n != nil && to.n.kind == storage.KindDir:
		err = storage.ErrIsDir
	case to.n == from.n:
		return nil
	case f.room(from.n.data.size) < from.n.data.size:
		err = storage.ErrNoSpace
	}
	if err != nil {
		return storage.PathError("copy", new, err)
	}
	f.endParts(from.n)
	if to.n != nil {
		f.endParts(to.n)
	}
	w := &writer{f: f, name: new, o: storage.CreateOptions{Perm: from.n.mode.Perm(), Form: from.n.form}, dir: to.dir, base: to.base}
	w.begin()
	w.data = from.n.data.fork()
	w.publish()
	return nil
}
