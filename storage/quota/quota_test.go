package quota_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/quota"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// counted returns an FS that, when the test is over, must have counted right.
func counted(t testing.TB, inner storage.FS) *quota.FS {
	q := quota.New(inner, quota.Options{MaxOctets: 1 << 40, MaxFiles: 1 << 40})
	t.Cleanup(func() {
		if linked[q] {
			return
		}
		discardParts(t, inner)
		wantWalked(t, q, inner)
	})
	return q
}

// discardParts ends the parts that the suite of storagetest keeps.
func discardParts(t testing.TB, fsys storage.FS) {
	t.Helper()
	p, ok := storage.As[storage.Pender](fsys)
	if !ok {
		return
	}
	var all func(dir string)
	all = func(dir string) {
		for info, err := range fsys.List(context.Background(), dir) {
			if err != nil {
				t.Errorf("List(%q): %v", dir, err)
				return
			}
			name := storage.Join(dir, info.Name)
			if info.IsDir() && info.Target == "" {
				all(name)
			}
			for _, owner := range []string{"anna", "bert", ""} {
				p.Discard(context.Background(), name, owner)
			}
		}
	}
	all(".")
}

// wantWalked demands that q has counted what walking inner finds.
func wantWalked(t testing.TB, q *quota.FS, inner storage.FS) {
	t.Helper()
	got, err := q.Quota(context.Background())
	if err != nil {
		t.Errorf("Quota: %v", err)
	}
	want, err := quota.New(inner, quota.Options{}).Quota(context.Background())
	if err != nil {
		t.Errorf("Quota: %v", err)
	}
	if got.Files != want.Files || got.Octets != want.Octets {
		t.Errorf("%d files with %d octets are counted, %d with %d are there", got.Files, got.Octets, want.Files, want.Octets)
	}
}

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			inner := mem.New(mem.Options{})
			q := counted(t, inner)
			inners[q] = inner
			return q
		},
		Symlink: func(fsys storage.FS, target, name string) error {
			linked[fsys] = true
			return inners[fsys].ForeignLink(target, name)
		},
		Synctest: true,
	})
}

var (
	inners = map[storage.FS]*mem.FS{}
	linked = map[storage.FS]bool{} // it has links that it did not see being made
)

func TestForwards(t *testing.T) {
	storagetest.RunWrapper(t, storagetest.WrapperOptions{
		Wrap:   func(inner storage.FS) storage.FS { return quota.New(inner, quota.Options{MaxOctets: 1000}) },
		Offers: []string{"Quoter", "Spacer"},
	})
}

func TestModel(t *testing.T) {
	oracle := func(testing.TB) storage.FS { return mem.New(mem.Options{}) }
	for name, inner := range map[string]func(t testing.TB) storage.FS{
		"mem": oracle,
		"disk": func(t testing.TB) storage.FS {
			d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.RunModel(t, storagetest.Options{
				New: func(t testing.TB) storage.FS { return counted(t, inner(t)) },
			}, oracle)
		})
	}
}

// small returns an FS of 100 octets and 10 files, over a new one in memory.
func small(t testing.TB) (*quota.FS, *mem.FS) {
	t.Helper()
	inner := mem.New(mem.Options{})
	return quota.New(inner, quota.Options{MaxOctets: 100, MaxFiles: 10}), inner
}

// begin begins to write n octets, and demands what comes of it.
func begin(t testing.TB, fsys storage.FS, name string, n int, o storage.CreateOptions, wrote int, want error) storage.Writer {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Abort() })
	got, err := io.WriteString(w, strings.Repeat("x", n))
	if got != wrote || !errors.Is(err, want) {
		t.Fatalf("writing %d octets of %q = %d, %v, want %d, %v", n, name, got, err, wrote, want)
	}
	if pe, ok := errors.AsType[*fs.PathError](err); want != nil && (!ok || pe.Path != name) {
		t.Errorf("%v is not about %q", err, name)
	}
	return w
}

func commit(t testing.TB, w storage.Writer) {
	t.Helper()
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, fsys storage.FS, name string, n int) {
	t.Helper()
	commit(t, begin(t, fsys, name, n, storage.CreateOptions{}, n, nil))
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

// wantUsed demands what is counted.
func wantUsed(t testing.TB, q *quota.FS, files, octets int64) {
	t.Helper()
	u, err := q.Quota(t.Context())
	if err != nil || u.Files != files || u.Octets != octets {
		t.Errorf("Quota = %+v, %v, want %d files, %d octets", u, err, files, octets)
	}
}

func TestExact(t *testing.T) {
	q, _ := small(t)
	put(t, q, "a", 60)
	w := begin(t, q, "b", 50, storage.CreateOptions{}, 40, storage.ErrQuota)
	wantUsed(t, q, 2, 100)
	ok(t, w.Abort())
	wantUsed(t, q, 1, 60)
	put(t, q, "b", 40)
	put(t, q, "empty", 0)
	begin(t, q, "c", 1, storage.CreateOptions{}, 0, storage.ErrQuota).Abort()
	ok(t, q.Remove(t.Context(), "a", storage.KindFile))
	wantUsed(t, q, 2, 40)
	_, err := q.Create(t.Context(), "c", storage.CreateOptions{SizeHint: 61})
	wantErr(t, err, storage.ErrQuota)
	commit(t, begin(t, q, "c", 60, storage.CreateOptions{SizeHint: 60}, 60, nil))
	wantUsed(t, q, 3, 100)
}

// TestReplaceCountsGrowth replaces 80 of 100 octets by 100.
func TestReplaceCountsGrowth(t *testing.T) {
	q, inner := small(t)
	put(t, q, "a", 80)
	put(t, q, "a", 90)
	wantUsed(t, q, 1, 90)
	first := begin(t, q, "a", 95, storage.CreateOptions{SizeHint: 95}, 95, nil)
	// The old file is set off once.
	second := begin(t, q, "a", 95, storage.CreateOptions{}, 5, storage.ErrQuota)
	ok(t, second.Abort())
	commit(t, first)
	wantUsed(t, q, 1, 95)
	begin(t, q, "a", 101, storage.CreateOptions{}, 100, storage.ErrQuota).Abort()
	wantUsed(t, q, 1, 95)
	put(t, q, "a", 10)
	wantWalked(t, q, inner)
}

// TestOldFileGoes takes away what a writer was going to replace.
func TestOldFileGoes(t *testing.T) {
	ctx := t.Context()
	t.Run("removed", func(t *testing.T) {
		q, inner := small(t)
		put(t, q, "a", 80)
		w := begin(t, q, "a", 80, storage.CreateOptions{}, 80, nil)
		wantUsed(t, q, 1, 80)
		ok(t, q.Remove(ctx, "a", storage.KindFile))
		wantUsed(t, q, 1, 80)
		begin(t, q, "b", 21, storage.CreateOptions{}, 20, storage.ErrQuota).Abort()
		commit(t, w)
		wantWalked(t, q, inner)
	})
	t.Run("renamed", func(t *testing.T) {
		q, inner := small(t)
		put(t, q, "a", 80)
		w := begin(t, q, "a", 80, storage.CreateOptions{}, 80, nil)
		wantErr(t, q.Rename(ctx, "a", "b"), storage.ErrBusy)
		ok(t, w.Abort())
		ok(t, q.Rename(ctx, "a", "b"))
		w = begin(t, q, "b", 20, storage.CreateOptions{}, 20, nil)
		ok(t, q.Rename(ctx, "b", "c"))
		wantUsed(t, q, 2, 100)
		commit(t, w)
		wantUsed(t, q, 2, 100)
		wantWalked(t, q, inner)
	})
	t.Run("renamed, and more is written", func(t *testing.T) {
		q, inner := small(t)
		put(t, q, "a", 80)
		heir := begin(t, q, "a", 10, storage.CreateOptions{}, 10, nil)
		other := begin(t, q, "a", 0, storage.CreateOptions{}, 0, nil)
		part := storage.CreateOptions{Owner: "anna"}
		ok(t, begin(t, q, "a", 5, part, 5, nil).Suspend(ctx))
		ok(t, q.Rename(ctx, "a", "b"))
		for _, w := range []storage.Writer{heir, other} {
			if n, err := w.Write(make([]byte, 90)); n > 10 || !errors.Is(err, storage.ErrQuota) {
				t.Errorf("writing 90 octets beside the renamed file = %d, %v", n, err)
			}
		}
		part.Mode = storage.Append
		begin(t, q, "a", 90, part, 0, storage.ErrQuota).Abort()
		commit(t, other)
		commit(t, heir)
		if q.Stale() {
			t.Error("something was not seen")
		}
		discardParts(t, inner)
		wantWalked(t, q, inner)
	})
	t.Run("renamed, and more is written meanwhile", func(t *testing.T) {
		inner := mem.New(mem.Options{})
		var w storage.Writer
		q := quota.New(faultfs.New(inner, faultfs.Rule{Op: faultfs.Rename, Do: func(context.Context) error {
			if n, err := w.Write(make([]byte, 90)); n != 10 || !errors.Is(err, storage.ErrQuota) {
				t.Errorf("writing 90 octets beside a file that is being renamed = %d, %v", n, err)
			}
			return nil
		}}), quota.Options{MaxOctets: 100})
		put(t, q, "a", 80)
		w = begin(t, q, "a", 10, storage.CreateOptions{}, 10, nil)
		ok(t, q.Rename(ctx, "a", "b"))
		commit(t, w)
		wantUsed(t, q, 2, 100)
		wantWalked(t, q, inner)
	})
	t.Run("renamed in vain", func(t *testing.T) {
		inner := mem.New(mem.Options{})
		fault := errors.New("fault")
		q := quota.New(faultfs.New(inner, faultfs.Rule{Op: faultfs.Rename, Err: fault}), quota.Options{MaxOctets: 100})
		put(t, q, "a", 80)
		w := begin(t, q, "a", 10, storage.CreateOptions{}, 10, nil)
		wantErr(t, q.Rename(ctx, "a", "b"), fault)
		if n, err := w.Write(make([]byte, 90)); n != 90 || err != nil {
			t.Errorf("writing 90 octets in place of the file that has stayed = %d, %v", n, err)
		}
		commit(t, w)
		wantUsed(t, q, 1, 100)
		wantWalked(t, q, inner)
	})
	t.Run("cut off", func(t *testing.T) {
		q, inner := small(t)
		put(t, q, "a", 80)
		w := begin(t, q, "a", 80, storage.CreateOptions{}, 80, nil)
		commit(t, begin(t, q, "a", 0, storage.CreateOptions{Mode: storage.Resume, Offset: 10}, 0, nil))
		wantUsed(t, q, 1, 80)
		commit(t, w)
		wantUsed(t, q, 1, 80)
		wantWalked(t, q, inner)
	})
	t.Run("replaced", func(t *testing.T) {
		q, inner := small(t)
		put(t, q, "a", 50)
		w := begin(t, q, "a", 50, storage.CreateOptions{}, 50, nil)
		put(t, q, "b", 50)
		ok(t, q.Rename(ctx, "b", "a"))
		wantUsed(t, q, 2, 100)
		commit(t, w)
		wantUsed(t, q, 1, 50)
		wantWalked(t, q, inner)
	})
}

func TestInPlace(t *testing.T) {
	ctx := t.Context()
	q, inner := small(t)
	put(t, q, "a", 50)
	appending := storage.CreateOptions{Mode: storage.Append}
	w := begin(t, q, "a", 51, appending, 50, storage.ErrQuota)
	wantUsed(t, q, 1, 100)
	ok(t, w.Abort())
	wantUsed(t, q, 1, 50)
	w = begin(t, q, "a", 20, storage.CreateOptions{Mode: storage.Resume, Offset: 40}, 20, nil)
	wantUsed(t, q, 1, 60)
	commit(t, w)
	wantUsed(t, q, 1, 60)
	commit(t, begin(t, q, "a", 0, storage.CreateOptions{Mode: storage.Resume, Offset: 10}, 0, nil))
	wantUsed(t, q, 1, 10)

	// Ranges of one file, one of which reaches beyond its end.
	one := begin(t, q, "a", 5, storage.CreateOptions{Mode: storage.Resume, Offset: 0, Len: 5}, 5, nil)
	two := begin(t, q, "a", 20, storage.CreateOptions{Mode: storage.Resume, Offset: 10, Len: 15}, 15, storage.ErrOffset)
	wantUsed(t, q, 1, 25)
	commit(t, one)
	commit(t, two)
	wantUsed(t, q, 1, 25)

	// What is written to a file that has been removed is on the disk for as long
	// as it is written.
	w = begin(t, q, "a", 25, appending, 25, nil)
	ok(t, q.Remove(ctx, "a", storage.KindFile))
	wantUsed(t, q, 0, 50)
	begin(t, q, "b", 51, storage.CreateOptions{}, 50, storage.ErrQuota).Abort()
	w.Commit(ctx)
	wantUsed(t, q, 0, 0)

	// One that is renamed is counted under its new name.
	put(t, q, "a", 10)
	w = begin(t, q, "a", 10, appending, 10, nil)
	ok(t, q.Rename(ctx, "a", "b"))
	ok(t, w.Abort())
	wantUsed(t, q, 1, 10)
	wantWalked(t, q, inner)

	_, err := q.Create(ctx, "b", storage.CreateOptions{Mode: storage.Append, SizeHint: 91})
	wantErr(t, err, storage.ErrQuota)
	_, err = q.Create(ctx, "b", storage.CreateOptions{Mode: storage.Resume, Offset: 5, SizeHint: 101})
	wantErr(t, err, storage.ErrQuota)
	commit(t, begin(t, q, "b", 95, storage.CreateOptions{Mode: storage.Resume, Offset: 5, SizeHint: 100}, 95, nil))
	wantUsed(t, q, 1, 100)
}

func TestFiles(t *testing.T) {
	ctx := t.Context()
	inner := mem.New(mem.Options{})
	q := quota.New(inner, quota.Options{MaxFiles: 3})
	ok(t, q.Mkdir(ctx, "dir"))
	linker, _ := storage.As[storage.Linker](q)
	copier, _ := storage.As[storage.Copier](q)
	ok(t, linker.Symlink(ctx, "a", "link"))
	put(t, q, "a", 5)
	wantUsed(t, q, 3, 5)
	_, err := q.Create(ctx, "b", storage.CreateOptions{})
	wantErr(t, err, storage.ErrQuota)
	_, err = q.Create(ctx, "b", storage.CreateOptions{Mode: storage.Exclusive})
	wantErr(t, err, storage.ErrQuota)
	wantErr(t, q.Mkdir(ctx, "b"), storage.ErrQuota)
	wantErr(t, q.Mkdir(ctx, "dir"), fs.ErrExist)
	wantErr(t, linker.Symlink(ctx, "a", "b"), storage.ErrQuota)
	wantErr(t, copier.Copy(ctx, "a", "b"), storage.ErrQuota)
	put(t, q, "a", 6)
	put(t, q, "link", 7)
	wantUsed(t, q, 3, 7)
	_, err = q.Create(ctx, "dir", storage.CreateOptions{})
	wantErr(t, err, storage.ErrIsDir)

	w := begin(t, q, "a", 8, storage.CreateOptions{}, 8, nil)
	ok(t, q.Remove(ctx, "a", storage.KindFile))
	_, err = q.Create(ctx, "b", storage.CreateOptions{})
	wantErr(t, err, storage.ErrQuota) // the writer has its place
	ok(t, w.Abort())
	put(t, q, "b", 1)
	ok(t, q.Remove(ctx, "link", storage.KindFile))
	ok(t, q.Remove(ctx, "dir", storage.KindDir))
	wantUsed(t, q, 1, 1)
	wantWalked(t, q, inner)
}

func TestCopy(t *testing.T) {
	ctx := t.Context()
	q, inner := small(t)
	copier, _ := storage.As[storage.Copier](q)
	put(t, q, "a", 60)
	wantErr(t, copier.Copy(ctx, "a", "b"), storage.ErrQuota)
	put(t, q, "b", 20)
	ok(t, copier.Copy(ctx, "b", "a"))
	wantUsed(t, q, 2, 40)
	ok(t, copier.Copy(ctx, "a", "a"))
	w := begin(t, q, "a", 10, storage.CreateOptions{Mode: storage.Append}, 10, nil)
	ok(t, copier.Copy(ctx, "a", "c")) // though it is being written
	wantUsed(t, q, 3, 80)
	ok(t, w.Abort())
	wantWalked(t, q, inner)
}

// TestParts counts what is kept aside, until it ends.
func TestParts(t *testing.T) {
	ctx := t.Context()
	q, inner := small(t)
	put(t, q, "a", 10)
	owned := storage.CreateOptions{Owner: "anna"}
	ok(t, begin(t, q, "a", 60, owned, 60, nil).Suspend(ctx))
	wantUsed(t, q, 1, 60)
	begin(t, q, "b", 50, storage.CreateOptions{}, 40, storage.ErrQuota).Abort()

	owned.Mode, owned.Offset = storage.Resume, 60
	w := begin(t, q, "a", 50, owned, 40, storage.ErrQuota)
	ok(t, w.Suspend(ctx))
	wantUsed(t, q, 1, 100)
	owned.Offset = 30
	commit(t, begin(t, q, "a", 5, owned, 5, nil))
	wantUsed(t, q, 1, 35)
	wantWalked(t, q, inner)

	// One that somebody reading the file ends makes room as soon as it is needed.
	owned = storage.CreateOptions{Owner: "anna"}
	ok(t, begin(t, q, "a", 100, owned, 100, nil).Suspend(ctx))
	r, err := q.Open(ctx, "a", storage.Range{})
	ok(t, err)
	ok(t, r.Close())
	put(t, q, "b", 65)
	wantUsed(t, q, 2, 100)

	// As does one that is replaced, which had the old file set off.
	ok(t, begin(t, q, "b", 65, owned, 65, nil).Suspend(ctx))
	put(t, q, "b", 65)
	wantUsed(t, q, 2, 100)

	// A new file that is cut is a file.
	ok(t, q.Remove(ctx, "b", storage.KindFile))
	ok(t, begin(t, q, "c", 20, owned, 20, nil).Suspend(ctx))
	wantUsed(t, q, 2, 55)
	wantWalked(t, q, inner)
}

// TestCountsWhatIsThere begins with a tree, as after a restart.
func TestCountsWhatIsThere(t *testing.T) {
	ctx := t.Context()
	inner := mem.New(mem.Options{})
	dir := "."
	for range 40 { // deeper than directories are held open
		dir = storage.Join(dir, "d")
		ok(t, inner.Mkdir(ctx, dir))
		put(t, inner, storage.Join(dir, "file"), 3)
	}
	ok(t, inner.ForeignLink("d", "link"))
	ok(t, inner.ForeignLink("d/file", "linked"))
	ok(t, inner.ForeignLink("../../..", "nowhere"))
	wantUsed(t, quota.New(inner, quota.Options{}), 83, 120)

	// More may be there than is allowed; then it can only become less.
	q := quota.New(inner, quota.Options{MaxOctets: 50, MaxFiles: 20})
	begin(t, q, "d/file", 4, storage.CreateOptions{}, 3, storage.ErrQuota).Abort()
	put(t, q, "d/file", 2)
	_, err := q.Create(ctx, "new", storage.CreateOptions{})
	wantErr(t, err, storage.ErrQuota)
	if free, err := q.Space(ctx, "."); free != 0 || err != nil {
		t.Errorf("Space = %d, %v", free, err)
	}
}

// TestCountFails lets nothing be written as long as nobody knows what there is,
// and tries again.
func TestCountFails(t *testing.T) {
	fault := errors.New("fault")
	inner := mem.New(mem.Options{})
	put(t, inner, "file", 3)
	q := quota.New(faultfs.New(inner, faultfs.Rule{Op: faultfs.List, Nth: 1, Err: fault}), quota.Options{MaxOctets: 10})
	_, err := q.Create(t.Context(), "new", storage.CreateOptions{})
	wantErr(t, err, fault)
	put(t, q, "new", 7)
	wantUsed(t, q, 2, 10)
}

func TestSpace(t *testing.T) {
	ctx := t.Context()
	for _, test := range []struct {
		capacity, max, want int64
		err                 error
	}{{100, 50, 40, nil}, {50, 100, 40, nil}, {0, 50, 40, nil}, {50, 0, 40, nil}, {0, 0, 0, errors.ErrUnsupported}} {
		inner := mem.New(mem.Options{Capacity: test.capacity})
		put(t, inner, "file", 10)
		q := quota.New(inner, quota.Options{MaxOctets: test.max})
		free, err := q.Space(ctx, ".")
		if free != test.want || !errors.Is(err, test.err) {
			t.Errorf("%+v: Space = %d, %v", test, free, err)
		}
		for _, name := range []string{"file", "none"} {
			if free, err := q.Space(ctx, name); err == nil {
				t.Errorf("Space(%q) = %d", name, free)
			}
		}
	}
}
