// Package trees copies folders with all that is in them, between a local and a remote
// storage.FS. What is to be done package mirror finds out, and does; here it is told as
// package transfer tells of single files.
package trees

import (
	"context"
	"fmt"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/mirror"
)

// Copier copies trees, and files as transfer.Copier does.
type Copier struct {
	transfer.Copier

	// Parallel is how many files of a tree are copied at once; 0 is 1.
	Parallel int

	// DirectOnly says that a file of a tree that Direct fails with is not copied in any
	// other way.
	DirectOnly bool

	// Fatal reports whether an error means that no other file of a tree can be copied
	// either, so that the rest need not be tried. nil: none but the lack of room does.
	Fatal func(error) bool
}

// Error says that some of a tree was not copied. Failed events told what, and why.
type Error struct {
	Failed int
	Of     int // files, and folders that could not be copied
}

func (e *Error) Error() string { return fmt.Sprintf("%d of %d not copied", e.Failed, e.Of) }

// GetTree downloads what the folder remote holds into the folder local, which must exist.
// Folders are made, empty ones too. What cannot be copied is told of and left out: the
// error is then an *Error.
func (c *Copier) GetTree(ctx context.Context, remote, local string) error {
	src := mirror.Tree{FS: c.Remote, Root: remote, Title: c.URL}
	dst := mirror.Tree{FS: c.Local, Root: local, Title: c.Path}
	return c.copy(ctx, dst, src, true)
}

// PutTree uploads what the folder local holds into the folder remote, which is made if it
// is missing, as are those that it lies in. What cannot be copied is told of and left
// out: the error is then an *Error.
func (c *Copier) PutTree(ctx context.Context, local, remote string) error {
	src := mirror.Tree{FS: c.Local, Root: local, Title: c.Path}
	dst := mirror.Tree{FS: c.Remote, Root: remote, Title: c.URL}
	return c.copy(ctx, dst, src, false)
}

// copy copies a tree onto another. Nothing is removed, and what is tried again is the
// user's to say.
func (c *Copier) copy(ctx context.Context, dst, src mirror.Tree, down bool) error {
	t := &teller{c: c, dst: dst, src: src, down: down}
	o := mirror.Options{
		Same:       true,
		Through:    true,
		Parallel:   max(c.Parallel, 1),
		Retries:    -1,
		Limit:      c.Limit,
		Segments:   c.Segments,
		Journal:    c.Journal,
		InPlace:    !c.TempNames,
		Direct:     c.Direct,
		DirectOnly: c.DirectOnly,
		Check:      c.Verify,
		Fatal:      c.Fatal,
		Observe:    t.tell,
	}
	if c.Restart {
		o.Compare = mirror.ByNothing
	}
	_, err := mirror.Run(ctx, dst, src, mirror.Plan(ctx, dst, src, o), o)
	return t.outcome(err)
}
