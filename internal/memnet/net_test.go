package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/memnet"
)

func listen(t testing.TB, h *memnet.Host, network, address string) net.Listener {
	t.Helper()
	l, err := h.Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestListenAddresses(t *testing.T) {
	tests := []struct {
		network, address string
		v4, v6           bool
	}{
		{"tcp", "192.0.2.1:21", true, false},
		{"tcp", "[2001:db8::1]:21", false, true},
		{"tcp", ":21", true, true},
		{"tcp4", ":21", true, false},
		{"tcp6", ":21", false, true},
		{"tcp", "[::ffff:192.0.2.1]:21", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.network+tt.address, func(t *testing.T) {
			n := memnet.New()
			server := n.Host("192.0.2.1", "2001:db8::1")
			client := n.Host("192.0.2.2", "2001:db8::2")
			defer listen(t, server, tt.network, tt.address).Close()
			for to, want := range map[string]bool{"192.0.2.1:21": tt.v4, "[2001:db8::1]:21": tt.v6} {
				c, err := client.Dial(t.Context(), "tcp", nil, to)
				if want != (err == nil) || (!want && !errors.Is(err, syscall.ECONNREFUSED)) {
					t.Errorf("dial %s: %v", to, err)
				}
				if err == nil && c.RemoteAddr().String() != to {
					t.Errorf("dialed %s, remote address %v", to, c.RemoteAddr())
				}
			}
			if _, err := server.Listen(t.Context(), tt.network, tt.address); !errors.Is(err, syscall.EADDRINUSE) {
				t.Errorf("second listener: %v, want EADDRINUSE", err)
			}
		})
	}
}

func TestListenErrors(t *testing.T) {
	n := memnet.New()
	for _, tt := range []struct {
		network, address string
		want             error
	}{
		{"tcp", "192.0.2.1:0", syscall.EADDRNOTAVAIL},
		{"udp", "127.0.0.1:0", net.UnknownNetworkError("udp")},
		{"tcp", "nowhere:0", nil},
		{"tcp6", "127.0.0.1:0", nil},
		{"tcp", "127.0.0.1:65536", nil},
	} {
		l, err := n.Listen(t.Context(), tt.network, tt.address)
		if err == nil {
			t.Errorf("Listen %s %s: no error, address %v", tt.network, tt.address, l.Addr())
		} else if tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("Listen %s %s: %v, want %v", tt.network, tt.address, err, tt.want)
		}
	}
}

func TestEphemeralPorts(t *testing.T) {
	n := memnet.New()
	seen := make(map[string]bool)
	for range 100 {
		l, err := n.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		seen[l.Addr().String()] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 listeners have %d addresses", len(seen))
	}
}

func TestDialLocal(t *testing.T) {
	n := memnet.New()
	server, client := n.Host("192.0.2.1", "192.0.2.9"), n.Host("192.0.2.2", "2001:db8::2")
	defer listen(t, server, "tcp", "192.0.2.1:20").Close()
	for _, tt := range []struct {
		local *net.TCPAddr
		want  error
	}{
		{&net.TCPAddr{Port: 2000}, nil},
		{&net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 2000}, syscall.EADDRINUSE},
		{&net.TCPAddr{IP: net.IPv4(192, 0, 2, 2)}, nil},
		{&net.TCPAddr{IP: net.IPv4(192, 0, 2, 3)}, syscall.EADDRNOTAVAIL},
	} {
		c, err := client.Dial(t.Context(), "tcp", tt.local, "192.0.2.1:20")
		if !errors.Is(err, tt.want) {
			t.Errorf("dial from %v: %v, want %v", tt.local, err, tt.want)
		}
		if err == nil && tt.local.Port != 0 && c.LocalAddr().(*net.TCPAddr).Port != tt.local.Port {
			t.Errorf("dial from %v comes from %v", tt.local, c.LocalAddr())
		}
	}
	if _, err := client.Dial(t.Context(), "tcp", nil, "192.0.2.77:1"); !errors.Is(err, syscall.EHOSTUNREACH) {
		t.Errorf("dial to nobody: %v, want EHOSTUNREACH", err)
	}
	if _, err := server.Dial(t.Context(), "tcp", nil, "[2001:db8::2]:1"); !errors.Is(err, syscall.ENETUNREACH) {
		t.Errorf("dial without IPv6: %v, want ENETUNREACH", err)
	}
}

func TestFirewall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		h := n.Host("192.0.2.1")
		defer listen(t, h, "tcp", ":21").Close()
		verdict := memnet.Drop
		h.Firewall(func(port uint16) memnet.Verdict { return verdict })

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := n.Dial(ctx, "tcp", nil, "192.0.2.1:21")
		if ne, ok := err.(net.Error); !ok || !ne.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("dropped: %v, want a timeout", err)
		}
		if d := time.Since(start); d != time.Minute {
			t.Errorf("dropped after %v", d)
		}
		verdict = memnet.Reject
		if _, err := n.Dial(t.Context(), "tcp", nil, "192.0.2.1:21"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("rejected: %v, want ECONNREFUSED", err)
		}
		h.Firewall(nil)
		if _, err := n.Dial(t.Context(), "tcp", nil, "192.0.2.1:21"); err != nil {
			t.Errorf("allowed: %v", err)
		}
	})
}

func TestUnplug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		c, s := pair(t, n)
		h := n.Host("127.0.0.1")
		h.Unplug()
		write(t, c, "late")
		c.Close()
		s.SetReadDeadline(time.Now().Add(time.Hour))
		expect(t, s, "", os.ErrDeadlineExceeded)
		s.SetReadDeadline(time.Time{})
		time.AfterFunc(time.Second, h.Plug)
		start := time.Now()
		expect(t, s, "late", nil)
		if d := time.Since(start); d != time.Second {
			t.Errorf("plugged in after %v, want 1s", d)
		}
	})
}

func TestFailAfter(t *testing.T) {
	for _, tt := range []struct {
		fault   memnet.Fault
		readErr error
	}{
		{memnet.Reset, syscall.ECONNRESET},
		{memnet.Hangup, nil},
		{memnet.Stall, os.ErrDeadlineExceeded},
	} {
		for _, latency := range []time.Duration{0, time.Second} {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				n.Latency = latency
				n.OnConnect = func(dialed, _ *memnet.Conn) { dialed.FailAfter(5, tt.fault) }
				c, s := pair(t, n)
				defer s.Close()
				defer c.Close()
				s.SetReadDeadline(time.Now().Add(time.Minute))
				write(t, c, "123")
				write(t, c, "456")
				expect(t, s, "12345", tt.readErr)
				if tt.fault == memnet.Reset {
					if _, err := c.Write([]byte("7")); !errors.Is(err, syscall.ECONNRESET) {
						t.Errorf("sender's next Write: %v, want ECONNRESET", err)
					}
				}
				if tt.fault == memnet.Stall {
					s.SetReadDeadline(time.Time{})
					c.Resume()
					c.Close()
					expect(t, s, "6", nil)
				}
			})
		}
	}
}

func TestBacklogFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		const dials = 130
		done := make(chan error, dials)
		for range dials {
			go func() {
				_, err := n.Dial(t.Context(), "tcp", nil, "127.0.0.1:21")
				done <- err
			}()
		}
		synctest.Wait()
		if len(done) != 128 {
			t.Errorf("%d dials done before the first is accepted, want 128", len(done))
		}
		for range dials {
			if _, err := l.Accept(); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestListenerClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l := listen(t, n.Host("127.0.0.1"), "tcp", "127.0.0.1:21")
		c, err := n.Dial(t.Context(), "tcp", nil, "127.0.0.1:21")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		expect(t, c, "", syscall.ECONNRESET)
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept: %v, want net.ErrClosed", err)
		}
		c.Close()

		l = listen(t, n.Host("127.0.0.1"), "tcp", "127.0.0.1:21")
		time.AfterFunc(time.Minute, func() { l.Close() })
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept while closed: %v, want net.ErrClosed", err)
		}
	})
}

func TestAcceptDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t, memnet.New().Host("127.0.0.1"), "tcp", ":0")
		defer l.Close()
		start := time.Now()
		l.(interface{ SetDeadline(time.Time) error }).SetDeadline(start.Add(time.Minute))
		if _, err := l.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("Accept: %v after %v, want a timeout after a minute", err, time.Since(start))
		}
	})
}

func TestOpen(t *testing.T) {
	n := memnet.New()
	c, s := pair(t, n)
	l := listen(t, n.Host("127.0.0.1"), "tcp", "127.0.0.1:21")
	if got := n.Open(); got != 3 {
		t.Errorf("Open = %d, want 3", got)
	}
	if got := strings.Join(n.OpenEnds(), "\n"); !strings.Contains(got, "listener 127.0.0.1:21") {
		t.Errorf("OpenEnds does not name the listener: %s", got)
	}
	for _, x := range []io.Closer{c, s, l} {
		x.Close()
		if err := x.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("second Close of %T: %v, want net.ErrClosed", x, err)
		}
	}
	if got := n.Open(); got != 0 {
		t.Errorf("Open = %d after closing it all: %v", got, n.OpenEnds())
	}
}
