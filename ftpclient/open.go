package ftpclient

import (
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Open asks for the facts of the file and begins to read it (RETR, after REST for
// an offset; after RANG for a range with an end, where FEAT lists it, else the
// transfer is aborted at the end of the range). A server without REST answers an offset with errors.ErrUnsupported:
// reading and throwing away is for the caller to choose. Range.Version is
// ignored, as FTP knows none.
func (cl *Client) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	path, err := cl.path(name)
	switch {
	case err != nil:
	case name == ".":
		err = storage.ErrIsDir
	case r.Off < 0 || r.Len < 0:
		err = storage.ErrOffset
	default:
		var f storage.Reader
		if f, err = cl.open(ctx, name, path, r); err == nil {
			return f, nil
		}
		err = cl.diagnose(ctx, name, err, anyFile)
	}
	return nil, pathError("open", name, err)
}

func (cl *Client) open(ctx context.Context, name, path string, r storage.Range) (storage.Reader, error) {
	for {
		l, err := cl.pool.get(ctx)
		if err != nil {
			return nil, err
		}
		f, err := cl.openOn(ctx, l, name, path, r)
		if l.conn.account(ctx, err) {
			f, err = cl.openOn(ctx, l, name, path, r)
		}
		if err == nil {
			return f, nil
		}
		l.release()
		if !again(ctx, l, true, err) {
			return nil, err
		}
	}
}

// errAtEnd reports that there is nothing to read, so that no transfer is needed.
var errAtEnd = errors.New("at the end")

func (cl *Client) openOn(ctx context.Context, l *lease, name, path string, r storage.Range) (storage.Reader, error) {
	f := &reader{cl: cl, lease: l, ctx: ctx, name: name, path: path, off: r.Off, left: -1, total: -1, stop: -1}
	cmd := Command{Verb: "RETR", Arg: path, Rest: r.Off}
	if r.Len > 0 {
		f.left = r.Len
		if l.conn.srv.offersFeature("RANG") && r.Off <= math.MaxInt64-r.Len {
			cmd.Len, f.stop = r.Len, r.Off+r.Len
		}
	}
	facts := l.conn.newFacts(name, path)
	check := func() error {
		info, err := facts.info()
		if err != nil {
			return err
		}
		f.info, f.total = info, info.Size
		switch {
		case info.Kind == storage.KindDir:
			return storage.ErrIsDir
		case info.Size >= 0 && r.Off > info.Size:
			return storage.ErrOffset
		case info.Size >= 0 && r.Off == info.Size && r.Off > 0:
			return errAtEnd
		}
		return nil
	}
	t, err := l.conn.begin(ctx, cmd, facts.requests, check)
	// An empty file has no octet for a range to begin with.
	if refusedBy("RANG", err) || cmd.Len > 0 && r.Off == 0 && errors.Is(err, storage.ErrOffset) {
		cmd.Len, f.stop = 0, -1
		t, err = l.conn.begin(ctx, cmd, nil, nil)
	}
	if err == errAtEnd {
		l.release()
		f.lease, f.err = nil, io.EOF
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.t = t
	if n, ok := sizeIn(t.opening); ok && r.Off == 0 && cmd.Len == 0 {
		f.total = n
		f.info.Size = n
	}
	l.hold()
	return f, nil
}

// sizeIn reads the size in "150 Opening data connection for x (1234 bytes)", which
// most servers give.
func sizeIn(r ftp.Reply) (int64, bool) {
	text := r.Text()
	i := strings.LastIndexByte(text, '(')
	if i < 0 {
		return 0, false
	}
	number, unit, ok := strings.Cut(text[i+1:], " ")
	if !ok || !strings.HasPrefix(unit, "bytes)") {
		return 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil && n >= 0
}

// facts are what is asked about a file before it is read or written.
type facts struct {
	name     string
	requests []*request
}

// newFacts asks MLST, or else SIZE.
func (c *Conn) newFacts(name, path string) *facts {
	f := &facts{name: name}
	switch {
	case c.srv.offers("MLST", "MLST"):
		f.requests = []*request{newRequest("MLST", path)}
	case c.srv.has("SIZE"):
		f.requests = []*request{newRequest("SIZE", path)}
	}
	return f
}

// facts describes a file as far as MLST or SIZE do.
func (c *Conn) facts(ctx context.Context, name, path string) (storage.Info, error) {
	f, typ := c.newFacts(name, path), c.setType('I')
	if err := c.exchange(ctx, append(typ, f.requests...)...); err != nil {
		return storage.Info{}, err
	}
	if err := c.tookType('I', typ); err != nil {
		return storage.Info{}, err
	}
	return f.info()
}

// info reads the replies. A refusal that does not say that the name does not
// exist leaves everything open: the transfer will tell.
func (f *facts) info() (storage.Info, error) {
	info := storage.Info{Name: base(f.name), Kind: storage.KindFile, Size: -1, ModTime: time.Time{}}
	for _, q := range f.requests {
		var err error
		if q.verb == "MLST" {
			var got storage.Info
			if got, err = factsOf(q, f.name); err == nil && got.Kind == storage.KindSymlink {
				return info, nil // neither its size nor its kind is that of the file
			} else if err == nil {
				return got, nil
			}
		} else if info.Size, err = sizeOf(q); err == nil {
			return info, nil
		}
		info.Size = -1
		var re *ReplyError
		if errors.As(err, &re) && q.verb == "MLST" && re.Cause != nil && !unsupported(re) {
			return info, err
		}
	}
	return info, nil
}

// absent reports whether the server says that there is no such file.
func (f *facts) absent() bool {
	return len(f.requests) == 1 && notThere(f.requests[0].err())
}

// unsupported reports whether err is or wraps errors.ErrUnsupported.
func unsupported(err error) bool { return errors.Is(err, errors.ErrUnsupported) }
