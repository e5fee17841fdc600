package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

var then = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// bench is a Copier between two file systems in memory, and what it told.
type bench struct {
	*transfer.Copier
	local, remote, journal *mem.FS

	mu     sync.Mutex
	events []transfer.Event
}

func newBench() *bench {
	b := &bench{local: mem.New(mem.Options{}), remote: mem.New(mem.Options{}), journal: mem.New(mem.Options{})}
	b.Copier = &transfer.Copier{
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
	}
	return b
}

// told returns the texts of the events of one kind, and forgets all events.
func (b *bench) told(kind transfer.EventKind) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var texts []string
	for _, e := range b.events {
		if e.Kind == kind {
			text := e.Text
			if e.Err != nil {
				text = e.Err.Error()
			}
			texts = append(texts, e.Remote+": "+text)
		}
	}
	b.events = nil
	return texts
}

// contents are n octets that differ at every place where a mistake could shift
// them.
func contents(n int, seed byte) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i) ^ byte(i>>8)*7 ^ byte(i>>16)*13 ^ seed
	}
	return data
}

func write(t *testing.T, fsys storage.FS, name string, data []byte, at time.Time) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{ModTime: at})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, fsys storage.FS, name string) []byte {
	t.Helper()
	r, err := fsys.Open(t.Context(), name, storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func wantFile(t *testing.T, fsys storage.FS, name string, data []byte, at time.Time) {
	t.Helper()
	if got := read(t, fsys, name); !bytes.Equal(got, data) {
		t.Errorf("%s holds other contents: %d octets, want %d", name, len(got), len(data))
	}
	info, err := fsys.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if !info.ModTime.Equal(at) {
		t.Errorf("%s is of %v, want %v", name, info.ModTime, at)
	}
}

// names lists a tree, folders with a slash at the end.
func names(t *testing.T, fsys storage.FS, dir string) []string {
	t.Helper()
	var all []string
	for info, err := range fsys.List(t.Context(), dir) {
		if err != nil {
			t.Fatal(err)
		}
		name := storage.Join(dir, info.Name)
		if info.IsDir() {
			all = append(all, name+"/")
			all = append(all, names(t, fsys, name)...)
		} else {
			all = append(all, name)
		}
	}
	return all
}

func wantOne(t *testing.T, got []string, part string) {
	t.Helper()
	if len(got) != 1 || !strings.Contains(got[0], part) {
		t.Errorf("told %q, want one with %q", got, part)
	}
}

var errCut = errors.New("cable cut")

// cutting is an FS whose readers and writers break after some octets.
type cutting struct {
	storage.FS
	after   int64 // of octets moved in all; negative: never
	opened  []int64
	created []storage.CreateOptions
}

func (c *cutting) Unwrap() storage.FS { return c.FS }

func (c *cutting) take(p []byte) ([]byte, error) {
	if c.after < 0 {
		return p, nil
	}
	if int64(len(p)) < c.after {
		c.after -= int64(len(p))
		return p, nil
	}
	p = p[:c.after]
	c.after = 0
	return p, errCut
}

func (c *cutting) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	c.opened = append(c.opened, r.Off)
	f, err := c.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return &cutReader{f, c}, nil
}

func (c *cutting) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	c.created = append(c.created, o)
	w, err := c.FS.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	return &cutWriter{w, c}, nil
}

type cutReader struct {
	storage.Reader
	c *cutting
}

func (r *cutReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	kept, cut := r.c.take(p[:n])
	if cut != nil {
		return len(kept), cut
	}
	return n, err
}

type cutWriter struct {
	storage.Writer
	c *cutting
}

func (w *cutWriter) Write(p []byte) (int, error) {
	p, cut := w.c.take(p)
	n, err := w.Writer.Write(p)
	if err == nil {
		err = cut
	}
	return n, err
}
