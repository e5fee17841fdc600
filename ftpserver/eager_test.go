package ftpserver

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"
)

// chatty is a client that sends one NOOP after another, over an eagerConn.
type chatty struct {
	net.Conn
	pause time.Duration // before each line; the clock of the session is put back by it
	s     *session
	said  []bool // by expect
}

func (c *chatty) Read(p []byte) (int, error) {
	c.s.conn.Since = c.s.conn.Since.Add(-c.pause)
	return copy(p, "NOOP\r\n"), nil
}

func (c *chatty) expect(on bool) { c.said = append(c.said, on) }

// A line is awaited eagerly once a client sends one after another, and no other client any.
func TestEager(t *testing.T) {
	srv, err := New(Config{Login: func(context.Context, Credentials) (*Account, error) { return nil, errors.New("not here") }})
	if err != nil {
		t.Fatal(err)
	}
	join := func() *chatty {
		c := new(chatty)
		c.s = newSession(srv, c, ConnInfo{Since: time.Now()}, Listener{})
		return c
	}
	a, b := join(), join()
	read := func(c *chatty, lines int) {
		t.Helper()
		for range lines {
			if line, err := c.s.readLine(c.s.now()); string(line.Text) != "NOOP" || err != nil {
				t.Fatalf("%q, %v", line.Text, err)
			}
		}
	}
	eager := func(c *chatty, lines int) {
		t.Helper()
		if want := slices.Repeat([]bool{true, false}, lines); !slices.Equal(c.said, want) {
			t.Errorf("%d lines were awaited eagerly, want %d: %v", len(c.said)/2, lines, c.said)
		}
		c.said = nil
	}
	for _, tt := range []struct {
		why  string
		what func()
	}{
		{"another's line", func() { read(b, 1) }},
		{"a pause", func() {
			a.pause = 2 * eagerTime
			read(a, 1)
			a.pause, a.said = 0, nil
		}},
		{"a transfer with the runtime's help", func() {
			in := lineInput{s: a.s}
			in.pull()
			<-in.got
		}},
	} {
		t.Run("after "+tt.why, func(t *testing.T) {
			read(a, aloneAfter+3)
			a.said = nil
			read(a, 2)
			eager(a, 2)
			tt.what()
			read(a, aloneAfter)
			eager(a, 0)
			read(a, 1)
			eager(a, 1)
		})
	}
	srv.threads.take()
	read(a, 1)
	eager(a, 0)
	srv.threads.give()
	read(a, 1)
	eager(a, 1)

	eager(b, 0)
	srv.end(b.s)
	srv.end(a.s)
	if srv.latest.Load() != nil {
		t.Error("a session that is over is kept")
	}
}

func (*chatty) SetReadDeadline(time.Time) error { return nil }
