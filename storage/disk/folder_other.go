//go:build !linux

package disk

import (
	"io/fs"
	"os"
	"time"
)

// folder is a directory held open, in which elements of names are acted on: what they
// lead to by a link is within the directory. It is used by one goroutine at a time.
type folder struct {
	dir  *os.Root
	own  bool     // it is not the root of the FS, and to be closed
	file *os.File // the same directory; nil: not asked for
}

// openFolder opens the directory name. The caller must close it.
func (d *FS) openFolder(name string) (folder, error) {
	if name == "." {
		return folder{dir: d.root}, nil
	}
	// With the dot at its end, nothing but a directory is opened.
	dir, err := d.root.OpenRoot(name + "/.")
	if err != nil {
		return folder{}, err
	}
	return folder{dir: dir, own: true}, nil
}

func (f *folder) close() {
	if f.file != nil {
		f.file.Close()
	}
	if f.own {
		f.dir.Close()
	}
}

// stat describes the element base.
func (f *folder) stat(base string) (meta, error) {
	fi, err := f.dir.Lstat(base)
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}

// open opens the element base. The flags need noWait where it may be anything but a
// file.
func (f *folder) open(base string, flags int, perm fs.FileMode) (*os.File, error) {
	return f.dir.OpenFile(base, flags, perm)
}

// create makes the file base, and opens it for writing.
func (f *folder) create(base string, perm fs.FileMode) (opened, error) {
	file, err := f.open(base, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	return opened{file: file, name: base}, err
}

func (f *folder) rename(old, new string) error { return f.dir.Rename(old, new) }
func (f *folder) link(old, new string) error   { return f.dir.Link(old, new) }

// remove removes the element base, which is no directory.
func (f *folder) remove(base string) error { return f.dir.Remove(base) }

// setTime sets the time of modification of the file base, and no other.
func (f *folder) setTime(_ *opened, base string, t time.Time) error {
	return f.dir.Chtimes(base, time.Time{}, t)
}

// self returns the folder itself, to be synced. It is closed with the folder.
func (f *folder) self() (file *os.File, err error) {
	if f.file == nil {
		f.file, err = f.dir.OpenFile(".", os.O_RDONLY|dirFlags, 0)
	}
	return f.file, err
}
