package mem

import (
	"context"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// partLife is how long a part is kept after it was last written to.
const partLife = time.Hour

// draft is contents that are not a file yet: those of an open writer, or a
// part kept aside for an owner.
type draft struct {
	data  *content
	form  string
	birth time.Time
	mtime time.Time // when it was last written to
	busy  bool      // a writer is at work on it
}

// Pending implements storage.Pender.
func (f *FS) Pending(ctx context.Context, name, owner string) (storage.Info, error) {
	if err := ctx.Err(); err != nil {
		return storage.Info{}, storage.PathError("pending", name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, true)
	if err != nil {
		return storage.Info{}, storage.PathError("pending", name, err)
	}
	d := f.part(p.n, owner)
	if d == nil {
		return storage.Info{}, storage.PathError("pending", name, fs.ErrNotExist)
	}
	_, base := storage.Split(name)
	return storage.Info{
		Name: base, Kind: storage.KindFile, Size: d.data.size,
		ModTime: d.mtime, Birth: d.birth, Form: d.form, Mode: p.n.mode,
	}, nil
}

// Discard implements storage.Pender.
func (f *FS) Discard(ctx context.Context, name, owner string) error {
	if err := ctx.Err(); err != nil {
		return storage.PathError("discard", name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, true)
	if err != nil {
		return storage.PathError("discard", name, err)
	}
	if d := f.part(p.n, owner); d != nil {
		delete(p.n.parts, owner)
		f.drop(d.data)
	}
	return nil
}

// part returns the part of n kept for owner, or nil.
func (f *FS) part(n *node, owner string) *draft {
	if n == nil {
		return nil
	}
	f.expireParts(n)
	return n.parts[owner]
}

// endParts ends all parts of n.
func (f *FS) endParts(n *node) {
	for _, d := range n.parts {
		f.drop(d.data)
	}
	n.parts = nil
}

// expire ends the parts below n that are too old.
func (f *FS) expire(n *node) {
	f.expireParts(n)
	for _, child := range n.children {
		f.expire(child)
	}
}

func (f *FS) expireParts(n *node) {
	for owner, d := range n.parts {
		if time.Since(d.mtime) >= partLife {
			delete(n.parts, owner)
			f.drop(d.data)
		}
	}
}
