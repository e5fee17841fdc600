package disk

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

// openFile opens the file that name leads to for reading, and describes it. What is
// not a file is not opened, unless it has just come in its place.
func (d *FS) openFile(name string) (opened, error) {
	dirName, base := storage.Split(name)
	dir, err := d.openFolder(dirName)
	if err != nil {
		return opened{}, err
	}
	defer dir.close()
	m, err := dir.stat(base)
	if err != nil {
		return opened{}, err
	}
	if m.kind == storage.KindSymlink {
		return d.openFollowed(name)
	}
	if err := notFile(m.kind); err != nil {
		return opened{}, err
	}
	fd, err := dir.openBare(base, os.O_RDONLY|noWait, 0)
	if err == unix.ELOOP { // it has just become a link
		return d.openFollowed(name)
	}
	if err != nil {
		return opened{}, err
	}
	if m, err = statx(fd, "", unix.AT_EMPTY_PATH); err == nil {
		err = notFile(m.kind)
	} else if err == unix.ENOSYS {
		return describeFile(os.NewFile(uintptr(fd), base))
	}
	if err != nil {
		unix.Close(fd)
		return opened{}, err
	}
	return opened{fd: fd, name: base, meta: m, form: formOf(fd)}, nil
}

// closeBare closes a descriptor that no os.File is of.
func closeBare(fd int) error { return unix.Close(fd) }
