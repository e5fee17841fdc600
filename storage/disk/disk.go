// Package disk is a [storage.FS] over a directory of the local file system.
//
// # Confinement
//
// Everything goes through one directory that is opened once: symbolic links are
// followed as long as they stay inside it, and no name, link or race leads out of it.
// An absolute link counts as leading out. On Linux the kernel sees to that (openat2
// with RESOLVE_BENEATH), and what it does not do, or not there, an [os.Root] does.
// That opens each directory on the way for reading, so one that may be searched but
// not read may serve nothing below it, or no more than its files to Open.
//
// # Writing
//
// A new file and the replacement of an old one are written under a temporary
// name in the same directory and take their name at Commit: until then every
// reader sees what was there before. Only the mode and, where that is allowed,
// the owner of a file outlive its replacement; other hard links to it keep the
// old contents. Append and Resume of a file that exists write in place.
//
// Temporary names answer no operation and appear in no listing. A process holds
// a lock on each of its own, by which others tell them from those that a crash
// has left behind; these are removed when List, Sweep or Remove meets them in their
// directory. Removing a directory that holds nothing but temporary files removes
// them too, whoever writes them, and those uploads then fail with
// fs.ErrNotExist.
//
// The part of a cut overwrite is known to the FS that wrote it, for an hour and
// no longer than until Close; see [storage.Pender].
package disk

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// SyncMode says when written data has to be on stable storage.
type SyncMode uint8

const (
	// SyncAlways has Commit, Mkdir and Rename return only when what they did
	// is on stable storage. Where several wait at once they share the work.
	SyncAlways SyncMode = iota
	// SyncNever leaves it to the kernel when that happens.
	SyncNever
	// SyncAtClose is SyncNever until Close, which brings all of it to stable storage
	// at once. Where the file system cannot do that in one go, it is SyncAlways.
	SyncAtClose
)

// Options change what Open does. The zero value is right for a server.
type Options struct {
	Sync SyncMode
	Log  *slog.Logger // is told of replacements made in place; nil for nobody
}

// FS is a directory tree on disk. It implements [storage.FS], [storage.Pender],
// [storage.Spacer], [storage.Copier], [storage.Linker] and [storage.Namer].
type FS struct {
	root     *os.Root
	top      *top
	escape   error // what root says of a name that leads out of it
	features storage.Features
	atClose  bool // all is synced by Close
	durable  bool
	log      *slog.Logger
	sync     *syncer
	owners   owners
	temps    nameSet // temporary names that this FS knows to be in use
	reserved nameSet // names promised to an Exclusive writer
	inPlace  nameSet // files that a writer is at work on in place
	parts    parts

	mu      sync.Mutex
	closed  bool
	writers map[*writer]struct{}
}

var (
	_ storage.FS     = (*FS)(nil)
	_ storage.Pender = (*FS)(nil)
	_ storage.Spacer = (*FS)(nil)
	_ storage.Copier = (*FS)(nil)
	_ storage.Linker = (*FS)(nil)
	_ storage.Namer  = (*FS)(nil)
)

// Open returns the FS whose root is the directory dir. The caller must Close
// it.
func Open(dir string, o Options) (*FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	top, err := openTop(root)
	if err != nil {
		root.Close()
		return nil, err
	}
	d := &FS{
		root:    root,
		top:     top,
		atClose: o.Sync == SyncAtClose && syncsWhole(root),
		log:     o.Log,
		sync:    &syncer{all: syncAll},
		writers: make(map[*writer]struct{}),
	}
	d.durable = o.Sync != SyncNever && !d.atClose
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	// os does not export the error by which it refuses to leave the root.
	_, err = root.Lstat("../x")
	d.escape = cause(err)
	d.features = storage.Atomic | storage.CanResume | storage.CanAppend |
		storage.RealDirs | storage.AtomicRename | storage.CanSetTime
	if d.durable {
		d.features |= storage.Durable
	}
	if hasModes {
		d.features |= storage.CanSetMode
	}
	if hasOwners {
		d.features |= storage.CanSetOwner
	}
	if foldsCase(root) {
		d.features |= storage.CaseFolding
	}
	return d, nil
}

// Close ends the FS. Writers that are still open are suspended, so that a new
// file can be resumed later; copies under way and parts kept aside are removed. Readers stay usable.
// Any later operation fails with fs.ErrClosed.
func (d *FS) Close() error {
	d.mu.Lock()
	d.closed = true
	open := make([]*writer, 0, len(d.writers))
	for w := range d.writers {
		open = append(open, w)
	}
	d.mu.Unlock()
	var errs []error
	for _, w := range open {
		if w.copies {
			errs = append(errs, w.Abort())
			continue
		}
		if err := w.Suspend(context.Background()); err != nil && !errors.Is(err, storage.ErrEnded) {
			errs = append(errs, err)
		}
	}
	d.discard(d.parts.endIf(func(*part) bool { return true }))
	if d.atClose {
		errs = append(errs, syncWhole(d.root))
	}
	return errors.Join(append(errs, d.top.close(), d.root.Close())...)
}

// Features tells what the FS promises: everything that a Features can say on
// Unix, Durable where each file is synced, and CaseFolding where the root was found to
// fold.
func (d *FS) Features() storage.Features { return d.features }

// enter registers w as open, unless the FS has been closed.
func (d *FS) enter(w *writer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return fs.ErrClosed
	}
	d.writers[w] = struct{}{}
	return nil
}

func (d *FS) leave(w *writer) {
	d.mu.Lock()
	delete(d.writers, w)
	d.mu.Unlock()
}
