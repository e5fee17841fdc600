package distance_test

import (
	"errors"
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/distance"
)

// line makes a line whose round trip is rtt, or skips the test.
func line(t *testing.T) *distance.Line {
	t.Helper()
	l, err := distance.OpenLine()
	if errors.Is(err, distance.ErrNoLine) {
		t.Skip(err)
	}
	check(t, err)
	t.Cleanup(func() { check(t, l.Close()) })
	l.SetRTT(rtt)
	return l
}

// TestLine counts the round trips of a real connection: of the handshake, and of what is
// said.
func TestLine(t *testing.T) {
	l := line(t)
	ln, err := net.Listen("tcp", net.JoinHostPort(l.Near(), "0"))
	check(t, err)
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if host, _, _ := net.SplitHostPort(c.RemoteAddr().String()); host != l.Far() {
				t.Errorf("the client is at %s, want %s", host, l.Far())
			}
			io.Copy(c, c)
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	// A busy machine takes longer now and then, never less.
	connecting, echo := time.Hour, time.Hour
	for range 5 {
		start := time.Now()
		c, err := net.Dial("tcp", net.JoinHostPort(l.Far(), port))
		check(t, err)
		connecting = min(connecting, time.Since(start))
		start = time.Now()
		io.WriteString(c, "x")
		io.ReadFull(c, make([]byte, 1))
		echo = min(echo, time.Since(start))
		c.Close()
	}
	if connecting < rtt || connecting > rtt*3/2 || echo < rtt || echo > rtt*3/2 {
		t.Errorf("connecting took %v and an echo %v, where a round trip is %v", connecting, echo, rtt)
	}
}

// TestTransfersOverLine moves a file to and fro, and counts what goes over.
func TestTransfersOverLine(t *testing.T) {
	l := line(t)
	l.SetRTT(time.Millisecond)
	ln, err := net.Listen("tcp", net.JoinHostPort(l.Near(), "0"))
	check(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	l.Control(port)
	serve(t, ln, ftpserver.Config{Passive: ftpserver.Passive{PublicHost: l.Far()}})
	moveFile(t, net.JoinHostPort(l.Far(), strconv.Itoa(port)), ftpclient.Options{})
	n := l.Counts()
	if n.Control != 1 || n.Data != 2 || n.Up < size || n.Up > size+2000 || n.Down < size || n.Down > size+2000 || n.Commands < 5 || n.Turns < 5 || n.Turns > n.Commands {
		t.Errorf("%+v", n)
	}
}
