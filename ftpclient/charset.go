package ftpclient

import (
	"context"
	"iter"
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
