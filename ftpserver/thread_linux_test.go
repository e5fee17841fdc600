package ftpserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// sparse makes a file of so many octets, which takes no time.
func (s *realServer) sparse(t *testing.T, name string, size int64) {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, size)); err != nil {
		t.Fatal(err)
	}
}

// await waits until what becomes true.
func await(t *testing.T, why string, what func() bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	for tick := time.Tick(2 * time.Millisecond); !what(); {
		select {
		case <-tick:
		case <-late:
			t.Fatal(why)
		}
	}
}

// Transfers that block in the kernel end when they are to, and the session goes on.
func TestRealThreadAbort(t *testing.T) {
	for _, tt := range []struct {
		name string
		line string
		peer func(conn *net.TCPConn, held func() bool) // what the client does on the data connection
	}{
		{"the client does not read", "RETR big", func(*net.TCPConn, func() bool) {}},
		{"the client reads", "RETR big", func(conn *net.TCPConn, _ func() bool) { io.Copy(io.Discard, conn) }},
		{"the client does not send any more", "STOR up", func(conn *net.TCPConn, held func() bool) {
			// On a busy machine it is a while until it is found to keep up.
			for buf := make([]byte, 1<<20); !held(); {
				if _, err := conn.Write(buf); err != nil {
					return
				}
			}
		}},
		{"the client sends", "STOR up", func(conn *net.TCPConn, _ func() bool) {
			for buf := make([]byte, 1<<20); ; {
				if _, err := conn.Write(buf); err != nil {
					return
				}
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
			s.srv.SetThreads(1)
			s.sparse(t, "big", 64<<30)
			c := s.connect(t)
			for range 5 {
				conn := c.open(tt.line)
				over := make(chan struct{})
				held := func() bool { return !s.srv.FreeThread() }
				go func() { defer close(over); tt.peer(conn, held) }()
				await(t, "it has no thread", held)
				c.want(ftp.CodeAborted, "ABOR")
				if r := c.reply(); r.Code != ftp.CodeDone {
					t.Fatalf("ABOR: %v", r)
				}
				if !s.srv.FreeThread() {
					t.Error("the thread is not free behind the reply")
				}
				<-over
				if n, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) && n > 0 {
					t.Errorf("after %d octets more: %v, want a reset", n, err)
				}
				conn.Close()
				c.want(ftp.CodeOK, "NOOP")
			}
		})
	}
}

// The end of the server ends them, too.
func TestRealThreadClose(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	const each = 4
	s.srv.SetThreads(2 * each)
	s.sparse(t, "big", 64<<30)
	var all sync.WaitGroup
	for i := range 2 * each {
		c := s.connect(t)
		line := "RETR big"
		if i%2 == 1 {
			line = fmt.Sprintf("STOR up-%d", i)
		}
		conn := c.open(line)
		defer conn.Close()
		all.Go(func() {
			if i%2 == 1 {
				for buf := make([]byte, 1<<20); ; {
					if _, err := conn.Write(buf); err != nil {
						break
					}
				}
			} else if n, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("after %d octets: %v, want a reset", n, err)
			}
			if r := c.reply(); r.Code != ftp.CodeAborted {
				t.Errorf("%s: %v", line, r)
			}
		})
	}
	await(t, "not all have a thread", func() bool { return !s.srv.FreeThread() })
	if err := s.srv.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
}

// A client that stalls is told so in the words that it always was, and no later.
func TestRealThreadStall(t *testing.T) {
	const stall = 1500 * time.Millisecond
	for _, line := range []string{"RETR big", "STOR up"} {
		for _, threads := range []int32{0, 1} {
			t.Run(fmt.Sprintf("%s with %d threads", line, threads), func(t *testing.T) {
				t.Parallel()
				s := serveReal(t, "127.0.0.1", ftpserver.Limits{Stall: stall}, nil)
				s.srv.SetThreads(threads)
				s.sparse(t, "big", 64<<30)
				c := s.connect(t)
				conn := c.open(line)
				defer conn.Close()
				if line == "STOR up" {
					if _, err := conn.Write(make([]byte, 3<<20)); err != nil {
						t.Fatal(err)
					}
				}
				begun := time.Now()
				if r := c.reply(); r.Code != ftp.CodeAborted || r.Text() != "Data connection lost: timed out." {
					t.Errorf("%v", r)
				}
				if took := time.Since(begun); took < stall/2 {
					t.Errorf("it was given up after %s", took)
				}
				c.want(ftp.CodeOK, "NOOP")
			})
		}
	}
}

// A client that does not keep up gives its thread back, and loses nothing by that.
func TestRealThreadSlow(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	s.srv.SetThreads(1)
	want := noise(48 << 20)
	if err := os.WriteFile(filepath.Join(s.dir, "big"), want, 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.connect(t)
	conn := c.open("RETR big")
	defer conn.Close()
	await(t, "a download has no thread", func() bool { return !s.srv.FreeThread() })
	await(t, "a client that does not read keeps its thread", s.srv.FreeThread)
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d octets came, not the %d of the file, error %v", len(got), len(want), err)
	}
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Errorf("RETR: %v", r)
	}

	conn = c.open("STOR up")
	defer conn.Close()
	if _, err := conn.Write(want[:40<<20]); err != nil {
		t.Fatal(err)
	}
	await(t, "a client that does not send keeps its thread", s.srv.FreeThread)
	if _, err := conn.Write(want[40<<20:]); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Errorf("STOR: %v", r)
	}
	s.check(t, "up", want)
}

// More transfers than threads are all done, and files of every length are whole.
func TestRealThreadShortage(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	s.srv.SetThreads(2)
	data := noise(20<<20 + 3)
	var all sync.WaitGroup
	for i, size := range []int{512<<10 - 1, 512 << 10, 512<<10 + 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 9 << 20, len(data)} {
		c := s.connect(t)
		all.Go(func() {
			name := fmt.Sprintf("file-%d", i)
			c.stor("STOR "+name, data[:size])
			s.check(t, name, data[:size])
			if got := c.retr("RETR " + name); !bytes.Equal(got, data[:size]) {
				t.Errorf("%d octets came of %d, or others", len(got), size)
			}
			half := size / 2
			c.want(ftp.CodePending, fmt.Sprintf("REST %d", half))
			if got := c.retr("RETR " + name); !bytes.Equal(got, data[half:size]) {
				t.Errorf("%d octets came behind %d of %d, or others", len(got), half, size)
			}
			c.want(ftp.CodePending, fmt.Sprintf("RANG %d %d", half/2, half))
			if got := c.retr("RETR " + name); !bytes.Equal(got, data[half/2:half+1]) {
				t.Errorf("%d octets came from %d to %d, or others", len(got), half/2, half)
			}
		})
	}
	all.Wait()
}

// A file that becomes shorter, or longer, while it is sent.
func TestRealThreadChanging(t *testing.T) {
	const size = 96 << 20 // more than goes over unread
	for name, now := range map[string]int64{"shorter": 64 << 20, "longer": size + 5} {
		t.Run(name, func(t *testing.T) {
			s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
			s.sparse(t, "big", size)
			c := s.connect(t)
			conn := c.open("RETR big")
			defer conn.Close()
			if _, err := io.ReadFull(conn, make([]byte, 1<<20)); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(filepath.Join(s.dir, "big"), now); err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, conn)
			if err != nil || n+1<<20 != now {
				t.Errorf("%d octets came of %d, error %v", n+1<<20, now, err)
			}
			if r := c.reply(); r.Code != ftp.CodeDone {
				t.Errorf("RETR: %v", r)
			}
		})
	}
}

// What the storage has against an upload is not the connection's fault.
func TestRealThreadFull(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, func(fsys storage.FS) storage.FS {
		return quota.New(fsys, quota.Options{MaxOctets: 6 << 20})
	})
	c := s.connect(t)
	conn := c.open("STOR up")
	defer conn.Close()
	buf := make([]byte, 1<<20)
	for err := error(nil); err == nil; {
		_, err = conn.Write(buf)
	}
	if r := c.reply(); r.Code != ftp.CodeAllocation {
		t.Errorf("STOR: %v", r)
	}
	c.want(ftp.CodeOK, "NOOP")
	if _, err := os.Stat(filepath.Join(s.dir, "up")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a part is left, error %v", err)
	}
}

// writersFS has its Writers wrapped.
type writersFS struct {
	storage.FS
	wrap func(w storage.Writer) storage.Writer
}

func (f writersFS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := f.FS.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	return f.wrap(w), nil
}

// giveUp is a KernelWriter without a descriptor from the nth time on that it is asked.
type giveUp struct {
	storage.KernelWriter
	n int
}

func (w *giveUp) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	if w.n--; w.n < 0 {
		return 0, storage.PathError("write", "up", errors.ErrUnsupported)
	}
	return w.KernelWriter.WriteBy(n, write)
}

// badFile has write have a descriptor that nothing can be moved to.
type badFile struct{ storage.KernelWriter }

func (w badFile) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return write(f.Fd(), n)
}

// Uploads are whole whatever the storage can do with a descriptor, and whenever it says
// that it cannot.
func TestRealThreadIntake(t *testing.T) {
	data := noise(24<<20 + 3)
	for name, wrap := range map[string]func(w storage.Writer) storage.Writer{
		"by the kernel":      func(w storage.Writer) storage.Writer { return w },
		"through memory":     func(w storage.Writer) storage.Writer { return struct{ storage.Writer }{w} },
		"never by kernel":    func(w storage.Writer) storage.Writer { return &giveUp{w.(storage.KernelWriter), 0} },
		"not for long":       func(w storage.Writer) storage.Writer { return &giveUp{w.(storage.KernelWriter), 3} },
		"not to such a file": func(w storage.Writer) storage.Writer { return badFile{w.(storage.KernelWriter)} },
	} {
		t.Run(name, func(t *testing.T) {
			s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, func(fsys storage.FS) storage.FS { return writersFS{fsys, wrap} })
			c := s.connect(t)
			c.stor("STOR up", data)
			s.check(t, "up", data)
			c.stor("APPE up", data[:3<<20])
			c.want(ftp.CodePending, fmt.Sprintf("RANG %d %d", 1<<20, 4<<20-1))
			c.stor("STOR up", data[:3<<20])
			want := append(bytes.Clone(data), data[:3<<20]...)
			copy(want[1<<20:], data[:3<<20])
			s.check(t, "up", want)
			c.want(ftp.CodePending, fmt.Sprintf("RANG %d %d", 1<<20, 3<<20-1))
			conn := c.open("STOR up")
			conn.Write(data[:8<<20])
			conn.Close()
			if r := c.reply(); r.Code != ftp.CodeAllocation {
				t.Errorf("more than the range: %v", r)
			}
			s.check(t, "up", func() []byte { copy(want[1<<20:3<<20], data); return want }())
		})
	}
}
