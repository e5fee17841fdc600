//go:build !linux

package disk

import (
	"os"

	"github.com/seed-6092453b/ferry/storage"
)

// statFile describes the object that f is open on.
func statFile(f *os.File) (meta, error) {
	fi, err := f.Stat()
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}

// statIn describes the entry base of the open directory dir. It does not follow
// links.
func (d *FS) statIn(_ *os.File, dirName, base string) (meta, error) {
	fi, err := d.root.Lstat(storage.Join(dirName, base))
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}
