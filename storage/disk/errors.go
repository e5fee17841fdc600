package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/seed-6092453b/ferry/storage"
)

// fail returns err for op on name as package storage wants it: the names that
// the operating system put into it, absolute ones among them, are gone.
func (d *FS) fail(op, name string, err error) error {
	return storage.PathError(op, name, d.translate(err))
}

// translate turns what the operating system says into the errors of io/fs and
// storage, and leaves alone what has no meaning there.
func (d *FS) translate(err error) error {
	err = cause(err)
	switch {
	case err == nil:
		return nil
	case err == d.escape:
		return fs.ErrPermission
	case errors.Is(err, fs.ErrClosed):
		return fs.ErrClosed
	}
	if no, ok := err.(syscall.Errno); ok {
		if known := errnoError(no); known != nil {
			return known
		}
	}
	return err
}

// cause returns what lies within the wrappers that package os puts around an
// error.
func cause(err error) error {
	for {
		switch e := err.(type) {
		case *fs.PathError:
			err = e.Err
		case *os.LinkError:
			err = e.Err
		case *os.SyscallError:
			err = e.Err
		default:
			return err
		}
	}
}

// first returns the first of errs that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
