package disk

import (
	"context"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// Pending describes the part kept aside for owner under name, be a writer at
// work on it or not.
func (d *FS) Pending(ctx context.Context, name, owner string) (storage.Info, error) {
	i, err := d.pending(ctx, name, owner)
	return i, d.fail("pending", name, err)
}

func (d *FS) pending(ctx context.Context, name, owner string) (storage.Info, error) {
	if err := checkOld(ctx, name); err != nil {
		return storage.Info{}, err
	}
	d.discard(d.parts.endOld())
	if d.parts.empty() {
		return storage.Info{}, fs.ErrNotExist
	}
	temp, ok := d.parts.get(partID{d.partKey(name), owner})
	if !ok {
		return storage.Info{}, fs.ErrNotExist
	}
	_, base := storage.Split(name)
	return d.describe(temp, base)
}

// Discard removes the part kept aside for owner under name, if any.
func (d *FS) Discard(ctx context.Context, name, owner string) error {
	if err := checkOld(ctx, name); err != nil {
		return d.fail("discard", name, err)
	}
	if !d.parts.empty() {
		id := partID{d.partKey(name), owner}
		d.discard(d.parts.endIf(func(p *part) bool { return p.id == id }))
	}
	return nil
}

// partKey is what parts of the file that name leads to are found by.
func (d *FS) partKey(name string) string {
	if r, err := d.resolve(name); err == nil {
		name = r
	}
	return d.key(name)
}

// linkKey is partKey, but for a link at the end of name, which is not followed.
func (d *FS) linkKey(name string) string {
	dir, base := storage.Split(name)
	if r, err := d.resolve(dir); err == nil {
		dir = r
	}
	return d.key(storage.Join(dir, base))
}

// discard removes the files of parts that have ended.
func (d *FS) discard(ended []*part) {
	for _, p := range ended {
		// Their time is over whether the file can be removed or not: what stays
		// is removed as left behind, sooner or later.
		d.root.Remove(p.name())
		d.temps.remove(p.temp)
	}
}
