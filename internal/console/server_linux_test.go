package console

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// server is a server in memory with a user bob, whose password is hush, and who is in
// /home/bob.
type server struct {
	*ftpserver.Server
	addr  string
	files *mem.FS
	slow  *stalling
	conns *connections
}

// connections is a listener that knows the connections which it has accepted.
type connections struct {
	net.Listener
	mu  sync.Mutex
	all []net.Conn
}

func (c *connections) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		c.all = append(c.all, conn)
		c.mu.Unlock()
	}
	return conn, err
}

// cut ends all of them.
func (c *connections) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.all {
		conn.Close()
	}
	c.all = nil
}

// url is where bob is.
func (s *server) url() string { return "ftp://bob@" + s.addr + "/" }

// serve starts a server with some files of bob's.
func serve(t *testing.T, files map[string]string) *server {
	t.Helper()
	s := &server{files: mem.New(mem.Options{})}
	s.slow = &stalling{FS: s.files, stalled: make(chan struct{}, 64)}
	for _, dir := range []string{"home", "home/bob", "home/bob/my folder"} {
		if err := s.files.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(t, s.files, "home/bob/"+name, text)
	}
	var err error
	s.Server, err = ftpserver.New(ftpserver.Config{
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != "bob" || c.Password != "hush" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: c.User, FS: s.slow, Home: "/home/bob", Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	done := make(chan error, 1)
	s.conns = &connections{Listener: ln}
	go func() { done <- s.Serve(s.conns) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-done; !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Error(err)
		}
	})
	return s
}

func write(t *testing.T, fsys storage.FS, name, text string) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// stalling is a file system that reads files up to a point while stall is set, and from
// there on so slowly that they would take hours.
type stalling struct {
	storage.FS
	stall   atomic.Int64  // octets of a file that can be read; 0: all
	stalled chan struct{} // gets one when a file stands still
}

func (s *stalling) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f, err := s.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return &stallingFile{Reader: f, fsys: s, ctx: ctx, at: r.Off}, nil
}

type stallingFile struct {
	storage.Reader
	fsys *stalling
	ctx  context.Context
	at   int64
	told bool // that it stands still
}

func (f *stallingFile) Read(p []byte) (int, error) {
	if most := f.fsys.stall.Load(); most > 0 {
		if f.at >= most {
			if !f.told {
				f.told = true
				f.fsys.stalled <- struct{}{}
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-f.ctx.Done():
				return 0, context.Cause(f.ctx)
			}
			p = p[:1]
		} else {
			p = p[:min(int64(len(p)), most-f.at)]
		}
	}
	n, err := f.Reader.Read(p)
	f.at += int64(n)
	return n, err
}

// big is a file of four megabytes.
func big() string { return string(bytes.Repeat([]byte("0123456789abcdef"), 256<<10)) }
