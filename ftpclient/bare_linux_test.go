package ftpclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"

	"golang.org/x/net/nettest"
	"golang.org/x/sys/unix"
)

// TestBareConn holds the connections to what every net.Conn promises, before they have to
// be waited for and after.
func TestBareConn(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(addr, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				ln, err := net.Listen("tcp", addr)
				if err != nil {
					t.Skip(err)
				}
				defer ln.Close()
				b := dialBare(ln.Addr().(*net.TCPAddr).AddrPort())
				if b == nil {
					return nil, nil, nil, errors.New("it cannot be had")
				}
				if c2, err = ln.Accept(); err != nil {
					return nil, nil, nil, err
				}
				if !b.stands() {
					t.Error("it has been accepted, and does not stand")
				}
				if b.LocalAddr().String() != c2.RemoteAddr().String() || b.RemoteAddr().String() != ln.Addr().String() {
					t.Errorf("from %v to %v; the other end has %v and %v", b.LocalAddr(), b.RemoteAddr(), c2.RemoteAddr(), c2.LocalAddr())
				}
				return b, c2, func() { b.Close(); c2.Close() }, nil
			})
		})
	}
}

// TestBareConnEnds has the ends of a connection told apart: a file that is whole, and one
// that was broken off. Both are the same before the poller knows the connection and after.
func TestBareConnEnds(t *testing.T) {
	for _, waits := range []bool{false, true} {
		for _, want := range []error{io.EOF, syscall.ECONNRESET} {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			b := dialBare(ln.Addr().(*net.TCPAddr).AddrPort())
			there, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			if waits {
				if _, err := b.watched(); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := b.Write([]byte("STOR")); err != nil {
				t.Error(err)
			}
			if err := b.CloseWrite(); err != nil {
				t.Error(err)
			}
			if got, err := io.ReadAll(there); string(got) != "STOR" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := there.Write([]byte("file")); err != nil {
				t.Fatal(err)
			}
			if want != io.EOF {
				there.(*net.TCPConn).SetLinger(0)
			}
			file := make([]byte, 4)
			if _, err := io.ReadFull(b, file); err != nil || string(file) != "file" {
				t.Errorf("%q, %v", file, err)
			}
			there.Close()
			if _, err := b.Read(file); !errors.Is(err, want) {
				t.Errorf("%v at the end, want %v", err, want)
			}
			b.Close()
			if _, err := b.Read(file); !errors.Is(err, net.ErrClosed) {
				t.Errorf("%v once it is closed", err)
			}
			ln.Close()
		}
	}
}

// TestBareConnPrompt has what is written go out at once, also once the poller knows the
// connection: a handshake writes small pieces one after the other, and a server that
// delays its acknowledgement would hold each but the first up for longer than a round
// trip.
func TestBareConnPrompt(t *testing.T) {
	for _, waits := range []bool{false, true} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		b := dialBare(ln.Addr().(*net.TCPAddr).AddrPort())
		defer b.Close()
		if waits {
			if _, err := b.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Write([]byte("STOR")); err != nil {
			t.Error(err)
		}
		set := 0
		err = b.control("ask", func(fd int) (err error) {
			set, err = unix.GetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY)
			return err
		})
		if set == 0 || err != nil {
			t.Errorf("after it was waited for (%t), TCP_NODELAY is %d, %v", waits, set, err)
		}
	}
}

// TestBareConnUnmade has connections come to nothing: refused, and given up.
func TestBareConnUnmade(t *testing.T) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	to := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(sa.(*unix.SockaddrInet4).Port))
	if b := dialBare(to); b != nil {
		if _, err := b.wait(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v where nobody listens", err)
		}
	}

	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 10 { // until the queue is full, and no more are let in
		b := dialBare(to)
		defer b.Close()
		if b.stands() {
			continue
		}
		cancel()
		if _, err := b.wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v when it was given up", err)
		}
		return
	}
	t.Error("a full queue lets everybody in")
}
