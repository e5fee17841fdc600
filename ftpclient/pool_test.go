package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// overFerry runs do with a Client of ferry's own server, in a bubble.
func overFerry(t *testing.T, o ftpclient.Options, do func(t *testing.T, n *memnet.Net, cl *ftpclient.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		o.Net = n
		cl := ftpclient.New(serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30})), &o)
		t.Cleanup(func() { cl.Close() })
		do(t, n, cl)
	})
}

// put stores a file.
func put(t *testing.T, cl *ftpclient.Client, name, data string) {
	t.Helper()
	w, err := cl.Create(t.Context(), name, storage.CreateOptions{})
	if err == nil {
		_, err = io.WriteString(w, data)
		if _, cerr := w.Commit(t.Context()); err == nil {
			err = cerr
		}
	}
	if err != nil {
		t.Fatalf("storing %q: %v", name, err)
	}
}

// A goroutine that holds all connections and wants one more is told so.
func TestBusy(t *testing.T) {
	overFerry(t, ftpclient.Options{MaxConns: 1}, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
		put(t, cl, "a", strings.Repeat("x", 1<<20))
		r, err := cl.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = cl.Stat(t.Context(), "a")
		if !errors.Is(err, storage.ErrBusy) || time.Since(start) != 5*time.Second {
			t.Errorf("Stat while all is held: %v after %v", err, time.Since(start))
		}
		r.Close()
		if _, err := cl.Stat(t.Context(), "a"); err != nil {
			t.Errorf("Stat afterwards: %v", err)
		}
	})
}

// Who waits for a connection that is being used gets it, however long that takes.
func TestWait(t *testing.T) {
	overFerry(t, ftpclient.Options{MaxConns: 1}, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
		put(t, cl, "a", strings.Repeat("x", 1<<20))
		r, err := cl.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			defer r.Close()
			for range 10 {
				pass(3 * time.Second)
				r.Read(make([]byte, 10))
			}
		})
		if _, err := cl.Stat(t.Context(), "a"); err != nil {
			t.Errorf("Stat: %v", err)
		}
		wg.Wait()
	})
}

// With one connection a listing can be used to do something with its entries.
func TestListWithOne(t *testing.T) {
	overFerry(t, ftpclient.Options{MaxConns: 1}, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
		put(t, cl, "a", "1")
		put(t, cl, "b", "2")
		for info, err := range cl.List(t.Context(), ".") {
			if err == nil {
				err = cl.Remove(t.Context(), info.Name, storage.KindFile)
			}
			if err != nil {
				t.Error(err)
			}
		}
		if got, err := entries(t, cl, "."); got != "" || err != nil {
			t.Errorf("left is %q, %v", got, err)
		}
	})
}

// A server that takes one connection and no more is used with one: who wants
// another waits, and it is not asked again.
func TestTooMany(t *testing.T) {
	script := "== first\n" + strings.TrimLeft(newServer, "\n") + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\nD open\n" +
		"== second\nS: 421 Too many connections.\nX: closed\n" +
		"== first\nD< \"hello\"\nD< closed\nS: 226 Done.\n" + facts("b", 5) + facts("b", 5)
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		r, err := cl.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := cl.Stat(t.Context(), "b"); err != nil {
					t.Errorf("Stat: %v", err)
				}
			})
			pass(time.Second)
		}
		if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		wg.Wait()
	})
}

// An idle connection that has died is replaced, and nobody notices.
func TestReplaced(t *testing.T) {
	tests := []struct {
		name, end string
		idle      time.Duration
	}{
		{name: "closed", end: "X: closed\n"},
		{name: "421", end: "S: 421 Idle too long.\nX: closed\n"},
		{name: "reset", end: "X: reset\n"},
		{name: "closed at the command", end: "C: MLST a\nX: closed\n"},
		{name: "421 at the command", end: "C: MLST a\nS: 421 Idle too long.\nX: closed\n"},
		{name: "421 after an hour", idle: hour, end: "+1h\nC: NOOP\nS: 421 Idle too long.\nX: closed\n"},
		{name: "forgotten by a firewall", idle: hour, end: "+1h\nC: NOOP\n+10s\nX: client closed\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := newServer + facts("a", 5) + tt.end + "== second\n" + again + facts("a", 5)
			withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if _, err := cl.Stat(t.Context(), "a"); err != nil {
					t.Errorf("Stat: %v", err)
				}
				pass(tt.idle)
				synctest.Wait()
				if _, err := cl.Stat(t.Context(), "a"); err != nil {
					t.Errorf("Stat: %v", err)
				}
			})
		})
	}
}

// A connection on which a command is refused as if nobody had logged in is used again only
// if somebody has.
func TestLoggedOut(t *testing.T) {
	const asked = "C: MLST a\nS: 530 Please log in.\nC: PWD\n"
	for name, script := range map[string]string{
		"out":         asked + "S: 530 Please log in.\nX: client closed\n== second\n" + again + facts("a", 5) + facts("a", 5),
		"in":          asked + "S: 257 \"/\"\n" + facts("a", 5) + facts("a", 5),
		"without PWD": asked + "S: 502 No.\n" + facts("a", 5) + facts("a", 5),
	} {
		t.Run(name, func(t *testing.T) {
			withClient(t, newServer+facts("a", 5)+script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				for _, want := range []error{nil, fs.ErrPermission, nil, nil} {
					if _, err := cl.Stat(t.Context(), "a"); !errors.Is(err, want) {
						t.Errorf("Stat: %v, want %v", err, want)
					}
				}
			})
		})
	}
}

// What cannot be repeated is not, unless the server has said that it did nothing.
func TestNotRepeated(t *testing.T) {
	withClient(t, newServer+facts("a", 5)+"C: MKD b\nX: closed\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if _, err := cl.Stat(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		var ce *ftpclient.ConnError
		if err := cl.Mkdir(t.Context(), "b"); !errors.As(err, &ce) {
			t.Errorf("Mkdir: %v", err)
		}
	})
	withClient(t, newServer+facts("a", 5)+"C: MKD b\nS: 421 Too late.\nX: closed\n== second\n"+again+"C: MKD b\nS: 257 \"/b\"\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if _, err := cl.Stat(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if err := cl.Mkdir(t.Context(), "b"); err != nil {
			t.Errorf("Mkdir: %v", err)
		}
	})
}

// Close ends what is under way.
func TestClose(t *testing.T) {
	overFerry(t, ftpclient.Options{}, func(t *testing.T, n *memnet.Net, cl *ftpclient.Client) {
		put(t, cl, "a", strings.Repeat("x", 1<<20))
		r, err := cl.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		w, err := cl.Create(t.Context(), "b", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cl.Close()
		if _, err := io.Copy(io.Discard, r); err == nil {
			t.Error("reading went on")
		}
		r.Close()
		if _, err := w.Commit(t.Context()); err == nil {
			t.Error("Commit succeeded")
		}
		if _, err := cl.Stat(t.Context(), "a"); !errors.Is(err, ftpclient.ErrClosed) {
			t.Errorf("Stat: %v", err)
		}
	})
}

// A context that is cancelled ends reading and writing, and what comes behind
// still works.
func TestCancelled(t *testing.T) {
	overFerry(t, ftpclient.Options{MaxConns: 1}, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
		put(t, cl, "a", strings.Repeat("x", 1<<20))
		ctx, cancel := context.WithCancel(t.Context())
		r, err := cl.Open(ctx, "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
			t.Errorf("reading: %v", err)
		}
		r.Close()
		for _, name := range []string{"new", "a"} {
			ctx, cancel = context.WithCancel(t.Context())
			w, err := cl.Create(ctx, name, storage.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, "part")
			cancel()
			if _, err := io.WriteString(w, "more"); !errors.Is(err, context.Canceled) {
				t.Errorf("writing: %v", err)
			}
			if err := w.Abort(); err != nil {
				t.Errorf("Abort: %v", err)
			}
		}
		if _, err := cl.Stat(t.Context(), "new"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat of an aborted file: %v", err)
		}
		if info, err := cl.Stat(t.Context(), "a"); err != nil || info.Size != 1<<20 {
			t.Errorf("Stat of a file whose overwrite was aborted: %+v, %v", info, err)
		}
	})
}

// The wait for a connection ends with the context.
func TestWaitCancelled(t *testing.T) {
	overFerry(t, ftpclient.Options{MaxConns: 1}, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := cl.Stat(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Stat: %v", err)
		}
	})
}
