package ftpserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// realServer is a server of the operating system's network and disk.
type realServer struct {
	dir  string
	addr string
	srv  *ftpserver.Server
}

// serveReal serves a new directory, wrapped, on a loopback address. It ends with
// the test.
func serveReal(t *testing.T, host string, l ftpserver.Limits, wrap func(storage.FS) storage.FS) *realServer {
	t.Helper()
	return serveRealTLS(t, host, l, wrap, ftpserver.TLS{})
}

// serveRealTLS does so with TLS.
func serveRealTLS(t *testing.T, host string, l ftpserver.Limits, wrap func(storage.FS) storage.FS, protect ftpserver.TLS) *realServer {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skipf("no listener on %s: %v", host, err)
	}
	s := &realServer{dir: t.TempDir(), addr: ln.Addr().String()}
	fsys, err := disk.Open(s.dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	var root storage.FS = fsys
	if wrap != nil {
		root = wrap(fsys)
	}
	srv, err := ftpserver.New(ftpserver.Config{
		Limits: l,
		TLS:    protect,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "joe", FS: root, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.srv = srv
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Error(err)
		}
		if err := fsys.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// check compares a file.
func (s *realServer) check(t *testing.T, name string, want []byte) {
	t.Helper()
	if got, err := os.ReadFile(filepath.Join(s.dir, name)); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%s has %d octets that are not the %d sent, error %v", name, len(got), len(want), err)
	}
}

// connect connects and logs in.
func (s *realServer) connect(t *testing.T) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := newClient(t, conn)
	if r := c.reply(); r.Code != ftp.CodeReady {
		t.Fatalf("greeting: %v", r)
	}
	c.login("joe", "x")
	c.want(ftp.CodeOK, "TYPE I")
	return c
}

// open begins a transfer and makes its data connection.
func (c *client) open(line string) *net.TCPConn {
	c.t.Helper()
	conn := c.dial()
	c.want(ftp.CodeOpening, line)
	return conn
}

// dial makes a data connection, and says nothing of what for.
func (c *client) dial() *net.TCPConn {
	c.t.Helper()
	ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
	if err != nil {
		c.t.Fatal(err)
	}
	host, _, err := net.SplitHostPort(c.conn.RemoteAddr().String())
	if err != nil {
		c.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(ap.Port())))
	if err != nil {
		c.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn.(*net.TCPConn)
}

func (c *client) retr(line string) []byte {
	c.t.Helper()
	conn := c.open(line)
	defer conn.Close()
	data, err := io.ReadAll(conn)
	if err != nil {
		c.t.Fatal(err)
	}
	if r := c.reply(); r.Code != ftp.CodeDone {
		c.t.Fatalf("%s: %v", line, r)
	}
	return data
}

func (c *client) stor(line string, data []byte) {
	c.t.Helper()
	conn := c.open(line)
	defer conn.Close()
	if _, err := conn.Write(data); err != nil {
		c.t.Fatal(err)
	}
	conn.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		c.t.Fatalf("%s: %v", line, r)
	}
}

// noise returns n octets that do not repeat.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func TestRealTransfers(t *testing.T) {
	for _, family := range []peers.Family{peers.IPv4, peers.IPv6} {
		host := family.Host()
		t.Run(host, func(t *testing.T) {
			family.Require(t)
			s := serveReal(t, host, ftpserver.Limits{}, nil)
			c := s.connect(t)
			want := noise(3<<20 + 7)
			c.stor("STOR a", want[:1<<20])
			c.want(ftp.CodePending, "REST 1048576")
			c.stor("STOR a", want[1<<20:2<<20])
			c.stor("APPE a", want[2<<20:])
			if got := c.retr("RETR a"); !bytes.Equal(got, want) {
				t.Errorf("%d octets came back, not the %d that went", len(got), len(want))
			}
			c.want(ftp.CodePending, "REST 3145728")
			if got := c.retr("RETR a"); !bytes.Equal(got, want[3<<20:]) {
				t.Errorf("after REST came %d octets", len(got))
			}
			if got, err := os.ReadFile(filepath.Join(s.dir, "a")); err != nil || !bytes.Equal(got, want) {
				t.Errorf("on disk are %d octets, error %v", len(got), err)
			}
			if got := string(c.retr("MLSD")); strings.Count(got, "\r\n") != 1 || !strings.HasSuffix(got, "; a\r\n") {
				t.Errorf("MLSD: %q", got)
			}

			ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			c.want(ftp.CodeOK, "EPRT "+ftp.FormatExtended(ln.Addr().(*net.TCPAddr).AddrPort()))
			c.want(ftp.CodeOpening, "NLST")
			conn, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if got, err := io.ReadAll(conn); string(got) != "a\r\n" || err != nil {
				t.Errorf("NLST: %q, %v", got, err)
			}
			if r := c.reply(); r.Code != ftp.CodeDone {
				t.Errorf("NLST: %v", r)
			}
			c.want(ftp.CodeBye, "QUIT")
		})
	}
}

// A client that is killed closes its control connection first, or soon after the
// one for data. What it has sent until then is not the file.
func TestRealKilledClient(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("hungUp has no MSG_PEEK on Windows to see the end of the control connection by")
	}
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	file := filepath.Join(s.dir, "old")
	if err := os.WriteFile(file, []byte("the old content"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		c := s.connect(t)
		conn := c.open("STOR old")
		if _, err := conn.Write(noise(100_000)); err != nil {
			t.Fatal(err)
		}
		c.conn.Close()
		conn.Close()
	}
	if err := s.srv.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "the old content" {
		t.Errorf("the file has %d octets now, error %v", len(got), err)
	}
}

// What is cut off must not look like the end of the file: the data connection is
// reset.
func TestRealAbort(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	if err := os.WriteFile(filepath.Join(s.dir, "big"), noise(64<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := c.open("RETR big")
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	c.want(ftp.CodeAborted, "ABOR")
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Errorf("ABOR: %v", r)
	}
	if n, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after %d octets more: %v, want a reset", n, err)
	}
	c.want(ftp.CodeOK, "NOOP")
}

// kernelOnly counts how often its files are read other than by the kernel.
type kernelOnly struct {
	storage.FS
	reads atomic.Int64
}

func (k *kernelOnly) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f, err := k.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return &countedReader{f, f.(io.Seeker), f.(syscall.Conn), &k.reads}, nil
}

type countedReader struct {
	storage.Reader
	io.Seeker
	syscall.Conn
	reads *atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	c.reads.Add(1)
	return c.Reader.Read(p)
}

// A file on disk is sent by the kernel, also to a client that is now fast and
// now slow: slower than the stall limit for what the kernel has at a time.
func TestRealSendfile(t *testing.T) {
	k := &kernelOnly{}
	const stall = 2 * time.Second // the kernel wants a third of its buffer free before it takes more
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{Stall: stall}, func(fsys storage.FS) storage.FS {
		k.FS = fsys
		return k
	})
	want := noise(96 << 20)
	if err := os.WriteFile(filepath.Join(s.dir, "big"), want, 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.connect(t)
	got := bytes.NewBuffer(bytes.Clone(want)) // memory that is there already
	got.Reset()
	conn := c.open("RETR big")
	defer conn.Close()
	conn.SetReadBuffer(64 << 10)
	read := func(n int64) {
		t.Helper()
		if _, err := io.CopyN(got, conn, n); err != nil {
			t.Fatalf("after %d octets: %v", got.Len(), err)
		}
	}
	read(40 << 20)
	tick := time.NewTicker(stall / 20)
	defer tick.Stop()
	for range 40 {
		<-tick.C
		read(256 << 10)
	}
	if _, err := io.Copy(got, conn); err != nil {
		t.Fatal(err)
	}
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Errorf("RETR: %v", r)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%d octets came, not the %d of the file", got.Len(), len(want))
	}
	if n := k.reads.Load(); n > 0 && sendfileExists {
		t.Errorf("the file was read %d times by hand", n)
	}
}

// noKernel hides the descriptor of its files when it is asked for, and breaks
// off reading.
type noKernel struct{ storage.FS }

func (k noKernel) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f, err := k.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return &breakingReader{f, f.(io.Seeker), 0}, nil
}

type breakingReader struct {
	storage.Reader
	io.Seeker
	n int
}

func (*breakingReader) SyscallConn() (syscall.RawConn, error) {
	return nil, errors.New("there is no descriptor after all")
}

func (b *breakingReader) Read(p []byte) (int, error) {
	if b.n += len(p); b.n > 1<<20 {
		return 0, storage.PathError("read", "big", errors.New("disk on fire"))
	}
	return b.Reader.Read(p)
}

// Where the kernel was to copy, an error of the file is still one of the file.
func TestRealFileBreaks(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, func(fsys storage.FS) storage.FS { return noKernel{fsys} })
	if err := os.WriteFile(filepath.Join(s.dir, "big"), noise(2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.connect(t)
	conn := c.open("RETR big")
	defer conn.Close()
	if n, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after %d octets: %v, want a reset", n, err)
	}
	if r := c.reply(); r.Code != ftp.CodeLocalError || strings.Contains(r.Text(), "fire") {
		t.Errorf("RETR: %v", r)
	}
}
