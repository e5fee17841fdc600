package trees_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// sow makes a tree with empty folders and files of several sizes.
func sow(t *testing.T, fsys storage.FS) {
	t.Helper()
	for _, dir := range []string{"a", "a/empty", "b", "b/c"} {
		if err := fsys.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		write(t, fsys, fmt.Sprintf("a/f%02d", i), pattern(i*1000, byte(i)), then)
	}
	write(t, fsys, "b/c/big", pattern(big, 1), then)
	write(t, fsys, "top", pattern(5, 1), then)
}

func TestTrees(t *testing.T) {
	for _, parallel := range []int{0, 1, 8} {
		b := newBench()
		b.Parallel = parallel
		sow(t, b.remote)
		if err := b.GetTree(t.Context(), ".", "."); err != nil {
			t.Fatal(err)
		}
		wantTree(t, b.local, b.remote)
		if got := b.told(transfer.Finished); len(got) != 42 {
			t.Errorf("%d files finished", len(got))
		}
		if err := b.PutTree(t.Context(), ".", "copy"); err != nil {
			t.Fatal(err)
		}
		copied := storage.Sub(b.remote, "copy")
		wantTree(t, copied, b.local)
		b.told(transfer.Finished)
		if err := b.PutTree(t.Context(), ".", "copy"); err != nil {
			t.Fatal(err)
		}
		if got := b.told(transfer.Skipped); len(got) != 42 {
			t.Errorf("%d files skipped the second time", len(got))
		}
	}
}

// lying is a server that puts entries of its own into the listing of a folder.
type lying struct {
	storage.FS
	dir   string
	extra []storage.Info
}

func (l lying) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		for _, e := range l.extra {
			if dir == l.dir && !yield(e, nil) {
				return
			}
		}
		for info, err := range l.FS.List(ctx, dir) {
			if !yield(info, err) {
				return
			}
		}
	}
}

func TestGetTreeFromAHostileServer(t *testing.T) {
	dir := t.TempDir()
	local, err := disk.Open(dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	b := newBench()
	b.Local = local
	write(t, b.remote, "good", pattern(10, 0), then)
	evil := []string{"../evil", "..", ".", "", "/etc/evil", "a/b", "nul\x00", "x.ferry-part", "x.ferry-part.json"}
	var extra []storage.Info
	for _, name := range evil {
		extra = append(extra, storage.Info{Name: name, Kind: storage.KindFile, Size: 10, ModTime: then})
	}
	extra = append(extra, storage.Info{Name: "link", Kind: storage.KindDir, Target: "."},
		storage.Info{Name: "dead", Kind: storage.KindSymlink, Target: "nowhere"})
	b.Remote = lying{b.remote, ".", extra}
	err = b.GetTree(t.Context(), ".", ".")
	if err == nil {
		t.Error("there was nothing to complain of")
	}
	if got := files(t, local, "."); len(got) != 1 || got["good"] == "" {
		t.Errorf("wrote %q", got)
	}
	if got := b.told(transfer.Skipped); len(got) != 4 {
		t.Errorf("skipped %q", got)
	}
}

// folding is a disk on which "A" and "a" are one name.
type folding struct{ storage.FS }

func (f folding) Features() storage.Features { return f.FS.Features() | storage.CaseFolding }

func TestGetTreeOntoAFoldingDisk(t *testing.T) {
	b := newBench()
	b.Local = folding{b.local}
	for _, name := range []string{"A", "a", "b"} {
		write(t, b.remote, name, []byte(name), then)
	}
	wantSome(t, b.GetTree(t.Context(), ".", "."), 1, 3)
	wantFile(t, b.local, "A", []byte("A"), then)
	wantOne(t, b.told(transfer.Failed), "case")
}

func TestTreeGoesOnAfterAFailure(t *testing.T) {
	b := newBench()
	sow(t, b.remote)
	if err := b.local.Mkdir(t.Context(), "top"); err != nil { // where a file should go
		t.Fatal(err)
	}
	write(t, b.local, "b", nil, then) // where a folder should go
	err := b.GetTree(t.Context(), ".", ".")
	wantSome(t, err, 2, 42)
	wantFile(t, b.local, "a/f39", pattern(39_000, 39), then)
}

func TestTreeStopsWhereNothingCanGoOn(t *testing.T) {
	b := newBench()
	sow(t, b.remote)
	b.Remote = dead{b.remote}
	b.Fatal = func(err error) bool { return errors.Is(err, errCut) }
	if err := b.GetTree(t.Context(), ".", "."); !errors.Is(err, errCut) {
		t.Errorf("got %v", err)
	}
	if got := b.told(transfer.Failed); len(got) != 1 {
		t.Errorf("told %q", got)
	}
}

func TestTreeOfNothing(t *testing.T) {
	b := newBench()
	if err := b.GetTree(t.Context(), "missing", "."); err == nil || exitsAsTree(err) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.PutTree(ctx, ".", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func exitsAsTree(err error) bool {
	var tree *trees.Error
	return errors.As(err, &tree)
}

// TestGetTreeRoundAndRound has a server that shows a symbolic link to a folder
// above as a folder, as MLSD does.
func TestGetTreeRoundAndRound(t *testing.T) {
	b := newBench()
	sow(t, b.remote)
	root, err := b.remote.Stat(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	b.Remote = lying{b.remote, "b", []storage.Info{{Name: "loop", Kind: storage.KindDir, ID: root.ID}}}
	if err := b.GetTree(t.Context(), ".", "."); err != nil {
		t.Fatal(err)
	}
	wantOne(t, b.told(transfer.Skipped), "b/loop: leads back")
	wantTree(t, b.local, b.remote)
}

// coarse is an FS that lists times as servers do for people.
type coarse struct{ storage.FS }

func (c coarse) Unwrap() storage.FS { return c.FS }

func (c coarse) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		for info, err := range c.FS.List(ctx, dir) {
			info.ModTime = info.ModTime.Truncate(time.Minute).Add(time.Hour)
			if !yield(info, err) {
				return
			}
		}
	}
}

// gradual is a server where a file is seen while it comes.
type gradual struct{ storage.FS }

func (g gradual) Features() storage.Features { return g.FS.Features() &^ storage.Atomic }

// TestPutTreeOfCoarseTimes copies from a server that lists without seconds.
func TestPutTreeOfCoarseTimes(t *testing.T) {
	b := newBench()
	data := pattern(100, 0)
	if err := b.local.Mkdir(t.Context(), "dir"); err != nil {
		t.Fatal(err)
	}
	write(t, b.local, "dir/f", data, then)
	b.Local, b.Remote = coarse{b.local}, gradual{b.remote}
	for range 2 {
		if err := b.PutTree(t.Context(), "dir", "copy"); err != nil {
			t.Fatal(err)
		}
	}
	wantFile(t, b.remote, "copy/f", data, then)
	wantOne(t, b.told(transfer.Skipped), "complete")
}
