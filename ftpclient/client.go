package ftpclient

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Client is a server's file system, reached over a pool of connections that are
// made as they are needed. Its methods may be called concurrently.
//
// Names are relative to Options.Root, and in UTF-8 if Options.Charset says what they
// are in on the server; else they are octets. A Reader, a Writer and a listing of many
// megabytes each hold a connection until they are closed or ended. Where all of
// Options.MaxConns are held, other calls wait as long as those are being used; if
// nobody touches them for five seconds, the call fails with storage.ErrBusy, so
// that a single goroutine can never wait for itself.
//
// A connection that the server has closed meanwhile is replaced, and the call is
// repeated if that can do no harm.
//
// Where a method takes a context, what it returns (Reader, Writer) is bound to
// that context as well: reading and writing end with its error, and Close, Abort
// and Suspend still work.
type Client struct {
	o      settings
	pool   *pool
	naming *naming // nil: names are sent as they are
}

var _ storage.FS = (*Client)(nil)

// New returns a Client of the server at addr ("host:port"; port 21 if there is
// none). Nothing is connected yet. A nil o is the zero Options.
func New(addr string, o *Options) *Client {
	s := newSettings(addr, o)
	return &Client{o: s, pool: newPool(s), naming: newNaming(s)}
}

// Close says goodbye on the idle connections and closes all others. What is under
// way fails.
func (cl *Client) Close() error {
	cl.pool.close()
	return nil
}

// Do sends one command over one of the connections and returns its final reply; see
// Conn.Do. A command that changes the state of the connection (CWD, TYPE, USER,
// ...) has no effect on anything else: the connection is closed behind it. To
// send several that belong together, Dial.
func (cl *Client) Do(ctx context.Context, verb string, args ...string) (ftp.Reply, error) {
	var r ftp.Reply
	err := cl.do(ctx, false, func(c *Conn) error {
		var err error
		r, err = c.Do(ctx, verb, args...)
		if stateful[strings.ToUpper(verb)] {
			c.shut()
		}
		return err
	})
	return r, err
}

// do runs f on a connection. If that turns out to be gone, and had been lying
// idle before, f is run once more on another, provided that it may be repeated
// or has had no effect.
func (cl *Client) do(ctx context.Context, repeatable bool, f func(c *Conn) error) error {
	for {
		l, err := cl.pool.get(ctx)
		if err != nil {
			return err
		}
		err = f(l.conn)
		if l.conn.account(ctx, err) {
			err = f(l.conn)
		}
		l.release()
		if !again(ctx, l, repeatable, err) {
			return err
		}
	}
}

// again reports whether what failed with err on l may be tried on another
// connection.
func again(ctx context.Context, l *lease, repeatable bool, err error) bool {
	return err != nil && !l.fresh && ctx.Err() == nil && lost(err) && (repeatable || notExecuted(err))
}

// Features returns what the server promises. Resuming, times and modes depend on
// the server, so that the first call connects, if nothing else has, and waits for
// that; without a connection it is what any server is thought to have.
//
// A Client is never Atomic nor Durable: FTP has no words for that.
func (cl *Client) Features() storage.Features {
	srv := cl.pool.srv
	if f, known := srv.promised(); known {
		return f
	}
	f := storage.CanResume | storage.CanAppend | storage.RealDirs
	ctx := context.Background()
	err := cl.do(ctx, true, func(c *Conn) error {
		if err := c.identify(ctx); err != nil {
			return err
		}
		chmod, err := c.canChmod(ctx)
		if err != nil {
			return err
		}
		chtime := srv.offersFeature("MFMT")
		if !chtime && srv.features() != nil {
			if chtime, err = c.canSetTime(ctx); err != nil {
				return err
			}
		}
		if chown, err := c.canChown(ctx); err != nil {
			return err
		} else if chown {
			f |= storage.CanSetOwner
		}
		if srv.offersFeature("MFCT") || srv.takesFact("Create") {
			f |= storage.CanSetBirth
		}
		f = srv.promise(f, chmod, chtime)
		return nil
	})
	if err != nil {
		cl.o.Log.Info("it is not known what the server can", "reason", err)
	}
	return f
}

// promise keeps what Features returns from now on.
func (s *server) promise(f storage.Features, chmod, chtime bool) storage.Features {
	if !s.offers("REST", "REST") {
		f &^= storage.CanResume
	}
	if chtime {
		f |= storage.CanSetTime
	}
	if chmod {
		f |= storage.CanSetMode
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folding {
		f |= storage.CaseFolding
	}
	s.promises = f
	return f
}

// promised returns what promise has kept; it is never 0.
func (s *server) promised() (storage.Features, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.promises, s.promises != 0
}

// pathError returns err as a *fs.PathError about name.
func pathError(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return storage.PathError(op, name, err)
}

// afterwards is a context for what has to be done though the caller's has been
// cancelled. It is bounded.
func (cl *Client) afterwards() (context.Context, context.CancelFunc) {
	limit := cl.o.Timeout
	if limit == 0 {
		limit = defaultTimeout
	}
	return context.WithTimeout(context.Background(), limit)
}
