package disk

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

// folder is a directory held open, in which elements of names are acted on: they have
// no slash and are no "..", and no link of such a name is followed, so that nothing
// leads out of it. It is used by one goroutine at a time.
type folder struct {
	d    *FS
	name string
	fd   int      // -1: that of the root of d
	file *os.File // the same directory, open for reading; nil: not asked for
	own  bool     // fd is to be closed, and is not of file
	over bool     // it is closed
}

// openFolder opens the directory name, which need not be one that may be read. The caller
// must close it.
func (d *FS) openFolder(name string) (folder, error) {
	f := folder{d: d, name: name, fd: -1}
	if name == "." {
		return f, nil
	}
	var err error
	if d.top.walks {
		f.fd, err = d.top.walk(name, unix.O_PATH|unix.O_DIRECTORY)
		switch err {
		case nil:
			f.own = true
			return f, nil
		case unix.ENOENT:
			return folder{}, err
		}
	}
	if f.file, err = d.openDir(name); err != nil {
		return folder{}, err
	}
	f.fd = int(f.file.Fd())
	return f, nil
}

func (f *folder) close() {
	if f.own {
		unix.Close(f.fd)
	}
	if f.file != nil {
		f.file.Close()
	}
	f.fd, f.file, f.own, f.over = -1, nil, false, true
}

// do calls op with the descriptor, again if a signal has interrupted it.
func (f *folder) do(op func(dir int) error) error {
	switch {
	case f.over:
		return fs.ErrClosed
	case f.fd >= 0:
		return retry(func() error { return op(f.fd) })
	}
	return f.d.top.dir.use(func(top int) error {
		return retry(func() error { return op(top) })
	})
}

// stat describes the element base.
func (f *folder) stat(base string) (m meta, err error) {
	err = f.do(func(dir int) (err error) {
		m, err = statx(dir, base, unix.AT_SYMLINK_NOFOLLOW)
		return err
	})
	if errors.Is(err, unix.ENOSYS) {
		var fi fs.FileInfo
		if fi, err = f.d.root.Lstat(storage.Join(f.name, base)); err == nil {
			m = metaOf(fi)
		}
	}
	return m, err
}

// open opens the element base. The flags need noWait where it may be anything but a
// file.
func (f *folder) open(base string, flags int, perm fs.FileMode) (*os.File, error) {
	fd, err := f.openBare(base, flags, perm)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), base), nil
}

// create makes the file base, and opens it for writing.
func (f *folder) create(base string, perm fs.FileMode) (opened, error) {
	fd, err := f.openBare(base, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	return opened{fd: fd, name: base}, err
}

// openBare is open without an os.File.
func (f *folder) openBare(base string, flags int, perm fs.FileMode) (fd int, err error) {
	err = f.do(func(dir int) (err error) {
		fd, err = openat(dir, base, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, uint32(perm.Perm()))
		return err
	})
	return fd, err
}

func (f *folder) rename(old, new string) error {
	return f.do(func(dir int) error { return unix.Renameat(dir, old, dir, new) })
}

func (f *folder) link(old, new string) error {
	return f.do(func(dir int) error { return unix.Linkat(dir, old, dir, new, 0) })
}

// remove removes the element base, which is no directory.
func (f *folder) remove(base string) error {
	return f.do(func(dir int) error { return unix.Unlinkat(dir, base, 0) })
}

// setTime sets the time of modification of file, which is base here, and no other. A
// system before Linux 5.8 takes no open file.
func (f *folder) setTime(file *opened, base string, t time.Time) error {
	at, err := unix.TimeToTimespec(t)
	if err != nil {
		return err
	}
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, at}
	if unix.UtimesNanoAt(int(file.handle()), "", times, unix.AT_EMPTY_PATH) == nil {
		return nil
	}
	return f.do(func(dir int) error {
		return unix.UtimesNanoAt(dir, base, times, unix.AT_SYMLINK_NOFOLLOW)
	})
}

// self returns the folder itself, to be synced. It is closed with the folder.
func (f *folder) self() (*os.File, error) {
	if f.file == nil {
		fd, err := f.openBare(".", os.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			return nil, err
		}
		f.file = os.NewFile(uintptr(fd), f.name)
	}
	return f.file, nil
}
