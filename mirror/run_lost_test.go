package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// lossy is a network that loses one reply, with the control connection that it was to
// come over, and then lets nobody through for a while.
type lossy struct {
	*memnet.Net
	reply  string        // its code
	outage time.Duration // how long

	mu   sync.Mutex
	lost bool
	back time.Time
}

func (n *lossy) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	n.mu.Lock()
	out := time.Now().Before(n.back)
	n.mu.Unlock()
	if out {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	c, err := n.Net.Dial(ctx, network, local, address)
	if err == nil && strings.HasSuffix(address, ":21") {
		c = &lossyConn{Conn: c, n: n}
	}
	return c, err
}

type lossyConn struct {
	net.Conn
	n *lossy
}

func (c *lossyConn) Read(p []byte) (int, error) {
	k, err := c.Conn.Read(p)
	at := bytes.Index(p[:k], []byte(c.n.reply+" "))
	if at < 0 || at > 0 && p[at-1] != '\n' {
		return k, err
	}
	c.n.mu.Lock()
	defer c.n.mu.Unlock()
	if c.n.lost {
		return k, err
	}
	c.n.lost, c.n.back = true, time.Now().Add(c.n.outage)
	c.Conn.(*memnet.Conn).Abort()
	return 0, syscall.ECONNRESET
}

// TestLostReply loses the reply to an upload of which all octets have arrived. It is
// accepted for what is there, and not sent again.
func TestLostReply(t *testing.T) {
	for _, test := range []struct {
		name    string
		outage  time.Duration
		inPlace bool
	}{
		{"at once", 0, false}, {"at once, in place", 0, true},
		{"after a while", 5 * time.Second, false}, {"after a while, in place", 5 * time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &lossy{Net: memnet.New(), reply: "226", outage: test.outage}
				there := mem.New(mem.Options{})
				var mu sync.Mutex
				var sent []string
				cl := ftpclient.New(serve(t, n.Net, there), &ftpclient.Options{Net: n, Trace: func(e ftpclient.TraceEvent) {
					mu.Lock()
					defer mu.Unlock()
					if e.Sent {
						sent = append(sent, e.Line)
					}
				}})
				defer cl.Close()
				src := mem.New(mem.Options{})
				fill(t, src, map[string]string{"big": big(1 << 20)})
				var seen log
				sum, err := mirror.Run(t.Context(), mirror.Tree{FS: cl}, mirror.Tree{FS: src}, plan(everything(t, src)),
					mirror.Options{Journal: mem.New(mem.Options{}), InPlace: test.inPlace, Observe: seen.observe})
				if err != nil || !n.lost {
					t.Fatalf("%v; reply lost: %v", err, n.lost)
				}
				same(t, there, src)
				if info, err := there.Stat(t.Context(), "big"); err != nil || !info.ModTime.Equal(day) {
					t.Errorf("it is of %v (%v)", info.ModTime, err)
				}
				if sum.Moved != 1<<20 {
					t.Errorf("%d octets were sent", sum.Moved)
				}
				mu.Lock()
				defer mu.Unlock()
				sent = slices.DeleteFunc(sent, func(s string) bool { return !strings.HasPrefix(s, "STOR") && !strings.HasPrefix(s, "REST") })
				if again := len(seen.of(mirror.Retrying)); test.outage == 0 && (again > 0 || len(sent) != 1) || test.outage > 0 && again == 0 {
					t.Errorf("tried again %d times; sent: %q", again, sent)
				}
			})
		})
	}
}

// serve runs ferry's server for a store on a network in memory, and returns its address.
func serve(t *testing.T, n *memnet.Net, fsys storage.FS) string {
	t.Helper()
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	if err != nil {
		t.Fatal(err)
	}
	srv, err := ftpserver.New(ftpserver.Config{
		Net: n,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "tester", FS: fsys, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		srv.Close()
		if err := <-done; err != nil && !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}
