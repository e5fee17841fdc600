package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/seed-6092453b/ferry/storage"
)

// reader is an open file.
type reader struct {
	cl         *Client
	lease      *lease // nil once the connection is given back
	t          *Transfer
	ctx        context.Context
	name, path string
	info       storage.Info
	off        int64 // of the first octet
	left       int64 // of the range; -1 up to the end
	total      int64 // of the whole file; -1 not known
	stop       int64 // where the server was told to end (RANG); -1 at the end of the file
	err        error
}

func (f *reader) Info() storage.Info { return f.info }

// Read returns io.EOF after the server has said that all of the file was sent, and
// the octets are as many as the file has; fewer are io.ErrUnexpectedEOF.
func (f *reader) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	done := f.lease.use()
	defer done()
	if f.left >= 0 {
		p = p[:min(int64(len(p)), f.left)]
	}
	n, err := f.t.Read(p)
	if f.left >= 0 {
		f.left -= int64(n)
	}
	switch {
	case err == io.EOF:
		f.finish(f.verify())
	case err != nil:
		f.finish(f.rescue(err))
	case f.left == 0:
		f.finish(nil)
	default:
		return n, nil
	}
	if n > 0 && f.err == io.EOF {
		return n, nil
	}
	return n, f.err
}

// end is the offset behind the last octet that came.
func (f *reader) end() int64 { return f.off + f.t.Moved() }

// until is the offset up to which the server sends of a file of that size; -1 not
// known.
func (f *reader) until(size int64) int64 {
	if size < 0 || f.stop < 0 {
		return max(size, f.stop)
	}
	return min(size, f.stop)
}

// verify looks whether the server has sent as much as it said there was. If not,
// it is asked again: files change, and the size may have been that of a part of a
// cut upload.
func (f *reader) verify() error {
	if f.total < 0 || f.end() >= f.until(f.total) {
		return nil
	}
	if size, err := f.lease.conn.size(f.ctx, f.path); err == nil && f.until(size) == f.end() {
		return nil
	}
	return fmt.Errorf("%w: %d octets came of %d, though the server reports success", io.ErrUnexpectedEOF, f.end(), f.until(f.total))
}

// excess looks whether the server has sent more than there is from the offset on, or
// more than it had been told to: then it has begun somewhere else, at the beginning
// presumably, though it had taken REST or RANG.
func (f *reader) excess() error {
	end := f.end()
	if f.off == 0 || f.stop < 0 && f.total < 0 || f.left >= 0 && f.stop < 0 {
		return nil
	}
	over := f.stop >= 0 && end > f.stop
	if !over && f.total >= 0 && end > f.total {
		size, err := f.lease.conn.size(f.ctx, f.path)
		over = err != nil || end > size // else the file has grown
	}
	if !over {
		return nil
	}
	verb := "REST"
	if f.stop >= 0 {
		verb = "RANG"
	}
	f.lease.conn.srv.distrust(verb)
	return fmt.Errorf("%w: the server has taken %s and sent another part of the file", storage.ErrChanged, verb)
}

// rescue looks at a download whose control connection was lost after the last
// octet: it is whole if there are as many octets as there should be.
func (f *reader) rescue(err error) error {
	if lost(err) && f.total >= 0 && f.end() == f.until(f.total) && f.t.eof {
		f.cl.o.Log.Info("the control connection was lost after the last octet; the download is complete by its size", "file", f.name)
		return nil
	}
	var te *TruncatedError
	if errors.As(err, &te) && f.lease.conn.protected() && f.total >= 0 && f.end() == f.until(f.total) {
		f.cl.o.Log.Info("the data connection ended without TLS's mark of the end; the download is complete by its size", "file", f.name)
		return nil
	}
	var ce *ConnError
	if until := f.until(f.total); errors.As(err, &ce) && until > f.end() {
		err = fmt.Errorf("%w (%d octets of %d came)", err, f.end(), until)
	}
	return err
}

// finish ends the transfer and gives the connection back. A nil err is the end of
// what was asked for.
func (f *reader) finish(err error) {
	if f.lease == nil {
		return
	}
	if until := f.until(f.total); until >= 0 && until-f.end() <= drainLimit {
		f.drain(until)
	}
	f.t.Abort()
	if err == nil {
		err = f.excess()
	}
	f.lease.release()
	f.lease = nil
	if err == nil {
		f.err = io.EOF
		return
	}
	f.err = pathError("read", f.name, err)
}

// drainLimit is how many octets are rather read than cut off by ABOR.
const drainLimit = 64 << 10

// drain reads what little is left.
func (f *reader) drain(until int64) {
	for buf := make([]byte, 4<<10); ; {
		if _, err := f.t.Read(buf); err != nil || f.end()-until > drainLimit {
			return
		}
	}
}

// Close aborts the transfer, unless it has come to its end.
func (f *reader) Close() error {
	if f.err == nil {
		f.finish(nil)
		f.err = pathError("read", f.name, ErrClosed)
	}
	return nil
}

// size asks SIZE.
func (c *Conn) size(ctx context.Context, path string) (int64, error) {
	n, _, err := c.sizeAndTime(ctx, path)
	return n, err
}
