package disk

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// top is the directory that an FS is over, held open. The kernel walks whole names
// from it at the price of one system call, and stays beneath it.
type top struct {
	dir   descriptor
	walks bool // it does so here
}

func openTop(root *os.Root) (*top, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	fd, err := unix.FcntlInt(dir.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	t := &top{dir: descriptor{fd: fd}}
	// Linux before 5.6 has no openat2, and a sandbox may forbid it.
	if fd, err := t.walk(".", unix.O_PATH|unix.O_DIRECTORY); err == nil {
		unix.Close(fd)
		t.walks = true
	}
	return t, nil
}

func (t *top) close() error {
	if err := t.dir.close(); err != fs.ErrClosed {
		return err
	}
	return nil
}

// walk opens what name leads to. Symbolic links on the way are followed, and one at
// the end unless flags say otherwise, as long as they do not lead out: an absolute
// one does, as for os.Root.
func (t *top) walk(name string, flags int) (fd int, err error) {
	how := unix.OpenHow{
		Flags:   uint64(flags | unix.O_CLOEXEC),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
	}
	err = t.dir.use(func(top int) (err error) {
		fd, err = openat2(top, name, &how)
		return err
	})
	return fd, err
}

// openDir opens the directory name for reading. It never waits for the other end of a
// named pipe, nor opens a device.
func (d *FS) openDir(name string) (*os.File, error) {
	if d.top.walks {
		fd, err := d.top.walk(name, unix.O_RDONLY|unix.O_DIRECTORY)
		switch err {
		case nil:
			return os.NewFile(uintptr(fd), name), nil
		case unix.ENOENT:
			return nil, err
		}
	}
	// What is wrong os.Root tells better; and a race with a renaming it stands.
	return d.root.OpenFile(name, os.O_RDONLY|dirFlags, 0)
}
