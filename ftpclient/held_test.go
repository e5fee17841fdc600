package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// manyEntries are so many that a listing of them is not read whole before the first is
// handed out.
const manyEntries = 3000

// heldOpen are the operations that hold a connection until their owner goes on. Each
// calls do in the middle.
var heldOpen = map[string]func(ctx context.Context, cl *ftpclient.Client, do func()) error{
	"a Reader": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		r, err := cl.Open(ctx, "large", storage.Range{})
		if err != nil {
			return err
		}
		defer r.Close()
		do()
		return nil
	},
	"a Reader in the middle": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		r, err := cl.Open(ctx, "large", storage.Range{})
		if err != nil {
			return err
		}
		defer r.Close()
		io.CopyN(io.Discard, r, 1000)
		do()
		return nil
	},
	"a Reader of a range": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		r, err := cl.Open(ctx, "large", storage.Range{Off: 1000, Len: 100})
		if err != nil {
			return err
		}
		defer r.Close()
		do()
		return nil
	},
	"a Writer": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		w, err := cl.Create(ctx, "held", storage.CreateOptions{Mode: storage.Replace})
		if err != nil {
			return err
		}
		defer w.Abort()
		io.WriteString(w, "half")
		do()
		return nil
	},
	"a long listing": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		for range cl.List(ctx, "folder") {
			do()
			break
		}
		return nil
	},
	"ReadFiles": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		called := false
		return cl.ReadFiles(ctx, slices.Values([]string{"a", "large", "b"}), func(name string, _ io.Reader, err error) error {
			if name == "large" && !called {
				called = true
				do()
			}
			return nil
		})
	},
	"WriteFiles": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		called := false
		return cl.WriteFiles(ctx, newFiles("new1", "new2", "new3"), func(string, storage.Info, error) error {
			if !called {
				called = true
				do()
			}
			return nil
		})
	},
	"the names of ReadFiles": func(ctx context.Context, cl *ftpclient.Client, do func()) error {
		names := func(yield func(string) bool) {
			if yield("a") && yield("b") {
				do()
				yield("a")
			}
		}
		return cl.ReadFiles(ctx, names, func(string, io.Reader, error) error { return nil })
	},
}

func newFiles(names ...string) func(func(storage.NewFile) bool) {
	return func(yield func(storage.NewFile) bool) {
		for _, name := range names {
			f := storage.NewFile{Name: name, Size: 4, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("text")), nil }}
			if !yield(f) {
				return
			}
		}
	}
}

// called are the operations that need a connection.
var called = map[string]func(ctx context.Context, cl *ftpclient.Client) error{
	"Stat":  func(ctx context.Context, cl *ftpclient.Client) error { _, err := cl.Stat(ctx, "a"); return err },
	"Mkdir": func(ctx context.Context, cl *ftpclient.Client) error { return cl.Mkdir(ctx, "made") },
	"Remove": func(ctx context.Context, cl *ftpclient.Client) error {
		return cl.Remove(ctx, "victim", storage.KindFile)
	},
	"Rename": func(ctx context.Context, cl *ftpclient.Client) error { return cl.Rename(ctx, "victim", "renamed") },
	"SetAttr": func(ctx context.Context, cl *ftpclient.Client) error {
		return cl.SetAttr(ctx, "a", storage.Attr{ModTime: time.Unix(1e9, 0)})
	},
	"Hash": func(ctx context.Context, cl *ftpclient.Client) error {
		_, err := cl.Hash(ctx, "a", "SHA-256", storage.Range{})
		return err
	},
	"Copy":     func(ctx context.Context, cl *ftpclient.Client) error { return cl.Copy(ctx, "a", "copy") },
	"Do":       func(ctx context.Context, cl *ftpclient.Client) error { _, err := cl.Do(ctx, "NOOP"); return err },
	"TreeSize": func(ctx context.Context, cl *ftpclient.Client) error { _, err := cl.TreeSize(ctx, "."); return err },
	"Features": func(ctx context.Context, cl *ftpclient.Client) error { cl.Features(); return nil },
	"List": func(ctx context.Context, cl *ftpclient.Client) error {
		for _, err := range cl.List(ctx, ".") {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"a long List": func(ctx context.Context, cl *ftpclient.Client) error {
		for _, err := range cl.List(ctx, "folder") {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"Open": func(ctx context.Context, cl *ftpclient.Client) error {
		r, err := cl.Open(ctx, "a", storage.Range{})
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(io.Discard, r)
		return err
	},
	"Create": func(ctx context.Context, cl *ftpclient.Client) error {
		w, err := cl.Create(ctx, "created", storage.CreateOptions{Mode: storage.Replace})
		if err != nil {
			return err
		}
		defer w.Abort()
		io.WriteString(w, "text")
		_, err = w.Commit(ctx)
		return err
	},
	"ReadFiles": func(ctx context.Context, cl *ftpclient.Client) error {
		return cl.ReadFiles(ctx, slices.Values([]string{"a", "b"}), func(_ string, _ io.Reader, err error) error { return err })
	},
	"WriteFiles": func(ctx context.Context, cl *ftpclient.Client) error {
		return cl.WriteFiles(ctx, newFiles("w1", "w2"), func(_ string, _ storage.Info, err error) error { return err })
	},
}

// TestHeld calls each operation while each other one holds the only connection. It ends in
// success or in storage.ErrBusy, and soon; and the connection serves afterwards.
func TestHeld(t *testing.T) {
	if testing.Short() {
		t.Skip("every pair of operations takes long")
	}
	for mode, o := range map[string]ftpclient.Options{"S": {Params: ftp.Params{Mode: 'S'}}, "": {}, "B": {Params: ftp.Params{Mode: 'B'}}} {
		for held, hold := range heldOpen {
			t.Run(fmt.Sprintf("%s during %s", mode, held), func(t *testing.T) {
				for name, call := range called {
					overFurnished(t, o, func(t *testing.T, cl *ftpclient.Client) {
						run := 0
						err := hold(t.Context(), cl, func() {
							run++
							start := time.Now()
							err := call(t.Context(), cl)
							if err != nil && !errors.Is(err, storage.ErrBusy) {
								t.Errorf("%s: %v", name, err)
							}
							if took := time.Since(start); took > 10*time.Second {
								t.Errorf("%s took %v", name, took)
							}
						})
						if err != nil || run != 1 {
							t.Errorf("%s around %s: %v, %d calls", held, name, err, run)
						}
						if _, err := cl.Stat(t.Context(), "a"); err != nil {
							t.Errorf("after %s: %v", name, err)
						}
					})
				}
			})
		}
	}
}

// overFurnished runs do with a Client that has one connection to a server with files.
func overFurnished(t *testing.T, o ftpclient.Options, do func(t *testing.T, cl *ftpclient.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fsys := mem.New(mem.Options{Capacity: 1 << 30})
		plant := func(name, data string) {
			w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
			if err == nil {
				_, err = io.WriteString(w, data)
			}
			if err == nil {
				_, err = w.Commit(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"a", "b", "victim"} {
			plant(name, name)
		}
		plant("large", strings.Repeat("x", 1<<20))
		if err := fsys.Mkdir(t.Context(), "folder"); err != nil {
			t.Fatal(err)
		}
		for i := range manyEntries {
			plant(fmt.Sprintf("folder/%04d", i), "")
		}
		n := memnet.New()
		o.Net, o.MaxConns = n, 1
		cl := ftpclient.New(serveFerry(t, n, fsys), &o)
		t.Cleanup(func() { cl.Close() })
		do(t, cl)
	})
}
