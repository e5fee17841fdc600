package watch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/watch"
)

// start watches a folder and returns what is told, and what ends it.
func start(t *testing.T, dir string, o watch.Options) (told <-chan watch.Changes, end func() error) {
	t.Helper()
	ch, over := make(chan watch.Changes), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		over <- watch.Folder(ctx, dir, o, func(c watch.Changes) error {
			select {
			case ch <- c:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	t.Cleanup(cancel)
	return ch, func() error { cancel(); return <-over }
}

// await waits until all of the names were told of.
func await(t *testing.T, told <-chan watch.Changes, names ...string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for len(names) > 0 {
		select {
		case c := <-told:
			names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(c.Names, n) })
		case <-late:
			t.Fatalf("nothing was told of %q", names)
		}
	}
}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "old/a", "cache/b")
	told, end := start(t, dir, watch.Options{Settle: 20 * time.Millisecond, Keep: func(name string) bool { return name != "cache" }})
	if first := <-told; !first.All || first.Blind != nil {
		t.Fatalf("it began with %+v", first)
	}
	write(t, dir, "new", "old/c")
	await(t, told, "new", "old/c")
	write(t, dir, "deep/er/x")
	await(t, told, "deep")
	write(t, dir, "deep/er/y") // the folder is watched by now
	await(t, told, "deep/er/y")
	if err := os.Remove(filepath.Join(dir, "new")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "old/a"), filepath.Join(dir, "old/z")); err != nil {
		t.Fatal(err)
	}
	await(t, told, "new", "old/a", "old/z")
	write(t, dir, "cache/d", "last")
	for c := range told {
		if slices.Contains(c.Names, "cache/d") {
			t.Error("it was told of a folder that is not kept")
		}
		if slices.Contains(c.Names, "last") {
			break
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// TestRescan tells of everything from time to time.
func TestRescan(t *testing.T) {
	told, end := start(t, t.TempDir(), watch.Options{Settle: time.Millisecond, Rescan: 10 * time.Millisecond})
	for range 3 {
		if c := <-told; !c.All {
			t.Errorf("told: %+v", c)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	if err := watch.Folder(t.Context(), filepath.Join(t.TempDir(), "none"), watch.Options{}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	broken := errors.New("broken")
	err := watch.Folder(t.Context(), t.TempDir(), watch.Options{Settle: time.Millisecond}, func(watch.Changes) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("the error of the one who is told: %v", err)
	}
}
