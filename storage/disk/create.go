package disk

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"

	"github.com/seed-6092453b/ferry/storage"
)

// Create begins to write a file. A second writer in place of one file (but for
// those with Len), or a second one that goes on with one part, is
// storage.ErrBusy. What is neither file nor directory is fs.ErrPermission. The
// Form of a file needs extended attributes, and is errors.ErrUnsupported where
// there are none.
//
// A file that may be written to in a directory that may not is replaced in
// place, against the promise of Atomic, and the log says so.
func (d *FS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w := &writer{d: d, name: name, o: o}
	if err := d.start(ctx, w); err != nil {
		return nil, d.fail("create", name, err)
	}
	return w, nil
}

// start opens what w is to write, and registers w.
func (d *FS) start(ctx context.Context, w *writer) error {
	if err := d.create(ctx, w); err != nil {
		return err
	}
	if err := d.enter(w); err != nil {
		w.how.abort()
		return err
	}
	return nil
}

func (d *FS) create(ctx context.Context, w *writer) (err error) {
	if err := checkNew(ctx, w.name); err != nil {
		return err
	}
	if w.o.Offset < 0 || w.o.Len < 0 || w.o.Len > math.MaxInt64-w.o.Offset {
		return storage.ErrOffset
	}
	if w.o.Mode != storage.Resume {
		w.o.Len = 0
	}
	d.discard(d.parts.endOld())
	if err := d.locate(&w.at, w.name, w.o.Mode != storage.Exclusive); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.at.close()
		}
	}()
	if w.at.taken {
		if w.o.Mode == storage.Exclusive {
			return fs.ErrExist
		}
		if err := notFile(w.at.old.kind); err != nil {
			return err
		}
	}
	if w.o.Mode == storage.Append || w.o.Mode == storage.Resume {
		return d.goOn(w)
	}
	return d.begin(w)
}

// begin begins a file anew.
func (d *FS) begin(w *writer) error {
	err := d.openStaged(w)
	if errors.Is(err, fs.ErrPermission) && w.at.taken {
		if d.openInPlace(w) != nil {
			return err
		}
		d.log.Warn("replacing a file in place, for nothing can be created beside it", "name", w.name)
	} else if err != nil {
		return err
	}
	if !d.parts.empty() {
		d.discard(d.parts.endName(d.partKey(w.name)))
	}
	return nil
}

// goOn writes on: with the part that the owner has, else with the file itself,
// else with a new one.
func (d *FS) goOn(w *writer) error {
	if !d.parts.empty() {
		kept, err := d.parts.take(partID{d.partKey(w.name), w.o.Owner})
		if err != nil {
			return err
		}
		if kept != nil {
			err = d.openPart(w, kept)
			if !isMissing(err) {
				return err
			}
			// Its directory has moved away, or somebody else has removed it.
		}
	}
	switch {
	case w.at.taken:
		return d.openInPlace(w)
	case w.o.Mode == storage.Resume && w.o.Offset > 0:
		return fs.ErrNotExist
	}
	if w.o.Len > 0 {
		w.limit = w.o.Len
	}
	return d.openStaged(w)
}

// atOnce is how much is no more than a few writes, which tell by themselves, and soon,
// that there is no room.
const atOnce = 64 << 10

// checkSpace fails if what is expected does not fit beside the file that w writes, which
// f is open on.
func (d *FS) checkSpace(w *writer, f uintptr) error {
	need := w.o.SizeHint
	if w.o.Mode == storage.Resume {
		need -= w.o.Offset
	}
	if need <= atOnce {
		return nil
	}
	free, err := freeSpace(filepath.Join(d.root.Name(), filepath.FromSlash(w.at.dirName)), f)
	if err == nil && free < need {
		return storage.ErrNoSpace
	}
	return nil // where the room is not known, writing will tell
}
