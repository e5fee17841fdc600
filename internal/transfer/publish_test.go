package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

const temp = "f.ferry-part"

// tempBench uploads under temporary names over an old file.
func tempBench(t *testing.T, size int) (*bench, []byte) {
	t.Helper()
	b := newBench()
	b.TempNames = true
	data := contents(size, 0)
	write(t, b.local, "f", data, then)
	write(t, b.remote, "f", []byte("old"), then)
	return b, data
}

func TestPutUnderATemporaryName(t *testing.T) {
	for _, size := range []int{0, 10, big} {
		b, data := tempBench(t, size)
		mode := fs.FileMode(0o640)
		if err := b.remote.SetAttr(t.Context(), "f", storage.Attr{Mode: &mode}); err != nil {
			t.Fatal(err)
		}
		watched := false
		b.Remote = faultfs.New(b.remote, faultfs.Rule{Op: faultfs.Rename, Do: func(context.Context) error {
			watched = true
			wantFile(t, b.remote, "f", []byte("old"), then)
			wantFile(t, b.remote, temp, data, then)
			return nil
		}})
		if err := b.Put(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		if !watched {
			t.Error("nothing was renamed")
		}
		wantFile(t, b.remote, "f", data, then)
		if got := names(t, b.remote, "."); !slices.Equal(got, []string{"f"}) {
			t.Errorf("left %q", got)
		}
		if info, err := b.remote.Stat(t.Context(), "f"); err != nil || info.Mode != mode {
			t.Errorf("mode %v, want that of the old file (%v)", info.Mode, err)
		}
	}
}

func TestPutGoesOnUnderATemporaryName(t *testing.T) {
	b, data := tempBench(t, big)
	cutPut(t, b, 300_000)
	wantFile(t, b.remote, "f", []byte("old"), then)
	second := &cutting{FS: b.remote, after: -1}
	b.Remote = second
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	if len(second.created) != 1 || second.created[0].Offset != 300_000 {
		t.Errorf("went on with %+v", second.created)
	}
	wantFile(t, b.remote, "f", data, then)
	if got := append(names(t, b.remote, "."), names(t, b.journal, ".")...); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}
}

// A part that somebody else has left is never gone on with, and goes.
func TestPutOverAnotherTemporaryFile(t *testing.T) {
	b, data := tempBench(t, big)
	write(t, b.remote, temp, contents(1000, 9), then)
	b.Remote = &cutting{FS: b.remote, after: 0}
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	b.Remote = b.remote
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "f", data, then)
}

// What nothing would go on with is not left behind.
func TestPutCutLeavesNothing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		size   int
		after  int64
		change func(b *bench)
	}{
		{"small", 1000, 500, func(*bench) {}},
		{"no journal", big, 300_000, func(b *bench) { b.Journal = nil }},
		{"nothing arrived", big, 0, func(*bench) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, _ := tempBench(t, tt.size)
			tt.change(b)
			cutPut(t, b, tt.after)
			if got := append(names(t, b.remote, "."), names(t, b.journal, ".")...); !slices.Equal(got, []string{"f"}) {
				t.Errorf("left %q", got)
			}
			wantFile(t, b.remote, "f", []byte("old"), then)
		})
	}
}

func TestPutThatProvesWrongIsNotPublished(t *testing.T) {
	b, _ := tempBench(t, big)
	b.Verify = func(_ context.Context, local, remote string) error {
		if remote != temp {
			t.Errorf("compared with %s", remote)
		}
		return errCut
	}
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "f", []byte("old"), then)
	if got := append(names(t, b.remote, "."), names(t, b.journal, ".")...); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}
}

// full is a server that makes a file and then has no room for what is in it.
type full struct{ storage.FS }

func (f full) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := f.FS.Create(ctx, name, o)
	if err == nil {
		_, err = w.Commit(ctx)
	}
	return fullWriter{w}, err
}

type fullWriter struct{ storage.Writer }

func (fullWriter) Write(p []byte) (int, error) { return len(p), nil } // on its way
func (fullWriter) Commit(context.Context) (storage.Info, error) {
	return storage.Info{}, storage.PathError("write", temp, storage.ErrNoSpace)
}

// TestPutRefusedLeavesNothing has a server refuse what it was sent: the empty file that it
// has made of that does not stay.
func TestPutRefusedLeavesNothing(t *testing.T) {
	b, _ := tempBench(t, big)
	b.Remote = full{b.remote}
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, storage.ErrNoSpace) {
		t.Fatal(err)
	}
	if got := names(t, b.remote, "."); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}
}

// stubborn is a server that does not rename onto a file, or not at all.
type stubborn struct {
	storage.FS
	onto, never bool
	lose        bool // says no to what it has done
}

func (s *stubborn) Rename(ctx context.Context, from, to string) error {
	if _, err := s.Stat(ctx, to); err == nil && s.onto || s.never {
		return storage.PathError("rename", to, fs.ErrPermission)
	}
	err := s.FS.Rename(ctx, from, to)
	if s.lose {
		return storage.PathError("rename", to, errCut)
	}
	return err
}

func TestPutToAServerThatDoesNotRename(t *testing.T) {
	b, data := tempBench(t, big)
	b.Remote = &stubborn{FS: b.remote, onto: true}
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantOne(t, b.told(transfer.Noted), "moved aside")
	wantFile(t, b.remote, "f", data, then)
	if got := names(t, b.remote, "."); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}

	// Nothing at all: the old file stays, the new one waits, and the next goes on.
	b, data = tempBench(t, big)
	b.Remote = &stubborn{FS: b.remote, never: true}
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, fs.ErrPermission) {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "f", []byte("old"), then)
	again := &cutting{FS: b.remote, after: 64<<10 + 1} // no more than is compared
	b.Remote = again
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "f", data, then)

	// The answer is lost, not the deed.
	b, data = tempBench(t, big)
	b.Remote = &stubborn{FS: b.remote, lose: true}
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "f", data, then)
}

// TestPublishCut fails each operation of an upload in turn: there is always a whole
// file, old or new, under some name, and the same again finishes.
func TestPublishCut(t *testing.T) {
	for op := range 60 {
		b, data := tempBench(t, big)
		n := 0
		count := func(context.Context) error {
			if n++; n == op+1 {
				return errCut
			}
			return nil
		}
		b.Remote = faultfs.New(&stubborn{FS: b.remote, onto: true}, faultfs.Rule{Do: count})
		err := b.Put(t.Context(), "f", "f")
		told := b.told(transfer.Noted)
		whole := 0
		for _, name := range names(t, b.remote, ".") {
			if got := read(t, b.remote, name); bytes.Equal(got, data) || string(got) == "old" {
				whole++
			}
		}
		if whole == 0 {
			t.Fatalf("operation %d: neither the old nor the new file is there", op)
		}
		b.Remote = b.remote
		if err := b.Put(t.Context(), "f", "f"); err != nil {
			t.Fatalf("operation %d: then %v", op, err)
		}
		wantFile(t, b.remote, "f", data, then)
		left := []string{"f"}
		if slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, "could not be removed") }) {
			left = append(left, temp+".old")
		}
		if got := slices.Sorted(slices.Values(names(t, b.remote, "."))); !slices.Equal(got, left) {
			t.Errorf("operation %d: left %q", op, got)
		}
		if err == nil && n < op {
			if op < 8 {
				t.Errorf("only %d operations", op)
			}
			return
		}
	}
	t.Error("there is no end to it")
}

func TestIsTemporary(t *testing.T) {
	for name, want := range map[string]bool{
		"f.ferry-part": true, "f.ferry-part.json": true, "f.ferry-part.old": true, ".ferry-part": true,
		"f.ferry-part.1234": true, "f.ferry-part.": false, "f.ferry-part.1x": false, "f": false, "f.ferry-part.txt": false, "ferry-part": false,
	} {
		if got := transfer.IsTemporary(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLimit(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.remote, "f", data, then)
	sum := 0
	b.Limit = func(_ context.Context, n int) error {
		if n > 32<<10 {
			t.Errorf("%d octets at once", n)
		}
		if sum += n; sum > 3*big/2 {
			return errCut
		}
		return nil
	}
	info, err := b.remote.Stat(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.GetFile(t.Context(), info, "f", "f"); err != nil {
		t.Fatal(err)
	}
	if sum != big {
		t.Errorf("%d octets were counted", sum)
	}
	info, err = b.local.Stat(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.PutFile(t.Context(), info, nil, "f", "g"); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if got := read(t, b.remote, "g"); len(got) < big/2-32<<10 || len(got) > big/2 {
		t.Errorf("%d octets went over", len(got))
	}
}
