package disk

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

// openFile opens the file that name leads to for reading, and describes it. What is
// not a file is not opened, unless it has just come in its place.
func (d *FS) openFile(name string) (opened, error) {
	if o, ok := d.openAtOnce(name); ok {
		return o, nil
	}
	return d.openStepwise(name)
}

// openAtOnce is openFile for the usual case, a file and no link at the end of name. Of
// all else it opens nothing, and leaves it to openStepwise to say what is wrong.
func (d *FS) openAtOnce(name string) (o opened, ok bool) {
	if !d.top.walks {
		return opened{}, false
	}
	// By a link on the way this may look at what is outside. Nobody is told what it saw:
	// it only keeps what is no file from being opened, and the walk stays beneath the top.
	var m meta
	err := d.top.dir.use(func(top int) (err error) {
		m, err = statx(top, name, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT)
		return err
	})
	if err != nil || m.kind != storage.KindFile {
		return opened{}, false
	}
	fd, err := d.top.walk(name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_LARGEFILE|noWait)
	if err != nil {
		return opened{}, false
	}
	if m, err = statx(fd, "", unix.AT_EMPTY_PATH); err != nil || m.kind != storage.KindFile {
		unix.Close(fd)
		return opened{}, false
	}
	_, base := storage.Split(name)
	return opened{fd: fd, name: base, meta: m, form: formOf(fd)}, true
}

// openStepwise is openFile by way of the folder that name is in.
func (d *FS) openStepwise(name string) (opened, error) {
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
