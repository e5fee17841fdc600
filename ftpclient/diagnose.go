package ftpclient

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// intent is what was wanted of a name when the server refused.
type intent uint8

const (
	anyKind intent = iota // something of that name
	anyFile               // a file to be read
	anyDir                // a directory
	newFile               // a file to be written
	newName               // a directory or a link to be made
	gone                  // a file to be removed
	goneDir               // a directory to be removed
)

// diagnose finds out what a 450, 550 or 553 means whose text does not say: RFC 959
// has no codes to tell "not there" from "not allowed". It costs a Stat or two,
// after a failure only. It returns err, with a Cause where one was found.
func (cl *Client) diagnose(ctx context.Context, name string, err error, want intent) error {
	var re *ReplyError
	if !errors.As(err, &re) || re.Cause != nil && re.Cause != storage.ErrBusy || ctx.Err() != nil {
		return err
	}
	switch re.Reply.Code {
	case 450, 550, 553:
	default:
		return err
	}
	cause := cl.cause(ctx, name, want)
	if cause == fs.ErrPermission && !cl.usual() {
		return err // the type or the structure is as good a reason
	}
	if cause != nil && (cause != fs.ErrPermission || re.Cause == nil) {
		re.Cause = cause
	}
	return err
}

// usual reports whether files go over in a way that any of them can, so that a
// refusal is not about that.
func (cl *Client) usual() bool {
	p := complete(cl.o.Params)
	return p.Stru == 'F' && (p.Type == 'I' || p.Type == 'A')
}

// cause looks at what is there. It returns nil if that explains nothing.
func (cl *Client) cause(ctx context.Context, name string, want intent) error {
	info, err := cl.Stat(ctx, name)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return nil
	}
	creating := want == newFile || want == newName
	switch {
	case missing && !creating:
		return fs.ErrNotExist
	case missing:
		dir, _ := storage.Split(name)
		parent, err := cl.Stat(ctx, dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fs.ErrNotExist
		case err == nil && !parent.IsDir():
			return storage.ErrNotDir
		}
		return fs.ErrPermission
	case want == newName:
		return fs.ErrExist
	case info.IsDir() && (want == anyFile || want == newFile || want == gone):
		return storage.ErrIsDir
	case !info.IsDir() && (want == anyDir || want == goneDir):
		return storage.ErrNotDir
	case want == goneDir && !cl.empty(ctx, name):
		return storage.ErrNotEmpty
	}
	return fs.ErrPermission
}

// empty reports whether a directory has no entries, as far as one can see.
func (cl *Client) empty(ctx context.Context, name string) bool {
	for _, err := range cl.List(ctx, name) {
		return err != nil
	}
	return true
}
