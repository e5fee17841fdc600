// Package quota is a [storage.FS] around another one that bounds how many
// octets and files it holds.
//
// # What counts
//
// A file counts with its size, under each of its names. Directories and symbolic
// links count as files without octets, so that nobody can fill a disk with them.
// What is being written counts from the moment it is written, and so does the
// part of a cut upload that is kept aside, until it ends.
//
// Replacing a file counts net growth: who has 8 of 10 MB may replace a file of 8
// by one of 10, though for as long as that takes both are on the disk. Only one
// writer at a time gets the old file set off so.
//
// # How exact it is
//
// Each octet is counted before it is written: whatever writers do at once, the
// limit is reached to the octet and never passed, and a Write beyond it writes
// what fits and is storage.ErrQuota. Where the FS cannot tell what an operation
// made of the tree (a directory was moved by way of a symbolic link while
// somebody wrote into it), it counts too much rather than too little.
//
// Nothing is stored: an FS counts what there is when it is first needed, by
// walking the tree. What others than this FS do to the tree it does not see
// until it is made anew.
package quota

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"math"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// Options are the limits; the zero value limits nothing, but counts.
type Options struct {
	MaxOctets int64 // 0 is no limit
	MaxFiles  int64 // of files, directories and links, without the root; 0 is no limit
}

// FS is a storage.FS with a quota. All who share the quota use the same FS, or a
// storage.Sub of it. Besides what the FS within offers it is a storage.Quoter
// and a storage.Spacer.
type FS struct {
	inner  storage.FS
	pender storage.Pender // of inner; nil if it keeps no parts
	ledger ledger
	count  counting

	// Whatever makes other objects of names than before looks at them before and
	// after, and must be alone with them meanwhile: with tree held for reading
	// and its last elements locked, or with tree held for writing if it changes
	// where other names lead.
	tree  sync.RWMutex
	bases [64]sync.Mutex
}

var (
	_ storage.FS     = (*FS)(nil)
	_ storage.Quoter = (*FS)(nil)
	_ storage.Spacer = (*FS)(nil)
)

// New returns inner within the limits of o. Nothing is counted before the first
// operation that writes, Quota, Space or Count.
func New(inner storage.FS, o Options) *FS {
	q := &FS{inner: inner}
	q.pender, _ = storage.As[storage.Pender](inner)
	q.ledger.max = amount{files: math.MaxInt64, octets: math.MaxInt64}
	if o.MaxFiles > 0 {
		q.ledger.max.files = o.MaxFiles
	}
	if o.MaxOctets > 0 {
		q.ledger.max.octets = o.MaxOctets
	}
	q.ledger.objects = make(map[string]*object)
	q.ledger.parts = make(map[partID]*draft)
	q.ledger.writers = make(map[*writer]struct{})
	return q
}

// Quota implements storage.Quoter.
func (q *FS) Quota(ctx context.Context) (storage.Usage, error) {
	if err := q.Count(ctx); err != nil {
		return storage.Usage{}, storage.PathError("quota", ".", err)
	}
	q.refresh()
	q.ledger.mu.Lock()
	defer q.ledger.mu.Unlock()
	u := storage.Usage{
		Files: q.ledger.used.files, MaxFiles: q.ledger.max.files,
		Octets: q.ledger.used.octets, MaxOctets: q.ledger.max.octets,
	}
	if u.MaxFiles == math.MaxInt64 {
		u.MaxFiles = -1
	}
	if u.MaxOctets == math.MaxInt64 {
		u.MaxOctets = -1
	}
	return u, nil
}

// Space implements storage.Spacer: what the quota leaves, or the FS within if
// that is less.
func (q *FS) Space(ctx context.Context, dir string) (int64, error) {
	free, err := int64(math.MaxInt64), errors.ErrUnsupported
	if s, ok := storage.As[storage.Spacer](q.inner); ok {
		free, err = s.Space(ctx, dir)
	}
	switch {
	case errors.Is(err, errors.ErrUnsupported) && q.ledger.max.octets < math.MaxInt64:
		info, err := q.inner.Stat(ctx, dir)
		if err == nil && !info.IsDir() {
			err = storage.ErrNotDir
		}
		if err != nil {
			return 0, storage.PathError("space", dir, err)
		}
		free = math.MaxInt64
	case err != nil:
		return 0, storage.PathError("space", dir, err)
	}
	u, err := q.Quota(ctx)
	if err != nil {
		return 0, storage.PathError("space", dir, err)
	}
	if u.MaxOctets >= 0 {
		free = min(free, max(u.MaxOctets-u.Octets, 0))
	}
	return free, nil
}

// Features are those of the FS within.
func (q *FS) Features() storage.Features { return q.inner.Features() }

// Stat, List, Open and SetAttr change nothing that is counted.

func (q *FS) Stat(ctx context.Context, name string) (storage.Info, error) {
	return q.inner.Stat(ctx, name)
}

func (q *FS) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return q.inner.List(ctx, dir)
}

func (q *FS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	return q.inner.Open(ctx, name, r)
}

func (q *FS) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	return q.inner.SetAttr(ctx, name, a)
}

// Forward implements storage.Forwarder.
func (q *FS) Forward(want any) any {
	switch want.(type) {
	case *storage.Pender:
		if q.pender != nil {
			return q.pender
		}
	case *storage.Hasher:
		if h, ok := storage.As[storage.Hasher](q.inner); ok {
			return h
		}
	case *storage.Copier:
		if c, ok := storage.As[storage.Copier](q.inner); ok {
			return copier{q, c}
		}
	case *storage.Linker:
		if l, ok := storage.As[storage.Linker](q.inner); ok {
			return linker{q, l}
		}
	case *storage.Namer:
		if n, ok := storage.As[storage.Namer](q.inner); ok {
			return n
		}
	case *storage.Batcher:
		if b, ok := storage.As[storage.Batcher](q.inner); ok {
			return batcher{storage.OneByOne(q), b}
		}
	}
	return nil
}

// batcher reads many files at once and writes one by one: each octet that is written
// is counted.
type batcher struct {
	storage.Batcher
	inner storage.Batcher
}

func (b batcher) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	return b.inner.ReadFiles(ctx, names, fn)
}

// missing reports whether err says that there is no such object.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, storage.ErrNotDir)
}
