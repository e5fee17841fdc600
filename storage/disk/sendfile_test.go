package disk_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestReaderForTheKernel checks what package net asks of a reader before it has
// the kernel copy.
func TestReaderForTheKernel(t *testing.T) {
	d := open(t, t.TempDir(), disk.Options{})
	put(t, d, "file", "0123456789", storage.CreateOptions{})
	r, err := d.Open(ctx, "file", storage.Range{Off: 2, Len: 5})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, ok := r.(syscall.Conn); !ok {
		t.Error("a Reader is no syscall.Conn")
	}
	if pos, err := r.(io.Seeker).Seek(0, io.SeekCurrent); pos != 2 || err != nil {
		t.Errorf("the descriptor stands at %d, %v, want 2", pos, err)
	}
	var got bytes.Buffer
	if n, err := io.Copy(&got, r); n != 5 || err != nil || got.String() != "23456" {
		t.Errorf("copied %d octets, %v: %q", n, err, got.String())
	}
	info, err := d.Stat(ctx, "file")
	if err != nil {
		t.Fatal(err)
	}
	if info.Version == "" {
		if runtime.GOOS == "linux" {
			t.Fatal("Linux has versions of files")
		}
		t.Skip("this system tells no versions of files")
	}
	v, err := d.Open(ctx, "file", storage.Range{Version: info.Version})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, ok := v.(syscall.Conn); ok {
		t.Error("a Reader that watches the version lets others read past it")
	}
}

// TestWriterHidesReaderFrom: io.Copy from a connection would splice.
func TestWriterHidesReaderFrom(t *testing.T) {
	d := open(t, t.TempDir(), disk.Options{})
	if _, ok := create(t, d, "file", "", storage.CreateOptions{}).(io.ReaderFrom); ok {
		t.Error("a Writer is an io.ReaderFrom")
	}
}

const sendSize = 1 << 20

// sendOnce sends a file and a range of it over TCP, in the ways that a server
// may.
func sendOnce() {
	d, err := disk.Open(os.Getenv(killDirEnv), disk.Options{})
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	got := make(chan int64)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			panic(err)
		}
		n, _ := io.Copy(io.Discard, conn)
		got <- n
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	for _, rg := range []storage.Range{{}, {Off: 10, Len: 100}} {
		for _, how := range []func(storage.Reader) (int64, error){
			func(r storage.Reader) (int64, error) { return io.Copy(conn, r) },
			func(r storage.Reader) (int64, error) { return io.Copy(conn, io.LimitReader(r, 50)) },
		} {
			r, err := d.Open(ctx, "file", rg)
			if err != nil {
				panic(err)
			}
			if _, err := how(r); err != nil {
				panic(err)
			}
			r.Close()
		}
	}
	conn.Close()
	if n := <-got; n != sendSize+50+100+50 {
		panic(n)
	}
}

func TestSendfile(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		if os.Getenv("FERRY_REQUIRE_PEERS") == "1" {
			t.Fatal("install strace")
		}
		t.Skip("needs the Debian package strace")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), make([]byte, sendSize), 0o644); err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command(strace, "-f", "-o", trace, "-e", "trace=sendfile,sendfile64", os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"=send", killDirEnv+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		if bytes.Contains(out, []byte("ptrace")) {
			t.Skipf("tracing is not permitted: %s", out)
		}
		t.Fatalf("%v: %s", err, out)
	}
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	sent := int64(0)
	for line := range strings.Lines(string(calls)) {
		if _, n, ok := strings.Cut(strings.TrimSpace(line), " = "); ok {
			sent += parse(n)
		}
	}
	if want := int64(sendSize + 50 + 100 + 50); sent != want {
		t.Errorf("sendfile sent %d octets, want all %d:\n%s", sent, want, calls)
	}
}

// parse returns the number that s is, or zero.
func parse(s string) (n int64) {
	for _, c := range s {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + int64(c-'0')
	}
	return n
}
