package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// ListingError reports lines of a listing that are in no known format, or whose
// names cannot be those of entries ("..", "a/b"). It ends a sequence of List that
// had all the other entries: what is missing must not be taken for deleted. It is a
// storage.ErrUnlisted.
type ListingError struct {
	Count int      // of such lines
	Lines []string // the first of them
}

func (e *ListingError) Error() string {
	return fmt.Sprintf("%d lines of the listing cannot be read, the first being %.200q", e.Count, e.Lines[0])
}

// Is reports whether target is what a ListingError is one of.
func (e *ListingError) Is(target error) bool { return target == storage.ErrUnlisted }

// maxBadLines is how many lines a ListingError keeps.
const maxBadLines = 10

// bad is nil until there is a bad line.
func (e *ListingError) add(line string) *ListingError {
	if e == nil {
		e = &ListingError{}
	}
	if e.Count++; len(e.Lines) < maxBadLines {
		e.Lines = append(e.Lines, line)
	}
	return e
}

// List lists by MLSD (RFC 3659, 7), or, where the server does not have it, by LIST
// in the directory. "LIST -a" is sent to servers alone that are known to hide
// names otherwise and to understand it. Lines that cannot be read, and names
// that are none, are reported by a *ListingError after all entries.
//
// A listing of less than four megabytes is read whole before the first entry is
// yielded, so that the loop may use the connection; a longer one holds it.
func (cl *Client) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		if v := cl.view(ctx); v != nil {
			v.List(ctx, dir)(yield)
			return
		}
		path, err := cl.path(dir)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = cl.list(ctx, dir, path, yield)
		}
		if err != nil && err != errStopped {
			yield(storage.Info{}, pathError("list", dir, err))
		}
	}
}

// errStopped reports that the loop was left.
var errStopped = errors.New("stopped")

// list finds a connection and lists. Once entries were given out it does not try
// another.
func (cl *Client) list(ctx context.Context, dir, path string, yield func(storage.Info, error) bool) error {
	for {
		l, err := cl.pool.get(ctx)
		if err != nil {
			return err
		}
		s, r, err := l.conn.list(ctx, path)
		if l.conn.account(ctx, err) {
			s, r, err = l.conn.list(ctx, path)
		}
		if err == nil {
			if s.whole {
				l.release()
			} else {
				l.hold()
			}
			err = cl.entries(ctx, dir, r, yield)
			s.close()
			l.release()
			return err
		}
		l.release()
		if !again(ctx, l, true, err) {
			return cl.diagnose(ctx, dir, err, anyDir)
		}
	}
}

// entries gives out what a listing says, links last: what they lead to is asked
// once the listing is over.
func (cl *Client) entries(ctx context.Context, dir string, r *listing, yield func(storage.Info, error) bool) error {
	var bad *ListingError
	var links []storage.Info
	for {
		e, line, err := r.next()
		if err == io.EOF {
			break
		}
		if cerr := ctx.Err(); cerr != nil {
			return cerr
		}
		switch {
		case err != nil && line == "":
			return err
		case err != nil || !goodName(e.Name):
			bad = bad.add(line)
			continue
		}
		info := infoOf(e)
		if info.Kind == storage.KindSymlink && len(links) < maxLinks {
			links = append(links, info)
		} else if !yield(info, nil) {
			return errStopped
		}
	}
	for _, link := range links {
		info, err := cl.Stat(ctx, storage.Join(dir, link.Name))
		if err == nil && info.Kind != storage.KindSymlink {
			info.Target = link.Target
			link = info
		} else if onlyLost(ctx, err) != nil {
			return err
		}
		if !yield(link, nil) {
			return errStopped
		}
	}
	if bad != nil {
		return bad
	}
	return nil
}

// maxLinks is how many symbolic links of a listing are followed.
const maxLinks = 10_000

// listing reads entries of either form.
type listing struct {
	lines *lineScanner // MLSD
	lr    *ftp.ListReader
}

// next returns the next entry. An error with a line is about that line alone.
func (r *listing) next() (e ftp.Entry, line string, err error) {
	if r.lr != nil {
		for {
			e, err = r.lr.Next()
			var le *ftp.ListError
			if errors.As(err, &le) {
				return e, le.Line, err
			}
			if err != nil || e.Kind != ftp.KindCDir && e.Kind != ftp.KindPDir && e.Name != "." && e.Name != ".." {
				return e, e.Raw, err
			}
		}
	}
	for {
		line, err = r.lines.next()
		if err != nil {
			return e, line, err
		}
		if line == "" {
			continue
		}
		e, err = ftp.ParseMLSx(line)
		if err != nil || e.Kind != ftp.KindCDir && e.Kind != ftp.KindPDir && !strings.EqualFold(e.Name, ".") {
			return e, line, err
		}
	}
}
