package ftpclient

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/storage"
)

// Suspend ends the upload and keeps what came.
//
// Of a name that was new the part stands under that name, whole: the data
// connection is closed in good order, since in stream mode the server cannot
// tell a part from a file anyway; in a mode that marks the end of a file, the mark
// is left out. In all other cases the upload is aborted
// (ABOR), so that a server that can keeps the old file; what was on its way is
// lost. Stat tells how much there is.
func (w *writer) Suspend(context.Context) error {
	if w.ended {
		return pathError("suspend", w.name, storage.ErrEnded)
	}
	w.ended = true
	defer w.give()
	var err error
	if w.before == absent && w.t.err == nil {
		ctx, cancel := w.cl.afterwards()
		defer cancel()
		w.t.rebind(ctx)
		err = w.t.cutShort()
	} else {
		err = w.t.Abort()
	}
	return pathError("suspend", w.name, err)
}

// Abort aborts the upload (ABOR). A file that was new is removed. If a file was
// being replaced, and the server has overwritten it in place, the error is
// storage.ErrChanged. What Append and Resume have written stays.
func (w *writer) Abort() error {
	if w.ended {
		return nil
	}
	w.ended = true
	err := w.t.Abort()
	w.give()
	if rerr := w.restore(); rerr != nil {
		return pathError("abort", w.name, errors.Join(rerr, err))
	}
	return nil
}

// restore makes the name what it was before the upload, as far as that can be.
func (w *writer) restore() error {
	w.cl.pool.calm(context.Background()) // a STOR that the server comes to later would undo it
	ctx, cancel := w.cl.afterwards()
	defer cancel()
	switch {
	case w.before == absent:
		err := w.cl.do(ctx, false, func(c *Conn) error {
			_, err := c.Do(ctx, "DELE", w.path)
			return err
		})
		var re *ReplyError
		if errors.As(err, &re) && !notThere(err) {
			if _, serr := w.cl.Stat(ctx, w.name); notThere(serr) {
				return nil
			}
		}
		if notThere(err) {
			return nil
		}
		return err
	case w.before == present && w.o.Mode == storage.Replace:
		return w.cl.do(ctx, true, func(c *Conn) error { return w.takeBack(ctx, c) })
	}
	return nil
}

// takeBack looks whether the old file is still there after an overwrite was
// aborted. A server that keeps the part of a cut overwrite aside speaks of the
// part until somebody reads the file, so it is begun to be read.
func (w *writer) takeBack(ctx context.Context, c *Conn) error {
	if same, err := w.unchanged(ctx, c); same || err != nil {
		return err
	}
	t, err := c.Begin(ctx, Command{Verb: "RETR", Arg: w.path})
	if err != nil {
		return err
	}
	if err := t.Abort(); err != nil {
		return err
	}
	same, err := w.unchanged(ctx, c)
	if err == nil && !same {
		err = errOverwritten
	}
	return err
}

// unchanged reports whether the file is described as it was before the upload.
func (w *writer) unchanged(ctx context.Context, c *Conn) (bool, error) {
	now, err := c.facts(ctx, w.name, w.path)
	if err != nil {
		return false, err
	}
	return now.Size == w.old.Size && now.ModTime.Equal(w.old.ModTime), nil
}
