package ftpclient

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
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
// Len is a range (RANG and STOR); a server without RANG, and a Form other than "",
// are errors.ErrUnsupported. A SizeHint is given by ALLO, so that a server without
// the room can say so before anything is sent. Perm and ModTime are
// set after the upload, where the server can; Perm of a new file only. Owner means
// nothing: it is the server who decides what is whose. Form is "" or the
// one that belongs to Options.Params; any other is errors.ErrUnsupported.
// Of Offset holds what Open says of offsets.
//
// Where a connection was given up in the middle of an upload, Create waits first until the
// server has ended it, for up to five seconds (see WriteFiles).
func (cl *Client) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if v := cl.view(ctx); v != nil {
		return v.Create(ctx, name, o)
	}
	return cl.createWith(ctx, name, o, Restart{})
}

// CreateAt is Create for an upload in block or compressed mode that was cut, or that
// can be taken up again if it is. Where r.From is not zero, o.Mode is Resume, and
// o.Offset is not looked at: the Writer has to be given what comes after
// r.From.Here, and the server goes on at its own place.
func (cl *Client) CreateAt(ctx context.Context, name string, o storage.CreateOptions, r Restart) (storage.Writer, error) {
	if !r.From.IsZero() {
		o.Mode, o.Offset = storage.Resume, r.From.Here.Off
	}
	return cl.createWith(ctx, name, o, r)
}

func (cl *Client) createWith(ctx context.Context, name string, o storage.CreateOptions, r Restart) (storage.Writer, error) {
	path, err := cl.newPath(name)
	cmd := Command{Verb: "STOR", Arg: path, From: r.From, OnMark: r.OnMark, Literal: o.Form != ""}
	if o.Mode == storage.Resume && r.From.IsZero() {
		cmd.Rest, cmd.Len = o.Offset, max(o.Len, 0)
	}
	if err == nil {
		cmd.Params, err = cl.offsetParams(cmd)
	}
	switch {
	case err != nil:
	case name == ".":
		err = storage.ErrIsDir
	case o.Form != "" && o.Form != cl.Form() || o.Len > 0 && o.Mode != storage.Resume:
		err = errors.ErrUnsupported
	case o.Mode == storage.Resume && o.Offset < 0, o.Len < 0, o.Len > math.MaxInt64-max(o.Offset, 0):
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
		if w, err = cl.create(ctx, name, cmd, o); err == nil {
			return w, nil
		}
		err = cl.diagnose(ctx, name, err, newFile)
	}
	return nil, pathError("create", name, err)
}

func (cl *Client) create(ctx context.Context, name string, cmd Command, o storage.CreateOptions) (storage.Writer, error) {
	for {
		l, err := cl.pool.findCalm(ctx, framed(cl.o.Params.Mode))
		if err != nil {
			return nil, err
		}
		w := &writer{cl: cl, lease: l, ctx: ctx, name: name, path: cmd.Arg, o: o, exact: cl.Conversion() == ""}
		if err = w.begin(ctx, cmd); l.conn.account(ctx, err) {
			err = w.begin(ctx, cmd)
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
func (w *writer) begin(ctx context.Context, cmd Command) error {
	c := w.lease.conn
	facts := c.newFacts(w.name, w.path)
	switch {
	case w.o.Mode == storage.Append:
		cmd.Verb = "APPE"
	case cmd.Len > 0 && !c.srv.offersFeature("RANG"):
		return errors.ErrUnsupported
	case cmd.Rest > 0 && cmd.Len == 0 && !c.srv.has("REST"):
		cmd.Verb, cmd.Rest = "APPE", 0
	}
	allo := w.allocate(c)
	t, err := c.begin(ctx, cmd, append(facts.requests, allo...), func() error {
		if err := w.look(facts, cmd); err != nil {
			return err
		}
		return w.allocated(allo)
	})
	if refusedBy("REST", err) && cmd.From.IsZero() && c.alive() {
		cmd.Verb, cmd.Rest = "APPE", 0
		if err := w.look(facts, cmd); err != nil {
			return err
		}
		t, err = c.begin(ctx, cmd, nil, nil)
	}
	w.t = t
	return err
}

// alloAlways is the size from which ALLO is worth a round trip: for less it is sent
// where it goes along with other commands.
const alloAlways = 16 << 20

// allocate asks for room (ALLO; RFC 959, 4.1.3).
func (w *writer) allocate(c *Conn) []*request {
	n := w.o.SizeHint
	if n <= 0 || !c.srv.has("ALLO") || n < alloAlways && !c.srv.is().ahead {
		return nil
	}
	return []*request{newRequest("ALLO", strconv.FormatInt(n, 10))}
}

// allocated reports a server that has not the room for a new file. Where a file is
// replaced, its own room may be enough, of which the server could not know; any
// other refusal of ALLO says nothing about the upload.
func (w *writer) allocated(allo []*request) error {
	for _, q := range allo {
		switch q.reply.Code {
		case ftp.CodeNoSpace, ftp.CodeAllocation:
			if w.before == absent {
				return q.err()
			}
		}
	}
	return nil
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
	case w.before == present && w.o.Offset > w.old.Size && w.exact:
		return storage.ErrOffset
	case cmd.Verb == "APPE" && (w.before != present || w.o.Offset != w.old.Size):
		return errors.ErrUnsupported // without REST one can go on at the end alone
	}
	return nil
}
