package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// existence is whether there was a file before the upload.
type existence uint8

const (
	doubtful existence = iota
	absent
	present
)

// writer is an upload.
type writer struct {
	cl         *Client
	lease      *lease // nil once the connection is given back
	t          *Transfer
	ctx        context.Context
	name, path string
	o          storage.CreateOptions
	exact      bool // the sizes on both sides can be compared
	before     existence
	old        storage.Info // if present
	err        error        // a failed Write
	ended      bool
}

// Write sends. A refusal in the middle of the upload is the error of the Write that
// meets it.
func (w *writer) Write(p []byte) (int, error) {
	if w.ended {
		return 0, pathError("write", w.name, storage.ErrEnded)
	}
	if w.err != nil {
		return 0, w.err
	}
	if w.o.Len > 0 && int64(len(p)) > w.o.Len-w.t.Moved() {
		w.err = pathError("write", w.name, storage.ErrOffset)
		return 0, w.err
	}
	done := w.lease.use()
	defer done()
	n, err := w.t.Write(p)
	if err != nil {
		w.err = pathError("write", w.name, err)
	}
	return n, w.err
}

// Sync cannot be had over FTP.
func (w *writer) Sync(context.Context) (int64, error) {
	return 0, pathError("sync", w.name, errors.ErrUnsupported)
}

// Commit ends the upload and waits until the server says that it has it (2yz). Its
// size is then compared: with fewer octets than were sent the error is
// io.ErrUnexpectedEOF, with more (a server that cuts nothing off behind a Resume)
// storage.ErrChanged.
//
// If the control connection is lost, or the server silent, when all has been sent,
// the size on another connection decides. If that is not enough, or cannot be had,
// what is there is not removed: it may well be the whole. Neither is it if the
// server says that the data connection was cut (426): an upload can go on there.
func (w *writer) Commit(ctx context.Context) (storage.Info, error) {
	if w.ended {
		return storage.Info{}, pathError("commit", w.name, storage.ErrEnded)
	}
	if err := ctx.Err(); err != nil {
		w.Abort()
		return storage.Info{}, pathError("commit", w.name, err)
	}
	if w.err != nil {
		err := w.err
		w.Abort()
		return storage.Info{}, pathError("commit", w.name, err)
	}
	info, err := w.commit(ctx)
	if err != nil {
		return storage.Info{}, pathError("commit", w.name, err)
	}
	return info, nil
}

func (w *writer) commit(ctx context.Context) (storage.Info, error) {
	w.ended = true
	defer w.give()
	if err := w.finish(ctx); err != nil {
		w.give()
		if ctx.Err() != nil {
			err = ctx.Err()
		} else if lost(err) || errors.Is(err, io.ErrUnexpectedEOF) {
			return storage.Info{}, err // what is there can be continued
		}
		w.restore()
		return storage.Info{}, err
	}
	if err := w.setAttr(ctx); err != nil {
		return storage.Info{}, err
	}
	return w.check(ctx)
}

// finish sends the end of the file and waits for the reply.
func (w *writer) finish(ctx context.Context) error {
	w.t.rebind(ctx)
	err := w.t.Close()
	var re *ReplyError
	if errors.As(err, &re) && re.Reply.Code == ftp.CodeAborted && w.t.modern() && !lost(err) && ctx.Err() == nil {
		return w.lease.conn.lossy(w.t, err)
	}
	if err == nil || !lost(err) || ctx.Err() != nil {
		return err
	}
	w.give()
	l, gerr := w.cl.pool.findCalm(ctx, false)
	if gerr != nil {
		return errors.Join(err, gerr)
	}
	w.lease = l
	size, serr := l.conn.size(ctx, w.path)
	if serr != nil || w.want() < 0 || size != w.want() {
		return err
	}
	w.cl.o.Log.Info("the reply to an upload was lost; the upload is complete by its size", "file", w.name, "reason", err)
	return nil
}

// want is the size that the file has to have; -1 if that is not known.
func (w *writer) want() int64 {
	switch {
	case !w.exact:
		return -1
	case w.o.Mode == storage.Resume:
		return w.o.Offset + w.t.Moved()
	case w.o.Mode == storage.Append:
		if w.before == doubtful {
			return -1
		}
		return w.old.Size + w.t.Moved()
	}
	return w.t.Moved()
}

// setAttr sets the time and, of a new file, the mode that were asked for. What the
// server cannot do is left.
func (w *writer) setAttr(ctx context.Context) error {
	c := w.lease.conn
	if w.o.Perm != 0 && w.before == absent {
		if can, err := c.canChmod(ctx); err != nil {
			return err
		} else if can {
			perm := w.o.Perm
			if err := c.setAttr(ctx, w.path, storage.Attr{Mode: &perm}); onlyLost(ctx, err) != nil {
				return err
			}
		}
	}
	if w.o.ModTime.IsZero() {
		return nil
	}
	if can, err := c.canSetTime(ctx); err != nil || !can {
		return err
	}
	if err := c.setTime(ctx, w.path, w.o.ModTime); err != nil {
		if onlyLost(ctx, err) != nil {
			return err
		}
		if gone := altered(w.name, err); gone != nil {
			return gone
		}
		c.o.Log.Warn("the time of an upload could not be set", "file", w.name, "reason", err)
	}
	return nil
}

// check describes the file as it is now.
func (w *writer) check(ctx context.Context) (storage.Info, error) {
	c := w.lease.conn
	info := storage.Info{Name: base(w.name), Kind: storage.KindFile, Size: w.want()}
	got, err := c.facts(ctx, w.name, w.path)
	if w.t.opening.IsZero() && notThere(err) {
		return info, err // it said so before a single octet had come, and meant another command
	}
	if gone := altered(w.name, err); gone != nil {
		return info, gone
	}
	if err != nil || got.Size < 0 {
		return info, onlyLost(ctx, err) // the server has said that all is well
	}
	want := w.want()
	switch {
	case w.o.Len > 0 && w.before == present && got.Size < w.old.Size:
		return info, fmt.Errorf("%w: the server has cut off what stood behind the range, and has %d octets of %d", storage.ErrChanged, got.Size, w.old.Size)
	case want >= 0 && got.Size < want && w.t.modern():
		return info, c.lossy(w.t, nil)
	case want >= 0 && got.Size < want:
		return info, fmt.Errorf("%w: the server has %d octets of %d, though it reports success", io.ErrUnexpectedEOF, got.Size, want)
	case want >= 0 && got.Size > want && w.o.Mode == storage.Resume && w.o.Len == 0:
		return info, fmt.Errorf("%w: the server has kept the octets of the old file behind the end of the new one, %d in all; store it anew", storage.ErrChanged, got.Size)
	}
	return got, nil
}

// refusedFile reports whether err says that there is no such file, or that it is not for
// this user.
func refusedFile(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && re.Reply.Code == ftp.CodeUnavailable
}

// altered returns the error of an upload that has succeeded, if by err, the answer to a
// question about the file, the server has stored it under another name; else nil.
func altered(name string, err error) error {
	if refusedFile(err) && fragile(base(name)) {
		return fmt.Errorf("%w: the server has taken the file, and has none of that name: it seems to change such names", storage.ErrName)
	}
	return nil
}

// fragile reports whether a name is one that some servers quietly change: Pure-FTPd has
// underscores for blanks at either end.
func fragile(name string) bool {
	return strings.Trim(name, " ") != name || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// give gives the connection back.
func (w *writer) give() {
	if w.lease != nil {
		w.lease.release()
		w.lease = nil
	}
}

// errOverwritten reports an overwrite that could not be taken back.
var errOverwritten = fmt.Errorf("%w: the server has overwritten the old file in place, and what was sent of the new one stands there", storage.ErrChanged)

// notThere reports whether err means that there is no such file.
func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }
