package disk

import (
	"cmp"
	"context"
	"io"
	"os"

	"github.com/seed-6092453b/ferry/storage"
)

// copySlice is how much is copied between two looks at the context.
const copySlice = 64 << 20

// Copy copies a file as a Create with Replace would write it. The kernel copies
// where it can, and shares the blocks of the two files where the file system
// can. If old is written to meanwhile, that is storage.ErrChanged.
func (d *FS) Copy(ctx context.Context, old, new string) error {
	r, err := d.open(ctx, old, storage.Range{})
	if err != nil {
		return d.fail("copy", old, err)
	}
	defer r.f.close()
	if !d.parts.empty() {
		d.discard(d.parts.endName(d.partKey(old)))
	}
	if err := checkNew(ctx, new); err != nil {
		return d.fail("copy", new, err)
	}
	f, err := r.f.os()
	if err != nil {
		return d.fail("copy", old, err)
	}
	from, err := f.Stat()
	if err != nil {
		return d.fail("copy", old, err)
	}
	if to, err := d.root.Stat(new); err == nil && os.SameFile(from, to) {
		return nil
	}
	o := storage.CreateOptions{SizeHint: from.Size(), Form: r.info.Form}
	if hasModes {
		// What nobody may read stays so: no permission at all is the umask's
		// business to Create.
		o.Perm = cmp.Or(from.Mode().Perm(), 0o600)
	}
	w := &writer{d: d, name: new, o: o, copies: true}
	if err := d.start(ctx, w); err != nil {
		return d.fail("copy", new, err)
	}
	defer w.Abort()
	for n := int64(copySlice); n == copySlice; {
		if err := ctx.Err(); err != nil {
			return d.fail("copy", old, err)
		}
		if n, err = w.takeFrom(f, copySlice); err != nil {
			return d.fail("copy", new, err)
		}
	}
	now, err := f.Stat()
	if err == nil && (now.Size() != from.Size() || !now.ModTime().Equal(from.ModTime())) {
		err = storage.ErrChanged
	}
	if err != nil {
		return d.fail("copy", old, err)
	}
	_, err = w.Commit(ctx)
	return d.fail("copy", new, err)
}

// takeFrom writes the next octets of f, at most so many.
func (w *writer) takeFrom(f *os.File, most int64) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return 0, storage.ErrEnded
	}
	to, err := w.f.os()
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, io.LimitReader(f, most))
	w.pos += n
	return n, err
}

// Symlink makes a symbolic link. Whatever becomes of the directories that its
// target goes by, it is not followed out of the root.
func (d *FS) Symlink(ctx context.Context, target, name string) error {
	return d.fail("symlink", name, d.symlink(ctx, target, name))
}

func (d *FS) symlink(ctx context.Context, target, name string) error {
	if err := checkNew(ctx, name); err != nil {
		return err
	}
	to, err := storage.LinkTarget(target, name)
	if err != nil {
		return err
	}
	if hasTemp(to) || hasTemp(target) || !systemAllows(to) {
		return storage.ErrName
	}
	if err := d.root.Symlink(target, name); err != nil {
		return err
	}
	return d.syncParent(name)
}
