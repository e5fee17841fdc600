package trees_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// together is a server that takes many files at once, and counts them.
type together struct {
	*mem.FS
	files atomic.Int32
	lost  int32             // after so many of them the connection is lost; 0: never
	fails func(string) bool // what it refuses, in whatever way; nil: nothing
}

var errLost = errors.New("the connection is lost")

func (s *together) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(string, storage.Info, error) error) error {
	return storage.OneByOne(denying{s.FS, s.fails}).WriteFiles(ctx, files, func(name string, info storage.Info, err error) error {
		if n := s.files.Add(1); s.lost > 0 && n > s.lost {
			return errLost // the file is stored, and nobody knows
		}
		return fn(name, info, err)
	})
}

func (s *together) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(string, io.Reader, error) error) error {
	return storage.OneByOne(s.FS).ReadFiles(ctx, names, fn)
}

func (s *together) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	return denying{s.FS, s.fails}.Create(ctx, name, o)
}

// denying refuses to store some files.
type denying struct {
	*mem.FS
	fails func(string) bool
}

func (r denying) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if r.fails != nil && r.fails(name) {
		return nil, storage.PathError("create", name, fs.ErrPermission)
	}
	return r.FS.Create(ctx, name, o)
}

// TestPutTogether has small files uploaded together, and large ones by themselves.
func TestPutTogether(t *testing.T) {
	for _, parallel := range []int{1, 4} {
		b := newBench()
		server := &together{FS: b.remote}
		b.Remote, b.Parallel = server, parallel
		sow(t, b.local)
		check(t, b.PutTree(t.Context(), ".", "copy"))
		wantTree(t, storage.Sub(b.remote, "copy"), b.local)
		if got := b.told(transfer.Finished); len(got) != 42 || server.files.Load() != 41 {
			t.Errorf("%d files finished, %d of them together", len(got), server.files.Load())
		}
		// What is there is left alone, and what has changed is replaced.
		write(t, b.local, "a/f07", pattern(100, 9), then)
		check(t, b.PutTree(t.Context(), ".", "copy"))
		wantTree(t, storage.Sub(b.remote, "copy"), b.local)
		if n := server.files.Load(); n != 42 {
			t.Errorf("%d files went over together the second time", n-41)
		}
		if got := b.told(transfer.Skipped); len(got) != 41 {
			t.Errorf("%d files skipped the second time", len(got))
		}
	}
}

// TestPutTogetherCut loses the connection in the middle of a batch: every file is there, and
// told of once.
func TestPutTogetherCut(t *testing.T) {
	b := newBench()
	b.Remote = &together{FS: b.remote, lost: 7}
	sow(t, b.local)
	check(t, b.PutTree(t.Context(), ".", "copy"))
	wantTree(t, storage.Sub(b.remote, "copy"), b.local)
	seen := make(map[string]int)
	for _, e := range b.events {
		if e.Kind == transfer.Finished || e.Kind == transfer.Skipped { // what was stored, and nobody had heard of it
			seen[e.Remote]++
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s was told of %d times", name, n)
		}
	}
	if len(seen) != 42 {
		t.Errorf("%d files were told of", len(seen))
	}
}

// TestPutTogetherRefused has some files refused: they alone fail, each once.
func TestPutTogetherRefused(t *testing.T) {
	b := newBench()
	b.Remote = &together{FS: b.remote, fails: func(name string) bool { return strings.HasSuffix(name, "5") }}
	sow(t, b.local)
	err := b.PutTree(t.Context(), ".", "copy")
	wantSome(t, err, 4, 42)
	if got := b.told(transfer.Failed); len(got) != 4 || !strings.Contains(fmt.Sprint(got), "copy/a/f15") {
		t.Errorf("failed: %q", got)
	}
}

// changing is a disk on which a file grows once it is opened.
type changing struct {
	storage.FS
	name string
	grow func()
}

func (c changing) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f, err := c.FS.Open(ctx, name, r)
	if err == nil && name == c.name {
		c.grow()
	}
	return f, err
}

// TestPutTogetherChanged has a file change while it is sent: it is sent again.
func TestPutTogetherChanged(t *testing.T) {
	b := newBench()
	b.Remote = &together{FS: b.remote}
	for _, name := range []string{"a", "b", "c"} {
		write(t, b.local, name, pattern(10, 1), then)
	}
	b.Local = changing{b.local, "b", func() { write(t, b.local, "b", pattern(20, 2), then) }}
	err := b.PutTree(t.Context(), ".", "copy")
	check(t, err)
	wantFile(t, b.remote, "copy/b", pattern(20, 2), then)
	if got := b.told(transfer.Finished); len(got) != 3 {
		t.Errorf("finished: %q", got)
	}
}
