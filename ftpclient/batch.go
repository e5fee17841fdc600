package ftpclient

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// ReadFiles reads many files, most of them small, over one connection. It calls fn
// once for each name, in order: with a reader of the file's octets, of which what fn
// leaves is read and thrown away, or with the reason why there is none. An error
// of fn ends it all and is returned; so is the loss of the connection, after which
// fn has not been called for the rest of the names.
//
// To a server with block mode that is known to bear it (or with any that is told
// to use that mode, or compressed mode, by Options.Params) the files come over one
// data connection, and commands are sent ahead of replies to a server that is known
// to bear that: a file then costs no round trip. Elsewhere they come one by one.
//
// The reader returns io.EOF only when the server has said that all of the file was
// sent, but in stream mode only the size of a file tells whether it was.
func (cl *Client) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	if v := cl.view(ctx); v != nil {
		return cl.readFiles(ctx, v, names, fn)
	}
	next, stop := iter.Pull(names)
	defer stop()
	l, err := cl.pool.find(ctx, true)
	if err != nil {
		return err
	}
	defer l.release()
	b := &batch{cl: cl, c: l.conn, next: next, fn: fn}
	return b.run(ctx)
}

// Pipelines reports whether files cost no round trip each in ReadFiles, as far as is
// known: nothing is before the first connection.
func (cl *Client) Pipelines() bool {
	srv := cl.pool.srv
	return cl.o.Params.Mode == 0 && srv.tryBlocks() || framed(cl.o.Params.Mode) && srv.is().ahead
}

// batch is the reading of many files.
type batch struct {
	cl   *Client
	c    *Conn
	next func() (string, bool)
	todo []string // asked for, and to be asked for again
	fn   func(name string, r io.Reader, err error) error
}

// name returns the next name to ask for.
func (b *batch) name() (string, bool) {
	if len(b.todo) > 0 {
		name := b.todo[0]
		b.todo = b.todo[1:]
		return name, true
	}
	return b.next()
}

// run reads until there are no more names. A data connection that stays open is
// made by a transfer like any other, and then carries all that it can.
func (b *batch) run(ctx context.Context) error {
	for {
		p, auto := b.params()
		full, err := b.c.paramsOf(Command{Verb: "RETR", Params: p})
		if err != nil {
			return err
		}
		if framed(full.Mode) && b.c.srv.is().ahead && b.c.kept.Load() != nil {
			if err := b.pipe(ctx, full); err != nil {
				return err
			}
		}
		name, ok := b.name()
		if !ok {
			return nil
		}
		err = b.single(ctx, name, p)
		if auto && modeRefused(err) {
			b.c.srv.refuseBlocks(err)
			b.todo = append([]string{name}, b.todo...)
			continue
		}
		if err != nil {
			return err
		}
	}
}

// params returns what is different from Options.Params, and whether that was not
// the user's wish.
func (b *batch) params() (p *ftp.Params, auto bool) {
	if b.cl.o.Params.Mode == 0 && b.c.srv.tryBlocks() {
		return &ftp.Params{Mode: 'B'}, true
	}
	return nil, false
}

// single reads one file. The error is that of fn, of the connection, or of a mode
// that is refused.
func (b *batch) single(ctx context.Context, name string, p *ftp.Params) error {
	path, err := b.cl.path(name)
	if err != nil {
		return b.fn(name, nil, pathError("open", name, err))
	}
	t, err := b.c.Begin(ctx, Command{Verb: "RETR", Arg: path, Params: p, Literal: b.cl.Form() != ""})
	switch {
	case err == nil:
		return b.deliver(name, t)
	case ctx.Err() != nil, lost(err), modeRefused(err), noConnection(err):
		return err
	}
	return b.fn(name, nil, pathError("open", name, err))
}

// deliver has fn read a file, and brings the transfer to its end.
func (b *batch) deliver(name string, t *Transfer) error {
	if err := b.fn(name, &batchReader{t, name}, nil); err != nil {
		return err // release aborts the transfer
	}
	if !t.ended {
		io.Copy(io.Discard, t)
	}
	if t.data != nil && t.data.ctx.Err() != nil {
		return t.data.ctx.Err()
	}
	if err := t.Close(); lost(err) {
		return err
	}
	return nil
}

// batchReader reads a file of a batch.
type batchReader struct {
	t    *Transfer
	name string
}

func (r *batchReader) Read(p []byte) (int, error) {
	n, err := r.t.Read(p)
	if err != nil && err != io.EOF {
		err = pathError("read", r.name, err)
	}
	return n, err
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
