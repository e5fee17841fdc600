package trees_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

var then = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

const big = 1 << 20

// bench is a Copier between two file systems in memory, and what it told.
type bench struct {
	*trees.Copier
	local, remote, journal *mem.FS

	mu     sync.Mutex
	events []transfer.Event
}

func newBench() *bench {
	b := &bench{local: mem.New(mem.Options{}), remote: mem.New(mem.Options{}), journal: mem.New(mem.Options{})}
	b.Copier = &trees.Copier{Copier: transfer.Copier{
		Local:   b.local,
		Remote:  b.remote,
		Journal: b.journal,
		URL:     func(name string) string { return "ftp://host/" + name },
		Path:    func(name string) string { return "/home/" + name },
		Observe: func(e transfer.Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.events = append(b.events, e)
		},
	}}
	return b
}

// told returns, in order, what was told of one kind, and forgets all of it.
func (b *bench) told(kind transfer.EventKind) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var texts []string
	for _, e := range b.events {
		if e.Kind != kind {
			continue
		}
		text := e.Text
		if e.Err != nil {
			text = e.Err.Error()
		}
		texts = append(texts, e.Remote+": "+text)
	}
	b.events = nil
	slices.Sort(texts)
	return texts
}

// pattern is n octets that depend on their place and on seed.
func pattern(n int, seed byte) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i) ^ byte(i>>8)*7 ^ byte(i>>16)*13 ^ seed
	}
	return data
}

func write(t *testing.T, fsys storage.FS, name string, data []byte, at time.Time) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{ModTime: at})
	check(t, err)
	_, err = w.Write(data)
	check(t, err)
	_, err = w.Commit(t.Context())
	check(t, err)
}

func read(t *testing.T, fsys storage.FS, name string) []byte {
	t.Helper()
	r, err := fsys.Open(t.Context(), name, storage.Range{})
	check(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	check(t, err)
	return data
}

// files are the contents of all files of a tree; those of folders, which end in a slash,
// are empty.
func files(t *testing.T, fsys storage.FS, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for info, err := range fsys.List(t.Context(), dir) {
		check(t, err)
		if !info.IsDir() {
			all[info.Name] = string(read(t, fsys, storage.Join(dir, info.Name)))
			continue
		}
		all[info.Name+"/"] = ""
		for name, data := range files(t, fsys, storage.Join(dir, info.Name)) {
			all[info.Name+"/"+name] = data
		}
	}
	return all
}

// wantTree compares two trees, the times of files, too.
func wantTree(t *testing.T, got, want storage.FS) {
	t.Helper()
	g, w := files(t, got, "."), files(t, want, ".")
	for name, data := range w {
		have, there := g[name]
		if !there || have != data {
			t.Errorf("%s: is there %v, with %d octets, want %d", name, there, len(have), len(data))
		} else if !strings.HasSuffix(name, "/") {
			wantFile(t, got, name, []byte(data), then)
		}
	}
	if len(g) != len(w) {
		t.Errorf("there are %d names, want %d", len(g), len(w))
	}
}

func wantFile(t *testing.T, fsys storage.FS, name string, data []byte, at time.Time) {
	t.Helper()
	if got := read(t, fsys, name); !bytes.Equal(got, data) {
		t.Errorf("%s holds other contents: %d octets, want %d", name, len(got), len(data))
	}
	info, err := fsys.Stat(t.Context(), name)
	check(t, err)
	if !info.ModTime.Equal(at) {
		t.Errorf("%s is of %v, want %v", name, info.ModTime, at)
	}
}

// wantSome wants an error that says that so many of a tree were not copied.
func wantSome(t *testing.T, err error, failed, of int) {
	t.Helper()
	var some *trees.Error
	if !errors.As(err, &some) || some.Failed != failed || some.Of != of {
		t.Errorf("got %v, want %d of %d not copied", err, failed, of)
	}
}

func wantOne(t *testing.T, got []string, part string) {
	t.Helper()
	if len(got) != 1 || !strings.Contains(got[0], part) {
		t.Errorf("told %q, want one with %q", got, part)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var errCut = errors.New("cable cut")

// dead is a server of which no file can be read.
type dead struct{ storage.FS }

func (dead) Open(context.Context, string, storage.Range) (storage.Reader, error) { return nil, errCut }
