package mem_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// room checks how much can still be written.
func room(t *testing.T, fsys *mem.FS, want int64) {
	t.Helper()
	free, err := fsys.Space(t.Context(), ".")
	if err != nil || free != want {
		t.Errorf("Space = %d, %v, want %d", free, err, want)
	}
}

// begin starts to write n octets.
func begin(t *testing.T, fsys *mem.FS, name string, o storage.CreateOptions, n int) storage.Writer {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, strings.Repeat("x", n)); err != nil {
		t.Fatal(err)
	}
	return w
}

func commit(t *testing.T, w storage.Writer) {
	t.Helper()
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestCapacity(t *testing.T) {
	ctx := t.Context()
	fsys := mem.New(mem.Options{Capacity: 100})
	room(t, fsys, 100)
	w := begin(t, fsys, "a", storage.CreateOptions{}, 60)
	room(t, fsys, 40)
	if n, err := io.WriteString(w, strings.Repeat("y", 50)); n != 40 || !errors.Is(err, storage.ErrNoSpace) {
		t.Errorf("Write past the capacity = %d, %v, want 40, %v", n, err, storage.ErrNoSpace)
	}
	w.Abort()
	room(t, fsys, 100)

	commit(t, begin(t, fsys, "a", storage.CreateOptions{}, 60))
	if _, err := fsys.Create(ctx, "b", storage.CreateOptions{SizeHint: 41}); !errors.Is(err, storage.ErrNoSpace) {
		t.Errorf("Create with too large a hint: %v, want %v", err, storage.ErrNoSpace)
	}
	commit(t, begin(t, fsys, "a", storage.CreateOptions{}, 30))
	room(t, fsys, 70)

	begin(t, fsys, "a", storage.CreateOptions{Mode: storage.Append}, 20).Abort()
	room(t, fsys, 70)
	commit(t, begin(t, fsys, "a", storage.CreateOptions{Mode: storage.Resume, Offset: 10}, 5))
	room(t, fsys, 85)

	if err := fsys.Rename(ctx, "a", "b"); err != nil {
		t.Fatal(err)
	}
	commit(t, begin(t, fsys, "c", storage.CreateOptions{Mode: storage.Exclusive}, 10))
	if err := fsys.Rename(ctx, "b", "c"); err != nil {
		t.Fatal(err)
	}
	room(t, fsys, 85)
	if err := fsys.Remove(ctx, "c", storage.KindFile); err != nil {
		t.Fatal(err)
	}
	room(t, fsys, 100)
}

func TestSpaceOfPartsAndRemovedFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		fsys := mem.New(mem.Options{Capacity: 100})
		commit(t, begin(t, fsys, "a", storage.CreateOptions{}, 10))
		if err := begin(t, fsys, "a", storage.CreateOptions{Owner: "anna"}, 50).Suspend(ctx); err != nil {
			t.Fatal(err)
		}
		room(t, fsys, 40)

		// A part that is discarded while it is continued is only counted again
		// when it comes back.
		w := begin(t, fsys, "a", storage.CreateOptions{Mode: storage.Append, Owner: "anna"}, 5)
		if err := fsys.Discard(ctx, "a", "anna"); err != nil {
			t.Fatal(err)
		}
		room(t, fsys, 90)
		if err := w.Suspend(ctx); err != nil {
			t.Fatal(err)
		}
		room(t, fsys, 35)

		// An expired part makes room for who needs it.
		time.Sleep(time.Hour)
		commit(t, begin(t, fsys, "b", storage.CreateOptions{}, 80))
		room(t, fsys, 10)

		// Who appends to a file that is removed writes to nothing.
		w = begin(t, fsys, "b", storage.CreateOptions{Mode: storage.Append}, 5)
		if err := fsys.Remove(ctx, "b", storage.KindFile); err != nil {
			t.Fatal(err)
		}
		room(t, fsys, 90)
		if _, err := w.Commit(ctx); err == nil {
			t.Error("Commit to a removed file succeeded")
		}
		room(t, fsys, 90)
	})
}

func TestNoCapacityIsNoSpacer(t *testing.T) {
	if _, err := mem.New(mem.Options{}).Space(t.Context(), "."); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Space = %v, want %v", err, errors.ErrUnsupported)
	}
}
