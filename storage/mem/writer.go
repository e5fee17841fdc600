package mem

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// writer writes a draft (contents of its own, or a kept part), or a file in
// place: one of draft and file is nil.
type writer struct {
	f    *FS
	name string
	o    storage.CreateOptions

	dir  *node // where a draft is published
	base string

	draft     *draft
	continues bool     // draft was a kept part at Create
	file      *node    // written in place
	reserved  *node    // Exclusive: the empty file that keeps the name
	data      *content // of draft or file
	pos       int64    // where the next octet goes
	oldEnd    int64    // how long data was at Create
	ended     bool
}

// Write writes as much of p as there is room for.
func (w *writer) Write(p []byte) (int, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if w.ended {
		return 0, storage.PathError("write", w.name, storage.ErrEnded)
	}
	var err error
	if left := w.o.Offset + w.o.Len - w.pos; w.o.Len > 0 && w.o.Mode == storage.Resume && int64(len(p)) > left {
		p, err = p[:left], storage.ErrOffset
	}
	if w.pos > w.data.size { // somebody else has cut the file short
		return 0, storage.PathError("write", w.name, storage.ErrChanged)
	}
	more := max(w.pos+int64(len(p))-w.data.size, 0)
	if over := more - w.f.room(more); over > 0 {
		p, more, err = p[:int64(len(p))-over], more-over, storage.ErrNoSpace
	}
	w.data.writeAt(p, w.pos)
	w.f.grow(w.data, more)
	w.pos += int64(len(p))
	w.changed()
	return len(p), storage.PathError("write", w.name, err)
}

// WriteAt writes all of p or nothing.
func (w *writer) WriteAt(p []byte, off int64) (int, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	end := off + int64(len(p))
	more := max(end-w.data.size, 0)
	var err error
	switch {
	case w.ended:
		err = storage.ErrEnded
	case w.o.Mode == storage.Append || w.o.Mode == storage.Resume && w.o.Len > 0:
		err = errors.ErrUnsupported
	case off < 0 || end < off:
		err = storage.ErrOffset
	case w.f.room(more) < more:
		err = storage.ErrNoSpace
	}
	if err != nil {
		return 0, storage.PathError("write", w.name, err)
	}
	w.data.fill(off)
	w.data.writeAt(p, off)
	w.f.grow(w.data, more)
	w.pos = max(w.pos, end)
	w.changed()
	return len(p), nil
}

// changed notes that the contents are others than before.
func (w *writer) changed() {
	if w.file != nil {
		w.f.touch(w.file)
	} else {
		w.draft.mtime = time.Now()
	}
}

// cut cuts the contents off behind the first n octets.
func (w *writer) cut(n int64) {
	if n < w.data.size {
		w.f.grow(w.data, n-w.data.size)
		w.data.truncate(n)
		w.changed()
	}
}

// Sync tells how long the file is so far: memory is all there is.
func (w *writer) Sync(ctx context.Context) (int64, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if w.ended {
		return 0, storage.PathError("sync", w.name, storage.ErrEnded)
	}
	if err := ctx.Err(); err != nil {
		return 0, storage.PathError("sync", w.name, err)
	}
	return w.pos, nil
}

// Commit implements storage.Writer.
func (w *writer) Commit(ctx context.Context) (storage.Info, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	n, err := w.commit(ctx)
	if err != nil {
		return storage.Info{}, storage.PathError("commit", w.name, err)
	}
	if !w.o.ModTime.IsZero() {
		n.mtime = w.o.ModTime
	}
	_, base := storage.Split(w.name)
	return n.info(base), nil
}

func (w *writer) commit(ctx context.Context) (*node, error) {
	if w.ended {
		return nil, storage.ErrEnded
	}
	if err := ctx.Err(); err != nil {
		w.abort()
		return nil, err
	}
	if w.file != nil && w.file.dead {
		w.abort()
		return nil, fs.ErrNotExist
	}
	if w.draft != nil {
		if err := w.publishable(); err != nil {
			w.abort()
			return nil, err
		}
	}
	w.end()
	if w.o.Mode == storage.Resume && w.o.Len == 0 {
		w.cut(w.pos)
	}
	if w.file != nil {
		return w.file, nil
	}
	return w.publish(), nil
}

// end marks w as ended.
func (w *writer) end() {
	w.ended = true
	w.setBusy(false)
}

// Suspend implements storage.Writer.
func (w *writer) Suspend(ctx context.Context) error {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	return storage.PathError("suspend", w.name, w.suspend(ctx))
}

func (w *writer) suspend(ctx context.Context) error {
	if w.ended {
		return storage.ErrEnded
	}
	if err := ctx.Err(); err != nil {
		w.abort()
		return err
	}
	if w.file != nil {
		w.end()
		return nil
	}
	if err := w.publishable(); err != nil {
		w.abort()
		return err
	}
	w.end()
	if old := w.dir.children[w.base]; old != nil && old != w.reserved {
		w.keep(old)
	} else {
		w.publish()
	}
	return nil
}

// Abort implements storage.Writer.
func (w *writer) Abort() error {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if !w.ended {
		w.abort()
	}
	return nil
}

func (w *writer) abort() {
	w.end()
	switch {
	case w.file != nil:
		if w.o.Mode == storage.Append {
			w.cut(w.oldEnd)
		}
	case !w.continues:
		w.f.drop(w.data)
		if w.reserved != nil && w.dir.children[w.base] == w.reserved {
			w.f.unlink(w.dir, w.base)
		}
	}
}
