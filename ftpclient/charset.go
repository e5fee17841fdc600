package ftpclient

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// naming is what a Client with Options.Charset has beyond others.
type naming struct {
	mu     sync.Mutex
	view   storage.FS // nil until the server has told its features
	octets *Client    // what view is over: the same server, by the names that it sends
}

// newNaming returns nil if names need no translation.
func newNaming(s settings) *naming {
	if s.Charset.IsUTF8() {
		return nil
	}
	return new(naming)
}

// view returns the server's files by names in UTF-8, nil if that is cl itself. It
// depends on what the server says in FEAT, so that the first call connects, if
// nothing else has.
func (cl *Client) view(ctx context.Context) storage.FS {
	n := cl.naming
	if n == nil {
		return nil
	}
	if !cl.o.NoUTF8 && cl.pool.srv.wantFeatures() {
		if err := cl.do(ctx, true, func(*Conn) error { return nil }); err != nil {
			return unreachable{err}
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.view == nil {
		n.translate(cl)
	}
	return n.view
}

// translate makes the view. mu is held.
func (n *naming) translate(cl *Client) {
	n.octets = &Client{o: cl.o, pool: cl.pool}
	if !cl.o.NoUTF8 && cl.pool.srv.features().Has("UTF8") {
		n.view = charset.Mixed(n.octets, cl.o.Charset)
		return
	}
	if root, ok := cl.o.Charset.Encode(cl.o.Root); ok {
		n.octets.o.Root = root
	}
	n.view = charset.Decoded(n.octets, cl.o.Charset)
}

// sent returns the Client beneath a view, and what it calls name.
func (cl *Client) sent(ctx context.Context, v storage.FS, name string) (*Client, string, error) {
	if u, ok := v.(unreachable); ok {
		return nil, "", u.err
	}
	inside, err := charset.Inside(ctx, v, name)
	return cl.naming.octets, inside, err
}

// translatedPath is path where names are translated, for what a view does not do. The
// questions that it may take cannot be cancelled, but are bounded.
func (cl *Client) translatedPath(name string) (string, error) {
	ctx, cancel := cl.afterwards()
	defer cancel()
	octets, inside, err := cl.sent(ctx, cl.view(ctx), name)
	if err != nil {
		return "", err
	}
	return octets.path(inside)
}

// maxTranslated is how many names are translated at once, which may take questions
// to the server, before files are read under them.
const maxTranslated = 1000

// readFiles is ReadFiles by a view.
func (cl *Client) readFiles(ctx context.Context, v storage.FS, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	var inside []string
	outside := make(map[string][]string) // by the inside name; two may lead to one
	read := func() error {
		err := cl.naming.octets.ReadFiles(ctx, slices.Values(inside), func(sent string, r io.Reader, err error) error {
			name := outside[sent][0]
			outside[sent] = outside[sent][1:]
			if err != nil {
				return fn(name, nil, pathError("open", name, err))
			}
			return fn(name, &translatedReader{r, name}, nil)
		})
		clear(outside)
		inside = inside[:0]
		return err
	}
	for name := range names {
		_, sent, err := cl.sent(ctx, v, name)
		switch {
		case errors.Is(err, storage.ErrName):
			sent = name // is refused in its turn
		case err != nil:
			return err
		}
		inside = append(inside, sent)
		outside[sent] = append(outside[sent], name)
		if len(inside) == maxTranslated {
			if err := read(); err != nil {
				return err
			}
		}
	}
	if len(inside) == 0 {
		return nil
	}
	return read()
}

// translatedReader has another name in its errors.
type translatedReader struct {
	r    io.Reader
	name string
}

func (r *translatedReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		err = pathError("read", r.name, err)
	}
	return n, err
}

// wantsUTF8 reports whether OPTS UTF8 ON is to be sent: where a server is known to
// need it, and where it may have another charset. It costs a round trip.
func (c *Conn) wantsUTF8() bool {
	if c.o.NoUTF8 || !c.srv.has("OPTS") {
		return false
	}
	return c.srv.is().utf8 || !c.o.Charset.IsUTF8() && c.srv.features().Has("UTF8")
}

// unreachable is a server that could not be asked what its names are in.
type unreachable struct{ err error }

func (u unreachable) Stat(_ context.Context, name string) (storage.Info, error) {
	return storage.Info{}, pathError("stat", name, u.err)
}

func (u unreachable) List(_ context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) { yield(storage.Info{}, pathError("list", dir, u.err)) }
}

func (u unreachable) Open(_ context.Context, name string, _ storage.Range) (storage.Reader, error) {
	return nil, pathError("open", name, u.err)
}

func (u unreachable) Create(_ context.Context, name string, _ storage.CreateOptions) (storage.Writer, error) {
	return nil, pathError("create", name, u.err)
}

func (u unreachable) CheckName(_ context.Context, name string) error {
	return pathError("check", name, u.err)
}

func (u unreachable) Mkdir(_ context.Context, name string) error {
	return pathError("mkdir", name, u.err)
}

func (u unreachable) Remove(_ context.Context, name string, _ storage.Kind) error {
	return pathError("remove", name, u.err)
}

func (u unreachable) Rename(_ context.Context, old, _ string) error {
	return pathError("rename", old, u.err)
}

func (u unreachable) SetAttr(_ context.Context, name string, _ storage.Attr) error {
	return pathError("setattr", name, u.err)
}

func (unreachable) Features() storage.Features { return 0 }
