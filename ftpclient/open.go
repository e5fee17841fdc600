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
// transfer is aborted at the end of the range). A server without REST answers an
// offset with errors.ErrUnsupported: reading and throwing away is for the caller to
// choose. So does the Client itself where Options.Params make an offset in the file
// none on the wire, as type A does; in block and compressed mode a read from an
// offset is made in stream mode. Range.Version is ignored, as FTP knows none.
func (cl *Client) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	if v := cl.view(ctx); v != nil {
		return v.Open(ctx, name, r)
	}
	cmd := Command{Verb: "RETR", Rest: r.Off}
	return cl.openWith(ctx, name, cmd, r)
}

// Restart says where in a file a transfer in block or compressed mode begins, and
// who is told where it could begin again.
type Restart struct {
	From   Mark             // zero: the beginning
	OnMark func(Mark) error // see Command.OnMark; may be nil
}

// OpenAt is Open for a download that was cut, or that can be taken up again if it
// is. The Reader returns what comes after r.From.Here.
func (cl *Client) OpenAt(ctx context.Context, name string, r Restart) (storage.Reader, error) {
	cmd := Command{Verb: "RETR", From: r.From, OnMark: r.OnMark}
	return cl.openWith(ctx, name, cmd, storage.Range{Off: r.From.Here.Off})
}

func (cl *Client) openWith(ctx context.Context, name string, cmd Command, r storage.Range) (storage.Reader, error) {
	path, err := cl.path(name)
	cmd.Arg, cmd.Literal = path, cl.Form() != ""
	if err == nil {
		cmd.Params, err = cl.offsetParams(cmd)
	}
	switch {
	case err != nil:
	case name == ".":
		err = storage.ErrIsDir
	case r.Off < 0 || r.Len < 0:
		err = storage.ErrOffset
	default:
		var f storage.Reader
		if f, err = cl.open(ctx, name, cmd, r); err == nil {
			return f, nil
		}
		err = cl.diagnose(ctx, name, err, anyFile)
	}
	return nil, pathError("open", name, err)
}

// offsetParams returns what has to be different in the parameters for a transfer
// of a part of a file, nil if nothing has: an offset has a meaning only where the
// octets of the file are those that are counted (RFC 3659, 5.3).
func (cl *Client) offsetParams(cmd Command) (*ftp.Params, error) {
	p := complete(cl.o.Params)
	switch {
	case cmd.Rest <= 0 && cmd.Len == 0:
		return nil, nil
	case !exact(p):
		return nil, errors.ErrUnsupported
	case framed(p.Mode), cmd.Len > 0 && p.Mode != 'S':
		return &ftp.Params{Mode: 'S'}, nil
	}
	return nil, nil
}

func (cl *Client) open(ctx context.Context, name string, cmd Command, r storage.Range) (storage.Reader, error) {
	for {
		l, err := cl.pool.find(ctx, framed(cl.o.Params.Mode))
		if err != nil {
			return nil, err
		}
		f, err := cl.openOn(ctx, l, name, cmd, r)
		if l.conn.account(ctx, err) {
			f, err = cl.openOn(ctx, l, name, cmd, r)
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

func (cl *Client) openOn(ctx context.Context, l *lease, name string, cmd Command, r storage.Range) (storage.Reader, error) {
	f := &reader{cl: cl, lease: l, ctx: ctx, name: name, path: cmd.Arg, off: r.Off, left: -1, total: -1, stop: -1}
	if r.Len > 0 {
		f.left = r.Len
		if p, _ := l.conn.paramsOf(cmd); p.Identity() && l.conn.srv.offersFeature("RANG") && r.Off <= math.MaxInt64-r.Len {
			cmd.Len, f.stop = r.Len, r.Off+r.Len
		}
	}
	exact := cl.Conversion() == ""
	facts := l.conn.newFacts(name, cmd.Arg)
	check := func() error {
		info, err := facts.info()
		if err != nil {
			return err
		}
		f.info = info
		f.info.Form = cl.Form()
		if exact {
			f.total = info.Size
		}
		switch {
		case info.Kind == storage.KindDir:
			return storage.ErrIsDir
		case f.total >= 0 && r.Off > f.total:
			return storage.ErrOffset
		case f.total >= 0 && r.Off == f.total && (cmd.Rest > 0 || cmd.Len > 0):
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
	if n, ok := sizeIn(t.opening); ok && r.Off == 0 && cmd.Len == 0 && t.plain() {
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

// facts describes a file as far as MLST or SIZE do. A server that has told such before, and
// now has no answer, is asked twice.
func (c *Conn) facts(ctx context.Context, name, path string) (storage.Info, error) {
	f := c.newFacts(name, path)
	info, err := c.askFacts(ctx, f)
	if err == nil && info.Size < 0 && f.refused() && c.srv.works(f.requests[0].verb) {
		info, err = c.askFacts(ctx, c.newFacts(name, path))
	}
	return info, err
}

// refused reports whether what was asked has been.
func (f *facts) refused() bool { return len(f.requests) > 0 && f.requests[0].err() != nil }

// askFacts asks and reads the answers.
func (c *Conn) askFacts(ctx context.Context, f *facts) (storage.Info, error) {
	var typ []*request
	if len(f.requests) > 0 && f.requests[0].verb == "SIZE" {
		typ = c.setType(image)
	}
	if err := c.exchange(ctx, append(typ, f.requests...)...); err != nil {
		return storage.Info{}, err
	}
	if err := c.tookParams(image, typ); err != nil {
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
