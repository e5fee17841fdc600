package storage

import (
	"context"
	"errors"
)

// Copier is implemented by an FS that can copy a file without its contents
// having to be read and written by the caller.
type Copier interface {
	// Copy makes new a file with the contents, the Form and, if it did not
	// exist, the permission bits of the file old. It replaces new as Create
	// with Replace does, all or nothing where Features has Atomic; until Copy
	// returns nil, a failure leaves new as it was. A directory is ErrIsDir.
	// Where both names lead to one file, nothing happens. The error names
	// whichever of the two it is about.
	Copy(ctx context.Context, old, new string) error
}

// Copy copies a file as Copier says: fsys does it itself if it can, else what
// is read is written.
func Copy(ctx context.Context, fsys FS, old, new string) error {
	if c, ok := As[Copier](fsys); ok {
		if err := c.Copy(ctx, old, new); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	return copyThrough(ctx, fsys, old, new)
}

// copyThrough copies by reading and writing.
func copyThrough(ctx context.Context, fsys FS, old, new string) error {
	if !ValidName(new) {
		return PathError("copy", new, ErrName)
	}
	r, err := fsys.Open(ctx, old, Range{})
	if err != nil {
		return PathError("copy", old, err)
	}
	defer r.Close()
	from := r.Info()
	// Where Replace is not atomic it would empty the file before it is read.
	if to, err := fsys.Stat(ctx, new); err == nil && (old == new || from.ID != "" && to.ID == from.ID) {
		return nil
	}
	w, err := fsys.Create(ctx, new, CreateOptions{SizeHint: max(from.Size, 0), Perm: from.Mode, Form: from.Form})
	if err != nil {
		return PathError("copy", new, err)
	}
	defer w.Abort()
	if err := pump(ctx, w, r); err != nil {
		name := new
		if pathOf(err) == old {
			name = old
		}
		return PathError("copy", name, err)
	}
	_, err = w.Commit(ctx)
	return PathError("copy", new, err)
}
