package disk

import (
	"io"
	"io/fs"

	"golang.org/x/sys/unix"
)

// read is Read of os.File.
func (o *opened) read(p []byte) (int, error) {
	if o.file != nil {
		return o.file.Read(p)
	}
	if o.over {
		return 0, fs.ErrClosed
	}
	for {
		n, err := unix.Read(o.fd, p)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// write is Write of os.File.
func (o *opened) write(p []byte) (n int, err error) {
	if o.file != nil {
		return o.file.Write(p)
	}
	if o.over {
		return 0, fs.ErrClosed
	}
	for n < len(p) {
		k, err := unix.Write(o.fd, p[n:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return n, err
		case k == 0:
			return n, io.ErrUnexpectedEOF
		}
		n += k
	}
	return n, nil
}

// stat describes the file as it is now.
func (o *opened) stat() (meta, error) {
	if o.file == nil && !o.over {
		m, err := statx(o.fd, "", unix.AT_EMPTY_PATH)
		if err != unix.ENOSYS {
			return m, err
		}
	}
	f, err := o.os()
	if err != nil {
		return meta{}, err
	}
	return statFile(f)
}

// chmod is Chmod of os.File.
func (o *opened) chmod(mode fs.FileMode) error {
	if o.file != nil {
		return o.file.Chmod(mode)
	}
	if o.over {
		return fs.ErrClosed
	}
	bits := uint32(mode.Perm())
	if mode&fs.ModeSetuid != 0 {
		bits |= unix.S_ISUID
	}
	if mode&fs.ModeSetgid != 0 {
		bits |= unix.S_ISGID
	}
	if mode&fs.ModeSticky != 0 {
		bits |= unix.S_ISVTX
	}
	return retry(func() error { return unix.Fchmod(o.fd, bits) })
}

// closeBare closes a descriptor that no os.File is of.
func closeBare(fd int) error { return unix.Close(fd) }
