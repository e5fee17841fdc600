package disk

import (
	"context"
	"io/fs"
	"os"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Mkdir makes one directory, with mode 0777 less the umask.
func (d *FS) Mkdir(ctx context.Context, name string) error {
	return d.fail("mkdir", name, d.mkdir(ctx, name))
}

func (d *FS) mkdir(ctx context.Context, name string) error {
	if err := checkNew(ctx, name); err != nil {
		return err
	}
	if err := d.root.Mkdir(name, 0o777); err != nil {
		return err
	}
	return d.syncParent(name)
}

// syncParent brings the entry name to stable storage if the FS promises so.
func (d *FS) syncParent(name string) error {
	if !d.durable || !canSyncDirs {
		return nil
	}
	dir, _ := storage.Split(name)
	f, err := d.openDir(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.sync.sync(f)
}

// Remove removes a directory or anything but a directory. The root cannot be
// removed (fs.ErrPermission), and any other kind than KindDir and KindFile is
// fs.ErrInvalid.
func (d *FS) Remove(ctx context.Context, name string, want storage.Kind) error {
	return d.fail("remove", name, d.remove(ctx, name, want))
}

func (d *FS) remove(ctx context.Context, name string, want storage.Kind) error {
	if err := checkOld(ctx, name); err != nil {
		return err
	}
	fi, err := d.root.Lstat(name)
	switch {
	case err != nil:
		return err
	case want != storage.KindDir && want != storage.KindFile:
		return fs.ErrInvalid
	case want == storage.KindDir && !fi.IsDir():
		return storage.ErrNotDir
	case want == storage.KindFile && fi.IsDir():
		return storage.ErrIsDir
	case name == ".":
		return fs.ErrPermission
	}
	var key string
	if !d.parts.empty() {
		key = d.linkKey(name)
	}
	err = d.root.Remove(name)
	if d.translate(err) == storage.ErrNotEmpty {
		err = d.removeWithTemps(name, err)
	}
	if err == nil && key != "" {
		d.discard(d.parts.endTree(key))
	}
	return err
}

// removeWithTemps removes a directory that was found not to be empty, if there
// is nothing in it but temporary files. Nobody sees these, so nobody could empty
// the directory.
func (d *FS) removeWithTemps(name string, notEmpty error) error {
	for range 3 { // another may begin meanwhile
		temps, err := d.onlyTemps(name)
		if err != nil {
			return err
		}
		if len(temps) == 0 {
			return notEmpty
		}
		for _, temp := range temps {
			if err := d.root.Remove(storage.Join(name, temp)); err != nil && !isMissing(err) {
				return err
			}
		}
		if err := d.root.Remove(name); d.translate(err) != storage.ErrNotEmpty {
			return err
		}
	}
	return notEmpty
}

// Rename gives an object another name. A directory that is to replace a file is
// storage.ErrNotDir, and a new name on another file system
// errors.ErrUnsupported.
func (d *FS) Rename(ctx context.Context, old, new string) error {
	if err := checkOld(ctx, old); err != nil {
		return d.fail("rename", old, err)
	}
	if err := checkNew(ctx, new); err != nil {
		return d.fail("rename", new, err)
	}
	from, err := d.root.Lstat(old)
	if err != nil {
		return d.fail("rename", old, err)
	}
	if old == "." || strings.HasPrefix(new, old+"/") {
		return d.fail("rename", new, storage.ErrName)
	}
	return d.fail("rename", new, d.rename(old, new, from))
}

func (d *FS) rename(old, new string, from fs.FileInfo) error {
	to, err := d.root.Lstat(new)
	if err != nil && !isMissing(err) {
		return err
	}
	same := err == nil && os.SameFile(from, to)
	switch {
	case err == nil && to.IsDir() && !same:
		return fs.ErrExist
	case err == nil && !to.IsDir() && from.IsDir():
		return storage.ErrNotDir
	}
	var keys []string
	if same || !d.parts.empty() {
		keys = []string{d.linkKey(old), d.linkKey(new)}
	}
	switch {
	case old == new, same && keys[0] == keys[1] && d.key(old) != d.key(new):
		err = nil // by way of a link to a directory it is one name
	case same && keys[0] != keys[1]:
		// Two hard links to one file: renaming one to the other does nothing.
		err = d.root.Remove(old)
	default:
		err = d.root.Rename(old, new)
	}
	if err != nil {
		if isInvalid(err) { // a directory into itself, by way of a link
			err = storage.ErrName
		}
		return err
	}
	for _, key := range keys {
		ended := d.parts.endTree(key)
		if key == keys[0] && from.IsDir() { // their files have moved with it
			for _, p := range ended {
				dir, _ := storage.Split(p.id.key)
				p.dir = new + strings.TrimPrefix(dir, key)
			}
		}
		d.discard(ended)
	}
	if err := d.syncParent(new); err != nil {
		return err
	}
	fromDir, _ := storage.Split(old)
	toDir, _ := storage.Split(new)
	if fromDir == toDir {
		return nil
	}
	return d.syncParent(old)
}
