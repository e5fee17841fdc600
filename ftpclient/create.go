package ftpclient

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// Create begins an upload: Replace by STOR, Append by APPE, Resume by REST and
// STOR, or by APPE at the end of the file on a server without REST.
//
// Exclusive looks whether there is such a file and then stores: STOU would choose
// the name. Between the two somebody else may come. Where the server gives MLST
// or SIZE, the file is looked at in the other modes, too, so that Abort knows what
// there was before.
//
// Len, and a Form other than "", are errors.ErrUnsupported. Perm and ModTime are
// set after the upload, where the server can; Perm of a new file only. Owner means
// nothing: it is the server who decides what is whose.
func (cl *Client) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if v := cl.view(ctx); v != nil {
		return v.Create(ctx, name, o)
	}
	path, err := cl.path(name)
	switch {
	case err != nil:
	case name == ".":
		err = storage.ErrIsDir
	case o.Len > 0 || o.Form != "":
		err = errors.ErrUnsupported
	case o.Mode == storage.Resume && o.Offset < 0:
		err = storage.ErrOffset
	default:
		if o.Mode == storage.Exclusive {
			if _, err = cl.Stat(ctx, name); err == nil {
				err = fs.ErrExist
			}
			if !notThere(err) {
				break
			}
		}
		var w storage.Writer
		if w, err = cl.create(ctx, name, path, o); err == nil {
			return w, nil
		}
		err = cl.diagnose(ctx, name, err, newFile)
	}
	return nil, pathError("create", name, err)
}

func (cl *Client) create(ctx context.Context, name, path string, o storage.CreateOptions) (storage.Writer, error) {
	for {
		l, err := cl.pool.get(ctx)
		if err != nil {
			return nil, err
		}
		w := &writer{cl: cl, lease: l, ctx: ctx, name: name, path: path, o: o}
		if err = w.begin(ctx); l.conn.account(ctx, err) {
			err = w.begin(ctx)
		}
		if err == nil {
			l.hold()
			return w, nil
		}
		l.release()
		if !again(ctx, l, o.Mode != storage.Append, err) {
			return nil, err
		}
	}
}

// begin sends the command.
func (w *writer) begin(ctx context.Context) error {
	c := w.lease.conn
	facts := c.newFacts(w.name, w.path)
	cmd := Command{Verb: "STOR", Arg: w.path}
	switch {
	case w.o.Mode == storage.Append:
		cmd.Verb = "APPE"
	case w.o.Mode == storage.Resume && w.o.Offset > 0 && c.srv.has("REST"):
		cmd.Rest = w.o.Offset
	case w.o.Mode == storage.Resume && w.o.Offset > 0:
		cmd.Verb = "APPE"
	}
	t, err := c.begin(ctx, cmd, facts.requests, func() error { return w.look(facts, cmd) })
	var re *ReplyError
	if errors.As(err, &re) && re.Command == "REST" && unsupported(err) && c.alive() {
		cmd.Verb, cmd.Rest = "APPE", 0
		if err := w.look(facts, cmd); err != nil {
			return err
		}
		t, err = c.begin(ctx, cmd, nil, nil)
	}
	w.t = t
	return err
}

// look checks what there is before the upload against what is wanted.
func (w *writer) look(f *facts, cmd Command) error {
	info, err := f.info()
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing && !errors.Is(err, storage.ErrIsDir) {
		return err
	}
	switch {
	case missing:
		w.before = absent
	case errors.Is(err, storage.ErrIsDir) || info.Kind == storage.KindDir:
		w.old, w.before = storage.Info{Kind: storage.KindDir}, present
	case info.Size >= 0:
		w.old, w.before = info, present
	case f.absent():
		w.before = absent // or a directory, but STOR will tell that
	}
	switch {
	case w.o.Mode == storage.Exclusive && w.before == present:
		return fs.ErrExist
	case w.before == present && w.old.IsDir():
		return storage.ErrIsDir
	case w.o.Mode != storage.Resume || w.o.Offset == 0:
		return nil
	case w.before == absent:
		return fs.ErrNotExist
	case w.before == present && w.o.Offset > w.old.Size:
		return storage.ErrOffset
	case cmd.Verb == "APPE" && (w.before != present || w.o.Offset != w.old.Size):
		return errors.ErrUnsupported // without REST one can go on at the end alone
	}
	return nil
}
