package ftpclient

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Stat asks MLST. A server without it is asked for SIZE and MDTM, then whether one
// can change into the directory (CWD), and at last for a listing of the parent.
//
// A server that keeps the part of an overwrite that this user cut describes the
// part, not the file, until the file is read or replaced (see Writer.Suspend).
func (cl *Client) Stat(ctx context.Context, name string) (storage.Info, error) {
	if v := cl.view(ctx); v != nil {
		return v.Stat(ctx, name)
	}
	path, err := cl.path(name)
	if err == nil {
		err = ctx.Err()
	}
	var info storage.Info
	if err == nil {
		err = cl.do(ctx, true, func(c *Conn) error {
			info, err = cl.stat(ctx, c, name, path)
			return err
		})
	}
	if err != nil {
		return storage.Info{}, pathError("stat", name, err)
	}
	return info, nil
}

// stat is Stat on a connection.
func (cl *Client) stat(ctx context.Context, c *Conn, name, path string) (storage.Info, error) {
	if c.srv.offers("MLST", "MLST") {
		q := newRequest("MLST", argument(path)...)
		if err := c.exchange(ctx, q); err != nil {
			return storage.Info{}, err
		}
		info, err := factsOf(q, name)
		switch {
		case err == nil && info.Kind == storage.KindSymlink:
			return cl.follow(ctx, c, info, path)
		case err == nil || !refusedVerb(err) && !q.reply.Code.OK():
			return info, err
			// A 250 without facts that can be read is no answer: octets of the name
			// may have been taken for Telnet's, and the end of the line with them.
		}
	}
	return cl.probe(ctx, c, name, path)
}

// factsOf reads the reply to MLST (RFC 3659, 7.2): the line with the facts is the
// one that begins with a space. The name in it is not of interest.
func factsOf(q *request, name string) (storage.Info, error) {
	if err := q.err(); err != nil {
		return storage.Info{}, err
	}
	for i, line := range q.reply.Lines {
		if i == 0 && len(q.reply.Lines) > 1 || !strings.Contains(line, "=") {
			continue
		}
		line = strings.TrimPrefix(line, "250-")
		if strings.IndexByte(name, '\r') >= 0 {
			line = strings.ReplaceAll(line, "\r", "?") // in the name, of which nothing is read
		}
		if e, err := ftp.ParseMLSx(line); err == nil {
			info := infoOf(e)
			info.Name = base(name)
			return info, nil
		}
	}
	return storage.Info{}, &ReplyError{Command: "MLST", Reply: q.reply}
}

// follow describes what a symbolic link leads to, where the server describes the
// link itself. A link that leads nowhere stays one.
func (cl *Client) follow(ctx context.Context, c *Conn, link storage.Info, path string) (storage.Info, error) {
	info, err := c.kindOf(ctx, path)
	if err != nil {
		return link, onlyLost(ctx, err)
	}
	link.Kind = info.Kind
	if info.Kind == storage.KindDir {
		link.Size = 0
	} else {
		link.Size = info.Size
		if !info.ModTime.IsZero() {
			link.ModTime = info.ModTime
		}
	}
	return link, nil
}

// onlyLost returns err if it is the end of the connection or of the context, and
// nil if it is a refusal.
func onlyLost(ctx context.Context, err error) error {
	if err != nil && (lost(err) || ctx.Err() != nil) {
		return err
	}
	return nil
}

// probe describes an object to a server without MLST.
func (cl *Client) probe(ctx context.Context, c *Conn, name, path string) (storage.Info, error) {
	info, err := c.kindOf(ctx, path)
	info.Name = base(name)
	if err == nil || lost(err) || ctx.Err() != nil || name == "." {
		return info, err
	}
	// It may be neither readable nor a directory: the parent lists it, or not.
	dir, want := storage.Split(name)
	dirPath, perr := cl.path(dir)
	if perr != nil {
		return info, perr
	}
	found, ferr := c.find(ctx, dirPath, want)
	if ctx.Err() == nil && unlisted(ferr) {
		ferr = fs.ErrNotExist // nothing is known below a directory that cannot be listed
	}
	return found, ferr
}

// unlisted reports whether err is the refusal to list a directory, for a reason that is the
// directory's own.
func unlisted(err error) bool {
	re, ok := errors.AsType[*ReplyError](err)
	return ok && !lost(err) && !ofSession(re.Reply.Code) && (transfers(re.Command) || re.Command == "CWD" || re.Command == "XCWD")
}

// kindOf tells a file, by SIZE, from a directory, by CWD.
func (c *Conn) kindOf(ctx context.Context, path string) (storage.Info, error) {
	info := storage.Info{Kind: storage.KindFile, Size: -1}
	if path != "" {
		size, t, err := c.sizeAndTime(ctx, path)
		if err == nil {
			info.Size, info.ModTime = size, t
			return info, nil
		}
		if lost(err) || ctx.Err() != nil {
			return info, err
		}
	}
	leave, err := c.enter(ctx, path)
	if err == nil {
		leave()
	}
	return storage.Info{Kind: storage.KindDir}, err
}

// sizeAndTime asks SIZE and MDTM (RFC 3659, 3 and 4). A time that is not known is
// zero.
func (c *Conn) sizeAndTime(ctx context.Context, path string) (int64, time.Time, error) {
	if !c.srv.has("SIZE") {
		return 0, time.Time{}, &ReplyError{Command: "SIZE", Reply: ftp.NewReply(ftp.CodeNotImplemented)}
	}
	typ := c.setType(image)
	size, mtime := newRequest("SIZE", path), newRequest("MDTM", path)
	list := append(typ, size)
	ahead := c.srv.is().ahead && c.srv.has("MDTM")
	if ahead {
		list = append(list, mtime)
	}
	if err := c.exchange(ctx, list...); err != nil {
		return 0, time.Time{}, err
	}
	if err := c.tookParams(image, typ); err != nil {
		return 0, time.Time{}, err
	}
	n, err := sizeOf(size)
	if err != nil {
		return 0, time.Time{}, err
	}
	if !ahead && c.srv.has("MDTM") {
		if err := c.exchange(ctx, mtime); err != nil {
			return 0, time.Time{}, err
		}
	}
	t, err := ftp.ParseTimeLenient(mtime.reply.Text())
	if err != nil || !mtime.reply.Code.OK() {
		t = time.Time{}
	}
	return n, t, nil
}

// sizeOf reads the reply to SIZE, and to other commands that are answered with a
// number of octets.
func sizeOf(q *request) (int64, error) {
	if err := q.err(); err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.Trim(q.reply.Text(), " "), 10, 64)
	if err != nil || n < 0 {
		return 0, &ReplyError{Command: q.verb, Reply: q.reply}
	}
	return n, nil
}
