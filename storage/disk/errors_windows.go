package disk

import (
	"errors"
	"io/fs"
	"syscall"

	"golang.org/x/sys/windows"

	"github.com/seed-6092453b/ferry/storage"
)

// errnoError is the table of errors that mean something to users of storage.
// The others go through as they are.
func errnoError(no syscall.Errno) error {
	switch no {
	case windows.ERROR_FILE_NOT_FOUND, windows.ERROR_PATH_NOT_FOUND, syscall.ELOOP:
		return fs.ErrNotExist
	case windows.ERROR_ACCESS_DENIED, windows.ERROR_PRIVILEGE_NOT_HELD, windows.ERROR_WRITE_PROTECT:
		return fs.ErrPermission
	case windows.ERROR_ALREADY_EXISTS, windows.ERROR_FILE_EXISTS, syscall.EEXIST:
		return fs.ErrExist
	case windows.ERROR_DIR_NOT_EMPTY, syscall.ENOTEMPTY:
		return storage.ErrNotEmpty
	case windows.ERROR_DIRECTORY:
		return storage.ErrNotDir
	case syscall.EISDIR:
		return storage.ErrIsDir
	case windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_FILE_TOO_LARGE:
		return storage.ErrNoSpace
	case windows.ERROR_DISK_QUOTA_EXCEEDED, windows.ERROR_NOT_ENOUGH_QUOTA:
		return storage.ErrQuota
	case windows.ERROR_INVALID_NAME, windows.ERROR_FILENAME_EXCED_RANGE, windows.ERROR_BAD_PATHNAME:
		return storage.ErrName
	case windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_BUSY:
		return storage.ErrBusy
	case windows.ERROR_NOT_SAME_DEVICE, windows.ERROR_NOT_SUPPORTED, windows.ERROR_INVALID_FUNCTION:
		return errors.ErrUnsupported
	}
	return nil
}

// isInvalid reports whether err says no more than that the call was wrong.
func isInvalid(err error) bool { return cause(err) == windows.ERROR_INVALID_PARAMETER }
