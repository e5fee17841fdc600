package distance_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/distance"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

const rtt = 100 * time.Millisecond

// script is what a server does with a connection.
type script func(c net.Conn)

// far puts a server that does what the script says at the end of a line, and returns a
// connection to it, and the relay, in a bubble of fake time.
func far(t *testing.T, o distance.Options, serve script, client func(t *testing.T, n *memnet.Net, r *distance.Relay, c net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
		check(t, err)
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() { defer c.Close(); serve(c) }()
			}
		}()
		o.RTT, o.Net = rtt, n
		r, err := distance.Listen(t.Context(), "127.0.0.1:21", o)
		check(t, err)
		defer r.Close()
		c := dial(t, n, r.Addr())
		defer c.Close()
		client(t, n, r, c)
	})
}

func dial(t *testing.T, n *memnet.Net, addr string) net.Conn {
	t.Helper()
	c, err := n.Dial(t.Context(), "tcp", nil, addr)
	check(t, err)
	return c
}

// took fails the test unless so much time has passed since start.
func took(t *testing.T, start time.Time, want float64, what string) {
	t.Helper()
	if got := float64(time.Since(start)) / float64(rtt); got < want-1e-6 || got > want+1e-6 {
		t.Errorf("%s after %.2f round trips, want %.2f", what, got, want)
	}
}

func TestGreetingTakesTwoRoundTrips(t *testing.T) {
	far(t, distance.Options{}, func(c net.Conn) {
		io.WriteString(c, "220 Hello\r\n")
		io.Copy(c, c)
	}, func(t *testing.T, _ *memnet.Net, _ *distance.Relay, c net.Conn) {
		start, b := time.Now(), bufio.NewReader(c)
		read(t, b, "220 Hello\r\n")
		took(t, start, 2, "the greeting")
		start = time.Now()
		io.WriteString(c, "NOOP\r\n")
		read(t, b, "NOOP\r\n")
		took(t, start, 1, "a reply")
	})
}

// A client that speaks first, as in TLS and in uploads, is heard with the third segment
// of the handshake.
func TestFirstOctetsWaitForTheHandshake(t *testing.T) {
	far(t, distance.Options{}, func(c net.Conn) { io.Copy(c, c) },
		func(t *testing.T, _ *memnet.Net, _ *distance.Relay, c net.Conn) {
			start := time.Now()
			io.WriteString(c, "x\n")
			io.ReadFull(c, make([]byte, 2))
			took(t, start, 2, "the echo")
		})
}

// The way is long, not narrow: what is sent for a second arrives within a second.
func TestBandwidth(t *testing.T) {
	const pieces, gap = 1000, time.Millisecond
	far(t, distance.Options{}, func(c net.Conn) {
		for range pieces {
			c.Write(make([]byte, 10_000))
			time.Sleep(gap)
		}
	}, func(t *testing.T, _ *memnet.Net, r *distance.Relay, c net.Conn) {
		start := time.Now()
		n, err := io.Copy(io.Discard, c)
		if err != nil || n != pieces*10_000 {
			t.Errorf("%d octets, %v", n, err)
		}
		took(t, start, 2+float64(pieces*gap)/float64(rtt), "all octets")
		if got := r.Counts(); got.Down != n || got.Control != 1 || got.Data != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// One direction may end before the other, and a reset stays one.
func TestEndsAsItEnded(t *testing.T) {
	far(t, distance.Options{}, func(c net.Conn) {
		b, _ := io.ReadAll(c)
		c.Write(b)
	}, func(t *testing.T, _ *memnet.Net, _ *distance.Relay, c net.Conn) {
		io.WriteString(c, "all of it\n")
		c.(*memnet.Conn).CloseWrite()
		if b, err := io.ReadAll(c); string(b) != "all of it\n" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
	})
	far(t, distance.Options{}, func(c net.Conn) {
		io.WriteString(c, "half")
		time.Sleep(rtt)
		c.(*memnet.Conn).Abort()
	}, func(t *testing.T, _ *memnet.Net, _ *distance.Relay, c net.Conn) {
		if b, err := io.ReadAll(c); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%q, %v, want a reset", b, err)
		}
	})
}

func TestServerThatIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		r, err := distance.Listen(t.Context(), "127.0.0.1:21", distance.Options{RTT: rtt, Net: n})
		check(t, err)
		defer r.Close()
		c := dial(t, n, r.Addr())
		defer c.Close()
		start := time.Now()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want a reset", err)
		}
		took(t, start, 2, "the reset")
	})
}

// Close ends what would never end, and leaves no connection.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
		check(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		r, err := distance.Listen(ctx, "127.0.0.1:21", distance.Options{RTT: rtt, Net: n})
		check(t, err)
		cancel() // is about Listen alone
		c := dial(t, n, r.Addr())
		s, err := l.Accept()
		check(t, err)
		io.WriteString(s, "220 Hello\r\n")
		read(t, bufio.NewReader(c), "220 Hello\r\n")
		r.Close()
		c.Close()
		s.Close()
		l.Close()
		if open := n.OpenEnds(); len(open) > 0 {
			t.Errorf("left open: %q", open)
		}
	})
}

// read fails the test unless the next line is want.
func read(t *testing.T, b *bufio.Reader, want string) {
	t.Helper()
	if got, err := b.ReadString('\n'); got != want || err != nil {
		t.Errorf("read %q, %v, want %q", got, err, want)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestPipelinedLines has lines come in pieces and several at once: they arrive as they
// were, in order.
func TestPipelinedLines(t *testing.T) {
	far(t, distance.Options{}, func(c net.Conn) { io.Copy(c, c) },
		func(t *testing.T, _ *memnet.Net, r *distance.Relay, c net.Conn) {
			var sent strings.Builder
			for i := range 50 {
				fmt.Fprintf(&sent, "NOOP %d\r\n", i)
			}
			text := sent.String()
			for len(text) > 0 {
				n := min(7, len(text))
				io.WriteString(c, text[:n])
				time.Sleep(time.Millisecond)
				text = text[n:]
			}
			got := make([]byte, sent.Len())
			if _, err := io.ReadFull(c, got); err != nil || string(got) != sent.String() {
				t.Errorf("%v, %q", err, got)
			}
			if n := r.Counts(); n.Commands != 50 || n.Turns != 0 {
				t.Errorf("%+v, want 50 commands and no turn", n)
			}
		})
}
