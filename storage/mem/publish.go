package mem

import (
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// publishable tells whether the draft can become, or be kept beside, the file
// of its name.
func (w *writer) publishable() error {
	old := w.dir.children[w.base]
	switch {
	case w.dir.dead:
		return fs.ErrNotExist
	case old == nil:
		return nil
	case w.reserved != nil && old != w.reserved:
		return fs.ErrExist
	case old.kind == storage.KindDir:
		return storage.ErrIsDir
	}
	return nil
}

// publish makes the draft the file of its name. It takes over the rights of the
// file it replaces, and the parts that others have begun to keep since this
// writer was created.
func (w *writer) publish() *node {
	n := w.f.newNode(storage.KindFile, w.perm())
	n.birth, n.mtime, n.form = w.draft.birth, w.draft.mtime, w.draft.form
	n.data = w.data
	if old := w.dir.children[w.base]; old != nil && old.kind == storage.KindFile {
		n.mode, n.owner, n.group = old.mode, old.owner, old.group
		if old.parts[w.o.Owner] == w.draft {
			delete(old.parts, w.o.Owner)
		}
		n.parts, old.parts = old.parts, nil
	}
	w.f.adopt(n.data)
	w.f.link(w.dir, w.base, n)
	return n
}

// keep keeps the draft aside, as the part of the file old.
func (w *writer) keep(old *node) {
	if other := old.parts[w.o.Owner]; other != nil && other != w.draft {
		w.f.drop(other.data)
	}
	if old.parts == nil {
		old.parts = make(map[string]*draft)
	}
	old.parts[w.o.Owner] = w.draft
	w.f.adopt(w.data)
}
