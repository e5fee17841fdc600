package ftpserver

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// decoder returns how an upload is stored, and completes o: the form of the file,
// and the place where the first octet goes.
//
// In STRU R and P of types I and L the file holds the stream itself, because its
// records and pages would else be lost; Info.Form says so. Such a file takes
// nothing of another form (RFC 1123, 4.1.3.4: 555).
func (s *session) decoder(name string, o *storage.CreateOptions) (ftp.Codec, error) {
	c := s.codec()
	if c.Stru != 'F' && (c.Type == 'I' || c.Type == 'L') {
		o.Form, c.Literal = string(c.Stru), true
	}
	if o.Mode != storage.Append && o.Mode != storage.Resume {
		return c, nil
	}
	info, exists, err := s.continued(name)
	switch {
	case err != nil:
		return c, err
	case exists && info.Form != o.Form:
		return c, ftp.ErrForm
	case o.Mode == storage.Append && exists && info.Size > 0 && c.Literal:
		return c, errNoAppend
	case o.Mode == storage.Resume && o.Len == 0:
		c.Start, err = s.locate(name, c, s.prior.restart.at)
		o.Offset = c.Start.Off
	}
	return c, err
}

// errNoAppend refuses to write behind the mark of the end that such a file holds.
var errNoAppend = errors.New("records and pages of octets cannot be appended to")

// continued describes what Append and Resume go on with: a file, or the part of
// one.
func (s *session) continued(name string) (info storage.Info, exists bool, err error) {
	if part, ok := s.part(name); ok {
		return part, true, nil
	}
	info, err = s.account.FS.Stat(s.ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return info, false, nil
	}
	return info, err == nil, err
}

// locate returns the place in the file of a restart point. A marker is such a
// place; an octet of the stream has to be found.
func (s *session) locate(name string, c ftp.Codec, at ftp.Marker) (ftp.Marker, error) {
	if c.KeepsOpen() || asStream(c).Identity() {
		return at, nil
	}
	if _, ok := s.part(name); ok {
		// To read the part would end it: it can be gone on with in TYPE I alone.
		return ftp.Marker{}, storage.PathError("resume", name, errors.ErrUnsupported)
	}
	f, err := s.account.FS.Open(s.ctx, name, storage.Range{})
	if err != nil {
		return ftp.Marker{}, err
	}
	defer f.Close()
	return asStream(c).Locate(ctxReader{s.ctx, f}, at.Off)
}

// upload is what receive needs.
type upload struct {
	s     *session
	w     storage.Writer
	c     ftp.Codec
	grace time.Duration // how long the client is watched once all seems to have come
	size  int64         // that ALLO has announced, 0 if it has not
}

// receive writes what comes over the data connection. If the connection breaks,
// the transfer is aborted or the stream is out of order, what has come is kept for
// a restart; if the storage fails, nothing is. Once all has come it is too late
// for ABOR: ctx no longer counts then, but the context of the session does.
func (u *upload) receive(ctx context.Context, d *dataConn) error {
	s, w, c := u.s, u.w, &u.c
	defer w.Abort()
	n, err := s.decode(ctx, d, w, c)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = &dataError{errCut}
		}
		if n > 0 && blameless(err) {
			if lost := w.Suspend(context.WithoutCancel(ctx)); lost != nil {
				return errors.Join(err, lost)
			}
		}
		return err
	}
	// A client that is killed closes both of its connections: the end of the data
	// is not the end of the file then (RFC 959, 3.2). Where the end is marked it
	// is, and where all has come that was announced.
	closes := c.Mode == 'S' && c.Stru == 'F' || c.Mode == 'Z' && d.t.bytes.Load() == 0
	whole := c.Identity() && n > 0 && n == u.size
	if closes && !whole && s.vanishes(ctx, u.grace) || ctx.Err() != nil {
		w.Suspend(context.WithoutCancel(ctx))
		return &dataError{errInterrupted}
	}
	if !d.t.keep {
		if err := d.Close(); err != nil {
			return err
		}
	}
	_, err = w.Commit(storage.WithDetails(s.ctx, 0))
	return err
}

// blameless reports whether what was stored before err is good: it is the
// connection that failed, or the stream, and not the storage.
func blameless(err error) bool {
	var de *dataError
	var ce *ftp.CodecError
	return errors.As(err, &de) || errors.As(err, &ce) || errors.Is(err, context.Canceled)
}

// gathered holds what decoded octets are gathered in: a block or a record may be
// of any size, and each would be a write of its own.
var gathered = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 256<<10) }}

// decode writes the octets of the file that comes over d to w, and returns how
// many there are. What has come before an error of the connection is written.
func (s *session) decode(ctx context.Context, d *dataConn, w storage.Writer, c *ftp.Codec) (int64, error) {
	if c.Identity() {
		return d.receiveFile(w)
	}
	out := gathered.Get().(*bufio.Writer)
	out.Reset(w)
	defer func() {
		out.Reset(nil)
		gathered.Put(out)
	}()
	c.Await = d.awaitEnd
	c.MaxExpand, c.FreeExpand = int64(s.srv.cfg.Limits.Expand), s.srv.cfg.Limits.ExpandFree
	c.Suspect = func() { d.t.suspect.Add(1) }
	c.Mark = func(peer string, here ftp.Marker) error {
		if !d.t.maySync() {
			return nil
		}
		if err := out.Flush(); err != nil {
			return err
		}
		stored, err := w.Sync(ctx)
		if errors.Is(err, errors.ErrUnsupported) {
			return nil // nothing can be promised
		}
		if err != nil {
			return err
		}
		here.Off = stored
		return d.t.report(ctx, mark{peer, here})
	}
	n, err := copyFile(out, c.NewReader(d.reader()))
	if failed := out.Flush(); failed != nil {
		return n, failed
	}
	return n, err
}
