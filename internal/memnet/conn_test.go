package memnet_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/nettest"

	"github.com/seed-6092453b/ferry/internal/memnet"
)

// pair returns the two ends of a new connection on the net.
func pair(t testing.TB, n *memnet.Net) (dialed, accepted *memnet.Conn) {
	t.Helper()
	l, err := n.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := n.Dial(t.Context(), "tcp", nil, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return c.(*memnet.Conn), s.(*memnet.Conn)
}

// write writes it all, or fails the test.
func write(t testing.TB, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

// expect reads until an error and compares both.
func expect(t testing.TB, r io.Reader, want string, wantErr error) {
	t.Helper()
	got, err := io.ReadAll(r)
	if string(got) != want || !errors.Is(err, wantErr) {
		t.Errorf("read %q and error %v; want %q and %v", got, err, want, wantErr)
	}
}

func TestConn(t *testing.T) {
	for _, latency := range []time.Duration{0, time.Millisecond} {
		t.Run(latency.String(), func(t *testing.T) {
			nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
				n := memnet.New()
				n.Latency = latency
				c, s := pair(t, n)
				return c, s, func() { c.Close(); s.Close() }, nil
			})
		})
	}
}

func TestHalfClose(t *testing.T) {
	c, s := pair(t, memnet.New())
	defer s.Close()
	defer c.Close()
	write(t, c, "question")
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "question", nil)
	write(t, s, "answer")
	s.Close()
	expect(t, c, "answer", nil)
	if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("Write after CloseWrite: %v, want EPIPE", err)
	}
}

func TestReset(t *testing.T) {
	tests := []struct {
		name string
		end  func(s *memnet.Conn)
	}{
		{"Abort", func(s *memnet.Conn) { s.Abort() }},
		{"linger", func(s *memnet.Conn) { s.SetLinger(0); s.Close() }},
		{"unread input", func(s *memnet.Conn) { s.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, s := pair(t, memnet.New())
			defer c.Close()
			if tt.name == "unread input" {
				write(t, c, "x")
			}
			write(t, s, "last words")
			tt.end(s)
			expect(t, c, "last words", syscall.ECONNRESET)
			if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("Write: %v, want ECONNRESET", err)
			}
		})
	}
}

// A write to an end that was closed in good order succeeds once, and the reset
// that answers it makes the next one fail.
func TestWriteToClosed(t *testing.T) {
	c, s := pair(t, memnet.New())
	defer c.Close()
	s.Close()
	write(t, c, "x")
	if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("second Write: %v, want EPIPE", err)
	}
}

func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		n.Window = 10
		c, s := pair(t, n)
		defer s.Close()
		defer c.Close()
		c.SetWriteDeadline(time.Now().Add(time.Minute))
		start := time.Now()
		k, err := c.Write(make([]byte, 25))
		if k != 10 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write: %d, %v; want 10 and a timeout", k, err)
		}
		if d := time.Since(start); d != time.Minute {
			t.Errorf("it took %v", d)
		}
		c.SetWriteDeadline(time.Time{})
		go func() {
			c.Write(bytes.Repeat([]byte("y"), 25))
			c.Close()
		}()
		expect(t, s, string(make([]byte, 10))+"yyyyyyyyyyyyyyyyyyyyyyyyy", nil)
	})
}

// A writer that waits for room learns of a reset.
func TestResetWakesWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := pair(t, memnet.New())
		defer c.Close()
		done := make(chan error)
		go func() {
			_, err := c.Write(make([]byte, memnet.DefaultWindow+1))
			done <- err
		}()
		synctest.Wait()
		s.Close()
		if err := <-done; !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("Write: %v, want ECONNRESET", err)
		}
	})
}

func TestReadDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := pair(t, memnet.New())
		defer s.Close()
		defer c.Close()
		start := time.Now()
		c.SetReadDeadline(start.Add(time.Hour))
		_, err := c.Read(make([]byte, 1))
		if ne, ok := err.(net.Error); !ok || !ne.Timeout() || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read: %v, want a timeout", err)
		}
		if d := time.Since(start); d != time.Hour {
			t.Errorf("it took %v", d)
		}
		write(t, s, "x")
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read behind its deadline: %v, want a timeout", err)
		}
		c.SetReadDeadline(time.Time{})
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Errorf("Read after the deadline was taken away: %v", err)
		}
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		n.Latency = time.Second
		start := time.Now()
		c, s := pair(t, n)
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("dial took %v, want one round trip", d)
		}
		write(t, c, "a")
		write(t, c, "b")
		c.Close()
		expect(t, s, "ab", nil)
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("the bytes were there after %v, want 3s", d)
		}
		s.Close()
	})
}
