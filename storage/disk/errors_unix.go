//go:build unix

package disk

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/seed-6092453b/ferry/storage"
)

// errnoError is the table of errors that mean something to users of storage.
// The others, EIO or EMFILE say, go through as they are.
func errnoError(no syscall.Errno) error {
	switch no {
	case syscall.ENOENT, syscall.ELOOP: // a loop of links leads nowhere
		return fs.ErrNotExist
	case syscall.EACCES, syscall.EPERM, syscall.EROFS:
		return fs.ErrPermission
	case syscall.EEXIST:
		return fs.ErrExist
	case syscall.ENOTEMPTY:
		return storage.ErrNotEmpty
	case syscall.ENOTDIR:
		return storage.ErrNotDir
	case syscall.EISDIR:
		return storage.ErrIsDir
	case syscall.ENOSPC, syscall.EFBIG:
		return storage.ErrNoSpace
	case syscall.EDQUOT:
		return storage.ErrQuota
	case syscall.ENAMETOOLONG, syscall.EILSEQ:
		return storage.ErrName
	case syscall.EBUSY, syscall.ETXTBSY:
		return storage.ErrBusy
	case syscall.EXDEV:
		return errors.ErrUnsupported
	}
	if errors.Is(no, errors.ErrUnsupported) { // ENOTSUP, ENOSYS and the like
		return errors.ErrUnsupported
	}
	return nil
}

// isInvalid reports whether err says no more than that the call was wrong.
func isInvalid(err error) bool { return cause(err) == syscall.EINVAL }
