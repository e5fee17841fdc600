// Package mem is a storage.FS in memory. It keeps the whole contract of
// package storage and is the oracle of the model tests of every other back end.
//
// Where the contract leaves a choice, mem chooses this: a second writer that
// works in place on one file, or on one kept part, is storage.ErrBusy (but for
// the writers of ranges); the name that Exclusive reserves is an empty file
// until Commit; a directory is not renamed onto a file (storage.ErrNotDir); an
// open Reader sees the file as it was at Open, whatever happens to it.
package mem

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Options configures a FS. The zero value is a FS without limit.
type Options struct {
	// Capacity is how many octets all files, open uploads and kept parts may
	// hold together; writing past it is storage.ErrNoSpace. Zero is no limit.
	Capacity int64
}

// FS is a tree of files in memory: a storage.FS with storage.Pender,
// storage.Spacer, storage.Copier and storage.Linker. Use New to make one.
type FS struct {
	capacity int64

	mu     sync.Mutex // guards all that follows and every node beneath root
	root   *node
	used   int64  // octets held by files, uploads and parts
	serial uint64 // the last ID or version given out
}

var (
	_ storage.FS     = (*FS)(nil)
	_ storage.Pender = (*FS)(nil)
	_ storage.Spacer = (*FS)(nil)
	_ storage.Copier = (*FS)(nil)
	_ storage.Linker = (*FS)(nil)
)

// New returns an empty FS.
func New(o Options) *FS {
	f := &FS{capacity: o.Capacity}
	f.root = f.newNode(storage.KindDir, 0o755)
	return f
}

// Features says that mem keeps every promise but Durable and CaseFolding.
func (f *FS) Features() storage.Features {
	return storage.Atomic | storage.CanResume | storage.CanAppend | storage.RealDirs |
		storage.AtomicRename | storage.CanSetTime | storage.CanSetMode | storage.CanSetBirth | storage.CanSetOwner
}

// Space returns what is left of Options.Capacity, the same for every
// directory, or errors.ErrUnsupported if there is no limit.
func (f *FS) Space(ctx context.Context, dir string) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.directory(ctx, dir); err != nil {
		return 0, storage.PathError("space", dir, err)
	}
	if f.capacity == 0 {
		return 0, storage.PathError("space", dir, errors.ErrUnsupported)
	}
	return f.room(f.capacity), nil
}

// room returns how many of n octets may still be written. Expired parts are in
// the way until somebody asks for them or, here, for the room they take.
func (f *FS) room(n int64) int64 {
	if f.capacity == 0 || n <= f.capacity-f.used {
		return n
	}
	f.expire(f.root)
	return min(n, max(f.capacity-f.used, 0))
}

// next returns a number that was never given out before.
func (f *FS) next() string {
	f.serial++
	return strconv.FormatUint(f.serial, 10)
}

// newNode returns an object that is in no directory yet.
func (f *FS) newNode(kind storage.Kind, mode fs.FileMode) *node {
	now := time.Now()
	n := &node{kind: kind, mode: mode, id: f.next(), version: f.next(), birth: now, mtime: now}
	switch kind {
	case storage.KindDir:
		n.children = make(map[string]*node)
	case storage.KindFile:
		n.data = new(content)
	}
	return n
}

// directory returns the directory that name leads to.
func (f *FS) directory(ctx context.Context, name string) (*node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := f.find(name, true)
	switch {
	case err != nil:
		return nil, err
	case p.n == nil:
		return nil, fs.ErrNotExist
	case p.n.kind != storage.KindDir:
		return nil, storage.ErrNotDir
	}
	return p.n, nil
}
