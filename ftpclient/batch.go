package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

var _ storage.Batcher = (*Client)(nil)

// ReadFiles implements storage.Batcher. It never takes longer than to read the files
// one by one over one connection.
//
// To a server with block mode that is known to bear it (or with any that is told
// to use that mode, or compressed mode, by Options.Params) the files come over one
// data connection, and commands are sent ahead of replies to a server that is known
// to bear that: a file then costs no round trip. Elsewhere each has a data connection
// of its own, whose port is asked for while the file before it ends; together with several
// files and their ports, if the server is known to bear that.
//
// The reader returns io.EOF only when the server has said that all of the file was
// sent, and as many octets have come as it had announced. Where it announces none, as
// some do, in stream mode only the size of the file tells whether that is true.
//
// No connection is held while the sequence has nothing to offer.
func (cl *Client) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	if v := cl.view(ctx); v != nil {
		b, err := batcherOf(v)
		if err != nil {
			return err
		}
		return b.ReadFiles(ctx, names, fn)
	}
	b := &batch{turn: batchTurn{cl: cl}, names: storage.Draw(names), fn: fn}
	defer b.names.Stop()
	return b.turn.run(ctx, b)
}

// batcherOf returns the Batcher of a view.
func batcherOf(v storage.FS) (storage.Batcher, error) {
	if u, ok := v.(unreachable); ok {
		return nil, u.err
	}
	return storage.Batch(v), nil
}

// batch is the reading of many files.
type batch struct {
	turn  batchTurn
	names *storage.Drawing[string]
	todo  []string // to be asked for, drawn or asked for in vain
	asked []string // asked for together, in this order, and not begun
	fn    func(name string, r io.Reader, err error) error
}

// wait waits until there is something to ask for.
func (b *batch) wait(ctx context.Context) (bool, error) {
	if len(b.todo) > 0 {
		return true, nil
	}
	name, ok := b.names.Next(ctx)
	if ok {
		b.todo = append(b.todo, name)
	}
	return ok, nil
}

// more reports whether it is known what to ask for next, which is b.todo[0].
func (b *batch) more() bool {
	if len(b.todo) > 0 {
		return true
	}
	name, ok := b.names.Soon()
	if ok {
		b.todo = append(b.todo, name)
	}
	return ok
}

func (b *batch) take() string {
	name := b.todo[0]
	b.todo = b.todo[1:]
	return name
}

// next is the file to be read next.
func (b *batch) next() string {
	if len(b.asked) == 0 {
		return b.take()
	}
	name := b.asked[0]
	b.asked = b.asked[1:]
	return name
}

// back has names asked for again, and those that were asked for together, before all others.
func (b *batch) back(names ...string) {
	b.todo = slices.Concat(names, b.asked, b.todo)
	b.asked = nil
}

// tell calls the caller's function for a file that cannot be had.
func (b *batch) tell(name string, err error) error {
	return b.turn.tell(func() error { return b.fn(name, nil, pathError("open", name, err)) })
}

// work reads what is known. A data connection that stays open is made by a transfer
// like any other, and then carries all that it can.
func (b *batch) work(ctx context.Context, c *Conn) error {
	defer b.back()
	for len(b.asked) > 0 || b.more() {
		if len(b.asked) > 0 && !c.owes() {
			return &ConnError{Op: "go on behind a file that was broken off", Addr: c.o.addr, Err: errPairs}
		}
		p, auto := b.turn.params(c)
		full, err := c.paramsOf(Command{Verb: "RETR", Params: p})
		if err != nil {
			return err
		}
		if framed(full.Mode) && c.srv.is().ahead && c.naming != nil && c.kept.Load() != nil {
			if err := b.pipe(ctx, c, full); err != nil {
				return err
			}
			if !b.more() {
				return nil
			}
		}
		name, ahead := b.next(), !framed(full.Mode)
		err = b.single(ctx, c, name, Command{Verb: "RETR", Params: p, ahead: ahead && b.more(), together: b.together})
		if auto && modeRefused(err) {
			c.srv.refuseBlocks(err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// single reads one file. The error is that of the caller's function, of the connection,
// or of a mode that is refused; unless it is the first, the file is to be asked for
// again.
func (b *batch) single(ctx context.Context, c *Conn, name string, cmd Command) error {
	path, err := b.turn.cl.path(name)
	if err == nil && name == "." {
		err = storage.ErrIsDir
	}
	if err != nil {
		return b.tell(name, err)
	}
	cmd.Arg, cmd.Literal = path, b.turn.cl.Form() != ""
	t, err := c.Begin(ctx, cmd)
	switch {
	case err == nil:
		c.learnNaming(path, t.opening)
		return b.deliver(name, t)
	case ctx.Err() != nil, lost(err), modeRefused(err), noConnection(err):
		b.back(name)
		return err
	}
	return b.tell(name, err)
}

// deliver has the caller read a file, and brings the transfer to its end.
func (b *batch) deliver(name string, t *Transfer) error {
	b.turn.begun = true
	r := &batchReader{t: t, turn: &b.turn, name: name}
	if err := b.turn.tell(func() error { return b.fn(name, r, nil) }); err != nil {
		return err // release aborts the transfer
	}
	if !t.ended {
		io.Copy(io.Discard, t)
	}
	if t.data != nil && t.data.ctx.Err() != nil {
		return t.data.ctx.Err()
	}
	err := t.Close()
	if err != nil && t.half {
		t.c.srv.distrustHalf(err)
	}
	if lost(err) {
		return err
	}
	return nil
}

// batchReader reads a file of a batch.
type batchReader struct {
	t    *Transfer
	turn *batchTurn
	name string
}

func (r *batchReader) Read(p []byte) (int, error) {
	done := r.turn.lease.use()
	defer done()
	n, err := r.t.Read(p)
	if err == io.EOF {
		err = r.t.asAnnounced()
	}
	if err != nil && err != io.EOF {
		err = pathError("read", r.name, err)
	}
	return n, err
}

// asAnnounced is io.EOF unless another number of octets has come than the server had
// announced: a connection that ends too early is taken for the end of the file in
// stream mode, and the octets of another file may be as well-formed as these.
func (t *Transfer) asAnnounced() error {
	n, ok := sizeIn(t.opening)
	moved := t.Moved()
	switch {
	case !ok || !exact(t.codec.Params) || moved == n:
		return io.EOF
	case moved < n:
		return fmt.Errorf("%w: %d octets came of %d, though the server reports success", io.ErrUnexpectedEOF, moved, n)
	}
	return fmt.Errorf("%w: %d octets came of %d", storage.ErrChanged, moved, n)
}

// modeRefused reports whether err is the refusal of a mode.
func modeRefused(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && strings.HasPrefix(re.Command, "MODE")
}

// noConnection reports whether err is about a connection, and not about the file.
func noConnection(err error) bool {
	var ce *ConnError
	return errors.As(err, &ce)
}

// tryBlocks reports whether block mode is worth a try where nobody has asked for
// it: whoever promises that commands may be sent ahead has it, as far as is known.
func (s *server) tryBlocks() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blocks
}

// refuseBlocks notes that it is not.
func (s *server) refuseBlocks(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks = false
	s.log.Info("the server does not take block mode; many files go over one by one", "reason", why)
}

// params returns what is different from Options.Params, and whether that was not
// the user's wish.
func (t *batchTurn) params(c *Conn) (p *ftp.Params, auto bool) {
	if t.cl.o.Params.Mode == 0 && c.srv.tryBlocks() {
		return &ftp.Params{Mode: 'B'}, true
	}
	return nil, false
}
