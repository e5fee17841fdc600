package ftpclient

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
)

// TestDrop has the kernel throw away what comes over a real socket: each octet is counted,
// the end is the end, and a deadline ends the waiting.
func TestDrop(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	there, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	here, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	const size = 5<<20 + 17
	go func() {
		there.Write(make([]byte, size))
		there.(*net.TCPConn).CloseWrite()
	}()
	total := 0
	for {
		n, done, err := drop(here, 64<<10)
		if !done || n > 64<<10 {
			t.Fatalf("%d octets, by the kernel %v: %v", n, done, err)
		}
		total += n
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if total != size {
		t.Errorf("%d octets instead of %d", total, size)
	}

	pipe, end := net.Pipe()
	defer pipe.Close()
	defer end.Close()
	if n, done, err := drop(pipe, 1); done || n != 0 || err != nil {
		t.Errorf("of what is no socket: %d, %v, %v", n, done, err)
	}
}

func TestDropDeadline(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(aLongTimeAgo)
	if n, done, err := drop(conn, 1); n != 0 || !done || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d, %v, %v", n, done, err)
	}
}
