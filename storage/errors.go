package storage

import (
	"errors"
	"io/fs"
)

// The errors of this package, next to those of io/fs. Each has one meaning in
// every back end, and one FTP reply.
var (
	ErrNotDir   = errors.New("not a directory")
	ErrIsDir    = errors.New("is a directory")
	ErrNotEmpty = errors.New("directory not empty")
	ErrQuota    = errors.New("quota exceeded")
	ErrNoSpace  = errors.New("no space left")
	ErrName     = errors.New("name not allowed")
	ErrChanged  = errors.New("file has changed")
	ErrBusy     = errors.New("file is busy")
	ErrOffset   = errors.New("offset outside the file")
	ErrEnded    = errors.New("writer has ended")
	ErrUnlisted = errors.New("not all entries could be listed")
)

// PathError returns err as a *fs.PathError for op and name. It returns nil for
// a nil err, and an err that is a *fs.PathError already with op and name
// replaced, so that wrappers do not nest them.
func PathError(op, name string, err error) error {
	if err == nil {
		return nil
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
