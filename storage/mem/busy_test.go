package mem_test

import (
	"errors"
	"io"
	"io/fs"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestOneWriterInPlace(t *testing.T) {
	ctx := t.Context()
	fsys := mem.New(mem.Options{})
	commit(t, begin(t, fsys, "file", storage.CreateOptions{}, 10))
	appending := storage.CreateOptions{Mode: storage.Append}
	for _, end := range []func(w storage.Writer) error{
		func(w storage.Writer) error { _, err := w.Commit(ctx); return err },
		func(w storage.Writer) error { return w.Suspend(ctx) },
		func(w storage.Writer) error { return w.Abort() },
	} {
		w := begin(t, fsys, "file", appending, 1)
		if _, err := fsys.Create(ctx, "file", appending); !errors.Is(err, storage.ErrBusy) {
			t.Errorf("a second Append: %v, want %v", err, storage.ErrBusy)
		}
		if err := end(w); err != nil {
			t.Fatal(err)
		}
	}
	begin(t, fsys, "file", appending, 1).Abort()
}

func TestOneWriterOfAPart(t *testing.T) {
	ctx := t.Context()
	fsys := mem.New(mem.Options{})
	commit(t, begin(t, fsys, "file", storage.CreateOptions{}, 10))
	appending := storage.CreateOptions{Mode: storage.Append, Owner: "anna"}
	if err := begin(t, fsys, "file", storage.CreateOptions{Owner: "anna"}, 5).Suspend(ctx); err != nil {
		t.Fatal(err)
	}
	w := begin(t, fsys, "file", appending, 1)
	if _, err := fsys.Create(ctx, "file", appending); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("a second Append: %v, want %v", err, storage.ErrBusy)
	}
	commit(t, w)
	begin(t, fsys, "file", appending, 1).Abort()
}

// TestCutUnderWriter cuts a file short under a writer of a range of it.
func TestCutUnderWriter(t *testing.T) {
	fsys := mem.New(mem.Options{})
	commit(t, begin(t, fsys, "file", storage.CreateOptions{}, 10))
	w := begin(t, fsys, "file", storage.CreateOptions{Mode: storage.Resume, Offset: 5, Len: 5}, 1)
	commit(t, begin(t, fsys, "file", storage.CreateOptions{Mode: storage.Resume}, 1))
	if _, err := io.WriteString(w, "x"); !errors.Is(err, storage.ErrChanged) {
		t.Errorf("Write behind the end: %v, want %v", err, storage.ErrChanged)
	}
}

// TestExclusiveAfterRename takes the reserved name away from its writer.
func TestExclusiveAfterRename(t *testing.T) {
	ctx := t.Context()
	fsys := mem.New(mem.Options{})
	exclusive := storage.CreateOptions{Mode: storage.Exclusive}
	w := begin(t, fsys, "file", exclusive, 3)
	if err := fsys.Rename(ctx, "file", "moved"); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if _, err := fsys.Stat(ctx, "moved"); err != nil {
		t.Error(err)
	}
	w = begin(t, fsys, "file", exclusive, 3)
	commit(t, begin(t, fsys, "file", storage.CreateOptions{}, 5))
	if _, err := w.Commit(ctx); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Commit of a name that another has taken: %v, want %v", err, fs.ErrExist)
	}
	if info, err := fsys.Stat(ctx, "file"); err != nil || info.Size != 5 {
		t.Errorf("the file became %+v, %v", info, err)
	}
}
