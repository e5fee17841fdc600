package disk

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// Stat describes the object that name leads to. A symbolic link that leads
// nowhere, or out of the root, is described itself, as List does.
func (d *FS) Stat(ctx context.Context, name string) (storage.Info, error) {
	if err := checkOld(ctx, name); err != nil {
		return storage.Info{}, d.fail("stat", name, err)
	}
	_, base := storage.Split(name)
	i, err := d.describe(name, base)
	return i, d.fail("stat", name, err)
}

// describe returns what Stat says of the object name, and calls it base.
func (d *FS) describe(name, base string) (storage.Info, error) {
	dirName, elem := storage.Split(name)
	dir, err := d.openFolder(dirName)
	if err != nil {
		return storage.Info{}, err
	}
	defer dir.close()
	m, err := dir.stat(elem)
	if err != nil {
		return storage.Info{}, err
	}
	if m.kind == storage.KindSymlink {
		i := d.follow(name, &m)
		if i.Kind == storage.KindFile {
			i.Form = d.formOf(name)
		}
		return i, nil
	}
	i := d.info(base, &m)
	if i.Kind == storage.KindFile {
		i.Form = dir.form(elem)
	}
	return i, nil
}

// isMissing reports whether err says that there is no such object.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
