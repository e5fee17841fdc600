package load_test

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/load"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

var update = flag.Bool("update", false, "write the golden files")

// roundTrip is that of the network in memory; nothing else takes time there.
const roundTrip = 10 * time.Millisecond

// world is a server in the bubble of a test, ten milliseconds away.
type world struct {
	t     *testing.T
	srv   *ftpserver.Server
	store storage.FS
	o     load.Options
	found []load.Result
}

func open(t *testing.T, store storage.FS, set func(*ftpserver.Config)) *world {
	t.Helper()
	n := memnet.New()
	n.Latency = roundTrip / 2
	cfg := ftpserver.Config{
		Net: n,
		Login: func(_ context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
			if cr.Password != "secret" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: cr.User, FS: store, Can: ftpserver.ReadWrite}, nil
		},
	}
	if set != nil {
		set(&cfg)
	}
	srv, err := ftpserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		srv.Close()
		<-done
		synctest.Wait()
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	return &world{t: t, srv: srv, store: store, o: load.Options{
		Addr:   "127.0.0.1:21",
		Client: ftpclient.Options{User: "ann", Password: "secret", Net: n, Security: ftpclient.SecurityOff},
	}}
}

func (w *world) run(ctx context.Context) error {
	w.t.Helper()
	return load.Run(ctx, w.o, func(r load.Result) { w.found = append(w.found, r) })
}

// result returns that of a kind.
func (w *world) result(k load.Kind) load.Result {
	w.t.Helper()
	i := slices.IndexFunc(w.found, func(r load.Result) bool { return r.Kind == k })
	if i < 0 {
		w.t.Fatalf("there is no result of %s", k)
	}
	return w.found[i]
}

// clean fails the test if anything but these is in the store.
func (w *world) clean(but ...string) {
	w.t.Helper()
	for info, err := range w.store.List(context.Background(), ".") {
		if err != nil || !slices.Contains(but, info.Name) {
			w.t.Errorf("%s is left, %v", info.Name, err)
		}
	}
}

func put(t *testing.T, fsys storage.FS, name string, size int) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestGolden has all kinds done in fake time, where a round trip is ten milliseconds and
// nothing else takes any: what is measured is known to the digit.
func TestGolden(t *testing.T) {
	var b strings.Builder
	for _, tt := range []struct {
		name string
		set  func(*load.Options)
	}{
		// Nothing ends at the very moment at which the time begins or is up.
		{"for a time", func(o *load.Options) { o.Warmup, o.Duration = 1003*time.Millisecond, 4998*time.Millisecond }},
		{"a number of times", func(o *load.Options) { o.Count = 40 }},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := open(t, mem.New(mem.Options{}), nil)
			w.o.Write, w.o.Connections, w.o.Size, w.o.Files = true, 4, 1<<20, 12
			tt.set(&w.o)
			if err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.clean()
			fmt.Fprintf(&b, "# %s\n", tt.name)
			for _, r := range w.found {
				fmt.Fprintf(&b, "%-10s %d of %d connections, %gs: %d done, %d unfinished, %d octets, %+v %v %s\n",
					r.Kind, r.Reached, r.Connections, r.Seconds, r.Count, r.Unfinished, r.Octets, *r.Latency, r.Errors, r.Stopped)
			}
		})
	}
	const golden = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// TestReadsOnly sees that nothing is written that was not allowed.
func TestReadsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := mem.New(mem.Options{})
		put(t, store, "picture", 100_000)
		w := open(t, storage.ReadOnly(store), nil)
		w.o.Count = 10
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, k := range []load.Kind{load.Upload, load.PutSmall, load.GetSmall} {
			if r := w.result(k); !strings.Contains(r.Skipped, "--write") {
				t.Errorf("%+v", r)
			}
		}
		if r := w.result(load.Download); !strings.Contains(r.Skipped, "no file to download") {
			t.Errorf("%+v", r)
		}
		w.found, w.o.Path = nil, "picture"
		w.o.Kinds = []load.Kind{load.Download}
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := w.result(load.Download); r.Count != 10 || r.Octets != 1_000_000 || len(w.found) != 1 {
			t.Errorf("%+v", w.found)
		}
	})
}

// TestFewerConnections is about a server that takes three.
func TestFewerConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{}), func(c *ftpserver.Config) { c.Limits.Sessions = 3 })
		w.o.Kinds, w.o.Count = []load.Kind{load.Noop}, 12
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := w.result(load.Noop)
		if r.Reached != 3 || r.Connections != 8 || r.Count != 12 || r.Errors["421"] != 1 || r.Reasons["421"] == "" || r.Stopped != "" {
			t.Errorf("%+v", r)
		}
	})
}

// TestFull is about a server that has no room for what is written: it is told so, and
// left as it was.
func TestFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{Capacity: 1 << 20}), nil)
		w.o.Write, w.o.Size, w.o.Connections = true, 1<<20, 2
		w.o.Kinds = []load.Kind{load.Upload, load.Noop}
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := w.result(load.Upload); r.Stopped == "" || r.Errors["452"]+r.Errors["552"] == 0 {
			t.Errorf("%+v", r)
		}
		if r := w.result(load.Noop); r.Count == 0 || r.Stopped != "" {
			t.Errorf("%+v", r)
		}
		w.clean()
	})
}

// TestInterrupted cuts uploads in the middle, and looks what is left of them.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{}), nil)
		put(t, w.store, "mine", 10)
		w.o.Write, w.o.Size = true, 1<<30
		w.o.Kinds = []load.Kind{load.Upload}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := w.run(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want %v", err, context.DeadlineExceeded)
		}
		w.clean("mine")
	})
}

// TestRefused is about what keeps it from beginning.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{}), nil)
		w.o.Client.Password = "wrong"
		if err := w.run(t.Context()); !errors.Is(err, ftpclient.ErrLogin) || len(w.found) > 0 {
			t.Errorf("%v, want %v; %+v", err, ftpclient.ErrLogin, w.found)
		}
		w.o.Client.Password, w.o.Path = "secret", "none"
		if err := w.run(t.Context()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v, want %v", err, os.ErrNotExist)
		}
		w.o.Path, w.o.Kinds = "", []load.Kind{"flood"}
		if err := w.run(t.Context()); err == nil {
			t.Error("an unknown kind is taken")
		}
	})
}

// TestForgotten is about sessions that the server ends in their silence.
func TestForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{}), func(c *ftpserver.Config) { c.Limits.Idle = 20 * time.Second })
		w.o.Kinds, w.o.Connections, w.o.Duration = []load.Kind{load.IdleConns}, 5, 10*time.Second
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := w.result(load.IdleConns); r.Count != 5 || r.Errors != nil {
			t.Errorf("%+v", r)
		}
		w.found, w.o.Duration = nil, 30*time.Second
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := w.result(load.IdleConns); r.Count != 0 || r.Errors["421"]+r.Errors["lost"] != 5 {
			t.Errorf("%+v", r)
		}
	})
}

// TestServerGone is about a server that ends in the middle: nothing is tried for ever, and
// what may be left there is told.
func TestServerGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{}), nil)
		w.o.Write, w.o.Connections, w.o.Duration = true, 2, time.Hour
		w.o.Kinds = []load.Kind{load.PutSmall, load.Noop}
		time.AfterFunc(10*time.Second, func() { w.srv.Close() })
		err := w.run(t.Context())
		var left *load.ScratchError
		if !errors.As(err, &left) || !strings.HasPrefix(left.Name, "ferry-bench-") {
			t.Errorf("%v, want a *load.ScratchError", err)
		}
		if r := w.result(load.Noop); r.Count == 0 || r.Stopped == "" || r.Errors["refused"] == 0 || r.Seconds > 60 {
			t.Errorf("%+v", r)
		}
		if r := w.result(load.PutSmall); r.Reached != 0 || r.Count != 0 || r.Stopped == "" {
			t.Errorf("%+v", r)
		}
	})
}

// TestTLS has every kind of load go over TLS, for which the server does not take anything
// less.
func TestTLS(t *testing.T) {
	cert := mint.Cert{}.Make()
	synctest.Test(t, func(t *testing.T) {
		w := open(t, mem.New(mem.Options{Capacity: 1 << 30}), func(c *ftpserver.Config) {
			c.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*cert}}
			login := c.Login
			c.Login = func(ctx context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
				account, err := login(ctx, cr)
				if err == nil {
					account.Security = ftpserver.SecurityData
				}
				return account, err
			}
		})
		w.o.Client.Security, w.o.Client.TLS.Config = ftpclient.SecurityExplicit, &tls.Config{InsecureSkipVerify: true}
		w.o.Write, w.o.Connections, w.o.Count, w.o.Size, w.o.Files = true, 2, 4, 3<<20, 4
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, r := range w.found {
			if r.Count == 0 || len(r.Errors) > 0 || r.Stopped != "" || r.Skipped != "" {
				t.Errorf("%+v", r)
			}
		}
		for _, k := range []load.Kind{load.Upload, load.Download} {
			if r := w.result(k); r.Octets != 4*3<<20 {
				t.Errorf("%s: %d octets in %d files", k, r.Octets, r.Count)
			}
		}
		w.clean()
	})
}
