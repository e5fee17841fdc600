package ftpclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// WriteFiles implements storage.Batcher. Files of up to 64 KiB go over one connection,
// one behind the other: in block mode and without waiting for replies where the server
// has that (XSTORAHEAD), else over a data connection of its own each. Larger ones, and
// those with Perm, are stored as Create does it.
//
// A small file is read before anything is sent of it, so that one which is not as long
// as was said leaves alone what is there. Times are set behind the upload without a
// round trip of their own, and sizes compared, where the server bears commands ahead of
// replies; one that stores under TLS 1.3 is asked for each size in any case, as some
// lose the end there.
//
// Of an upload that is broken off in the middle, what the server has kept stays. The next
// upload waits for up to five seconds until the server has ended a connection that was given
// up: a STOR that it has not read yet cannot be called back, and would empty a file that was
// sent again meanwhile. A server that is later than that may still do so.
func (cl *Client) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(name string, info storage.Info, err error) error) error {
	if v := cl.view(ctx); v != nil {
		b, err := batcherOf(v)
		if err != nil {
			return err
		}
		return b.WriteFiles(ctx, files, fn)
	}
	b := &writing{turn: batchTurn{cl: cl}, files: storage.Draw(files), fn: fn}
	defer b.files.Stop()
	return b.turn.run(ctx, b)
}

// smallUpload is up to which size a file is held in memory until it is stored.
const smallUpload = 64 << 10

// writing is the storing of many files.
type writing struct {
	turn  batchTurn
	files *storage.Drawing[storage.NewFile]
	todo  []*outgoing // to be sent, or sent in vain
	order []*outgoing // sent once at least, and not told of yet
	asked []*outgoing // of these, stored, and with questions that may go along with the next
	fn    func(name string, info storage.Info, err error) error
}

// outgoing is a file on its way.
type outgoing struct {
	storage.NewFile
	path  string // that it is written to
	final string // that it is renamed to after that, if not empty
	data  []byte
	alone bool // it is stored as Create does it
	taken bool // it stands in the order
	t     *Transfer

	// What is asked behind the upload, and has to be answered before it is done.
	mtime, size  *request
	rename, into *request
	again        bool // size has been asked for twice

	done bool
	info storage.Info // if err is nil
	err  error
}

// load reads a small file, and looks whether it can be stored at all.
func (b *writing) load(f storage.NewFile) *outgoing {
	o := &outgoing{NewFile: f, alone: f.Perm != 0 || f.Size > smallUpload}
	o.path, o.err = b.turn.cl.newPath(f.Name)
	if o.err == nil && f.Temp != "" {
		o.final = o.path
		o.path, o.err = b.turn.cl.newPath(f.Temp)
	}
	if o.err == nil && f.Name == "." {
		o.err = storage.ErrIsDir
	}
	if o.err == nil && !o.alone {
		o.data, o.err = contents(f)
	}
	o.alone = o.alone && o.err == nil
	return o
}

// contents reads a file that has to have its Size.
func contents(f storage.NewFile) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var buf bytes.Buffer
	buf.Grow(int(f.Size) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(r, f.Size+1))
	if err == nil && n != f.Size {
		err = fmt.Errorf("%w: it has not the %d octets any more that it was to have", storage.ErrChanged, f.Size)
	}
	return buf.Bytes(), err
}

// wait implements batchWork. Files that are stored for themselves are stored here, as
// no connection is held. What a connection that was lost has left undone comes first.
func (b *writing) wait(ctx context.Context) (bool, error) {
	b.back()
	for {
		if len(b.todo) == 0 {
			f, ok := b.files.Next(ctx)
			if !ok {
				return false, nil
			}
			b.todo = append(b.todo, b.load(f))
		}
		o := b.todo[0]
		switch {
		case o.alone:
			err := storage.OneByOne(b.turn.cl).WriteFiles(ctx, slices.Values([]storage.NewFile{o.NewFile}), b.fn)
			if err != nil {
				return false, err
			}
		case o.err != nil:
			if err := b.fn(o.Name, storage.Info{}, pathError("create", o.Name, o.err)); err != nil {
				return false, err
			}
		default:
			return b.turn.cl.pool.calm(ctx) == nil, nil // else it is ctx that has ended
		}
		b.todo = b.todo[1:]
	}
}

// more reports whether b.todo[0] is a file that can be sent now.
func (b *writing) more() bool {
	if len(b.todo) == 0 {
		f, ok := b.files.Soon()
		if !ok {
			return false
		}
		b.todo = append(b.todo, b.load(f))
	}
	return !b.todo[0].alone && b.todo[0].err == nil
}

func (b *writing) take() *outgoing {
	o := b.todo[0]
	b.todo = b.todo[1:]
	if !o.taken {
		o.taken = true
		b.order = append(b.order, o)
	}
	return o
}

// back has what was not stored sent again. It keeps its place in the order: those behind
// it that are done have to wait until they are told of.
func (b *writing) back() {
	var again []*outgoing
	for _, o := range b.order {
		if !o.done && !slices.Contains(b.todo, o) {
			o.t, o.mtime, o.size, o.rename, o.into, o.again = nil, nil, nil, nil, nil, false
			again = append(again, o)
		}
	}
	b.asked, b.todo = nil, append(again, b.todo...)
}

// settled notes that a file is stored, or why it is not.
func (b *writing) settled(o *outgoing, err error) {
	o.done, o.err, o.data = true, err, nil
	if err != nil {
		o.err = pathError("create", o.Name, err)
		return
	}
	o.info.Name, o.info.Kind, o.info.Size = base(o.Name), storage.KindFile, -1
	if b.turn.cl.Conversion() == "" {
		o.info.Size = o.Size
	}
}

// tell tells of the files that are done, in order.
func (b *writing) tell() error {
	for len(b.order) > 0 && b.order[0].done {
		o := b.order[0]
		b.order = b.order[1:]
		if err := b.turn.tell(func() error { return b.fn(o.Name, o.info, o.err) }); err != nil {
			return err
		}
	}
	return nil
}

// work implements batchWork. In block mode the first upload makes the data connection
// that the others use.
func (b *writing) work(ctx context.Context, c *Conn) error {
	for b.more() {
		p, auto := b.turn.params(c)
		if auto && !c.srv.storesAhead() {
			p, auto = nil, false
		}
		full, err := c.paramsOf(Command{Verb: "STOR", Params: p})
		if err != nil {
			return err
		}
		if framed(full.Mode) && c.srv.storesAhead() && c.naming != nil && c.kept.Load() != nil {
			if err := b.finish(ctx, c); err != nil {
				return err
			}
			if err := b.pipe(ctx, c, full); err != nil {
				return err
			}
			if !b.more() {
				break
			}
		}
		o := b.take()
		cmd := Command{Verb: "STOR", Arg: o.path, Params: p}
		if !framed(full.Mode) {
			cmd.ahead, cmd.eager = b.more() && c.srv.is().queues, c.o.Account == ""
		}
		err = b.send(ctx, c, o, cmd)
		if auto && modeRefused(err) {
			c.srv.refuseBlocks(err)
			b.back()
			continue
		}
		if err != nil {
			return err
		}
	}
	return b.finish(ctx, c)
}

// send stores one file, and hears on the way what was asked about those before. The error
// is that of the connection or of the caller's function, or the refusal of a mode.
func (b *writing) send(ctx context.Context, c *Conn, o *outgoing, cmd Command) error {
	t, err := c.begin(ctx, cmd, b.questions(), nil)
	if err == nil {
		if !cmd.eager {
			c.learnNaming(o.path, t.opening)
		}
		b.turn.begun = true
		if _, err = t.Write(o.data); err == nil {
			err = t.Close()
		} else {
			t.Abort()
		}
		if err == nil && t.opening.IsZero() {
			err = c.inStep(ctx)
		}
	}
	if ctx.Err() != nil || lost(err) {
		return err
	}
	if err := b.heard(ctx, c); err != nil {
		return err
	}
	switch {
	case err == nil:
		o.t = t
		return b.ask(ctx, c, o)
	case modeRefused(err), noConnection(err) && !refusal(err):
		return err
	}
	b.settled(o, err)
	return b.tell()
}

// inStep finds out whether what has just been taken for the end of an upload, without a
// preliminary reply before it, was that: the end itself would come as the reply to NOOP.
func (c *Conn) inStep(ctx context.Context) error {
	r, err := c.ask(ctx, "NOOP")
	if err == nil && r.Code.OK() && r.Code != ftp.CodeOK {
		err = c.doubt("wait for the reply to NOOP", r)
	}
	return err
}

// refusal reports whether the server has said why it does not take a file.
func refusal(err error) bool {
	re, ok := errors.AsType[*ReplyError](err)
	return ok && re.Reply.Code != ftp.CodeNoData && re.Reply.Code != ftp.CodeAborted
}
