package mem

import (
	"cmp"
	"context"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Create implements storage.FS. What replaces a file, or is new, is kept apart
// until Commit.
func (f *FS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := f.create(ctx, name, o)
	if err != nil {
		return nil, storage.PathError("create", name, err)
	}
	return w, nil
}

func (f *FS) create(ctx context.Context, name string, o storage.CreateOptions) (*writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, o.Mode != storage.Exclusive)
	if err != nil {
		return nil, err
	}
	switch {
	case p.n != nil && o.Mode == storage.Exclusive:
		return nil, fs.ErrExist
	case p.n != nil && p.n.kind == storage.KindDir:
		return nil, storage.ErrIsDir
	case o.Offset < 0 || o.Len < 0:
		return nil, storage.ErrOffset
	case f.room(o.SizeHint) < o.SizeHint:
		return nil, storage.ErrNoSpace
	}
	w := &writer{f: f, name: name, o: o, dir: p.dir, base: p.base}
	if o.Mode == storage.Append || o.Mode == storage.Resume {
		return w, w.goOn(p.n)
	}
	if p.n != nil {
		f.endParts(p.n)
	}
	if o.Mode == storage.Exclusive {
		w.reserved = f.newNode(storage.KindFile, w.perm())
		f.link(p.dir, p.base, w.reserved)
	}
	w.begin()
	return w, nil
}

// begin makes w write contents of its own.
func (w *writer) begin() {
	now := time.Now()
	w.draft = &draft{data: new(content), form: w.o.Form, birth: now, mtime: now, busy: true}
	w.data = w.draft.data
}

// goOn makes w write on with the part kept for its owner, else with the file n
// in place, else anew.
func (w *writer) goOn(n *node) error {
	d := w.f.part(n, w.o.Owner)
	switch {
	case d != nil:
		if d.busy {
			return storage.ErrBusy
		}
		w.draft, w.continues, w.data = d, true, d.data
	case n != nil:
		if n.busy && w.o.Len == 0 {
			return storage.ErrBusy
		}
		w.file, w.data = n, n.data
	case w.o.Offset > 0 && w.o.Mode == storage.Resume:
		return fs.ErrNotExist
	default:
		w.begin()
		return nil
	}
	w.pos, w.oldEnd = w.data.size, w.data.size
	if w.o.Mode == storage.Resume {
		if w.o.Offset > w.data.size {
			return storage.ErrOffset
		}
		w.pos = w.o.Offset
	}
	w.setBusy(true)
	return nil
}

// setBusy keeps other writers off what w works on, or lets them at it again.
func (w *writer) setBusy(busy bool) {
	if w.draft != nil {
		w.draft.busy = busy
	} else if w.o.Len == 0 {
		w.file.busy = busy
	}
}

func (w *writer) perm() fs.FileMode {
	return cmp.Or(w.o.Perm, 0o644)
}
