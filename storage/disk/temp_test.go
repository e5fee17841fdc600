package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

func TestTemporaryNamesAnswerNothing(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{})
	put(t, d, "mine", "mine", storage.CreateOptions{})
	create(t, d, "file", "upload", storage.CreateOptions{})
	hidden := temps(t, dir)
	if len(hidden) != 1 {
		t.Fatalf("the directory holds %q, want one temporary file", hidden)
	}
	for _, name := range []string{hidden[0], strings.ToUpper(hidden[0])} {
		mode := fs.FileMode(0o777)
		for what, err := range map[string]error{
			"Stat":    second(d.Stat(ctx, name)),
			"Open":    second(d.Open(ctx, name, storage.Range{})),
			"Below":   second(d.Stat(ctx, name+"/x")),
			"Remove":  d.Remove(ctx, name, storage.KindFile),
			"Rename":  d.Rename(ctx, name, "got"),
			"SetAttr": d.SetAttr(ctx, name, storage.Attr{Mode: &mode}),
			"Pending": second(d.Pending(ctx, name, "")),
		} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s(%q): %v, want %v", what, name, err, fs.ErrNotExist)
			}
		}
		for what, err := range map[string]error{
			"Create": second(d.Create(ctx, name, storage.CreateOptions{})),
			"Mkdir":  d.Mkdir(ctx, name),
			"Rename": d.Rename(ctx, "mine", name),
		} {
			if !errors.Is(err, storage.ErrName) {
				t.Errorf("%s(%q): %v, want %v", what, name, err, storage.ErrName)
			}
		}
	}
	// What only looks similar is a name like any other.
	for _, name := range []string{".ferry-tmp-", ".ferry-tmp-u-short", hidden[0] + "x"} {
		put(t, d, name, "x", storage.CreateOptions{})
		if !slices.Contains(names(t, d, "."), name) {
			t.Errorf("%q is not listed", name)
		}
	}
}

// TestLiveAndStale has a second FS, as another process would, meet the temporary
// files of the first.
func TestLiveAndStale(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir, disk.Options{}), open(t, dir, disk.Options{})
	w := create(t, first, "file", "upload", storage.CreateOptions{})
	put(t, first, "old", "old", storage.CreateOptions{})
	suspend(t, create(t, first, "old", "part", storage.CreateOptions{Owner: "anna"}))

	stale := ".ferry-tmp-u-" + strings.Repeat("A", 26)
	writeFile(t, filepath.Join(dir, stale), "left behind", 0o600)
	young, old := ".ferry-tmp-k-"+strings.Repeat("B", 26), ".ferry-tmp-k-"+strings.Repeat("C", 26)
	writeFile(t, filepath.Join(dir, young), "another's part", 0o600)
	writeFile(t, filepath.Join(dir, old), "a dead one's part", 0o600)
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, old), long, long); err != nil {
		t.Fatal(err)
	}

	if got := names(t, second, "."); !slices.Equal(got, []string{"old"}) {
		t.Errorf("List = %q, want only the old file", got)
	}
	left := temps(t, dir)
	if len(left) != 3 || slices.Contains(left, stale) || slices.Contains(left, old) || !slices.Contains(left, young) {
		t.Errorf("after List there are %q; want the upload, the kept part and %q", left, young)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Errorf("Commit after another listed the directory: %v", err)
	}
	if info, err := first.Pending(ctx, "old", "anna"); err != nil || info.Size != 4 {
		t.Errorf("Pending after another listed the directory: %d octets, %v", info.Size, err)
	}
	if got := read(t, second, "file"); got != "upload" {
		t.Errorf("the file holds %q", got)
	}
}

// TestSweep: what is left behind goes, and nothing else, though nobody lists the
// directory.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	d, other := open(t, dir, disk.Options{}), open(t, dir, disk.Options{})
	w := create(t, other, "file", "upload", storage.CreateOptions{})
	defer w.Abort()
	stale := ".ferry-tmp-u-" + strings.Repeat("A", 26)
	writeFile(t, filepath.Join(dir, stale), "left behind", 0o600)
	writeFile(t, filepath.Join(dir, stale+"x"), "a file", 0o600)
	if err := d.Sweep(ctx, "."); err != nil {
		t.Fatal(err)
	}
	left := temps(t, dir)
	if slices.Contains(left, stale) || !slices.Contains(left, stale+"x") || len(left) != 2 {
		t.Errorf("left %q, want the upload and the file", left)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Error(err)
	}
	if err := d.Sweep(ctx, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
}

func TestRemoveDirectoryOfTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	d, other := open(t, dir, disk.Options{}), open(t, dir, disk.Options{})
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	w := create(t, other, "dir/file", "upload", storage.CreateOptions{})
	if err := d.Remove(ctx, "dir", storage.KindDir); err != nil {
		t.Fatalf("Remove: %v", err)
	}
	if _, err := w.Commit(ctx); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Commit: %v, want %v", err, fs.ErrNotExist)
	}
	// Where there is something else, the uploads stay.
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	put(t, d, "dir/other", "x", storage.CreateOptions{})
	w = create(t, other, "dir/file", "upload", storage.CreateOptions{})
	if err := d.Remove(ctx, "dir", storage.KindDir); !errors.Is(err, storage.ErrNotEmpty) {
		t.Errorf("Remove: %v, want %v", err, storage.ErrNotEmpty)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Errorf("Commit: %v", err)
	}
}

// TestExpired shows that the file of a part leaves the disk with the part.
func TestExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		d := open(t, dir, disk.Options{})
		put(t, d, "file", "old", storage.CreateOptions{})
		suspend(t, create(t, d, "file", "part", storage.CreateOptions{Owner: "anna"}))
		if n := len(temps(t, dir)); n != 1 {
			t.Fatalf("%d temporary files, want the part", n)
		}
		time.Sleep(time.Hour)
		put(t, d, "another", "x", storage.CreateOptions{})
		if left := temps(t, dir); len(left) != 0 {
			t.Errorf("after an hour %q is left", left)
		}
	})
}

// TestPartOfRenamedDirectory: a part ends with the name of the file that it was to
// replace, and so does its file, which has moved with its directory.
func TestPartOfRenamedDirectory(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{})
	for _, name := range []string{"a", "a/b"} {
		if err := d.Mkdir(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a/file", "a/b/file"} {
		put(t, d, name, "old", storage.CreateOptions{})
		suspend(t, create(t, d, name, "part", storage.CreateOptions{Owner: "anna"}))
	}
	if err := d.Rename(ctx, "a", "c"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"c", "c/b"} {
		if left := temps(t, filepath.Join(dir, name)); len(left) != 0 {
			t.Errorf("%s holds %q", name, left)
		}
	}
}

func TestClose(t *testing.T) {
	dir := t.TempDir()
	d, err := disk.Open(dir, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	put(t, d, "file", "old", storage.CreateOptions{})
	put(t, d, "log", "old", storage.CreateOptions{})
	suspend(t, create(t, d, "file", "part", storage.CreateOptions{Owner: "anna"}))
	open := create(t, d, "new", "begun", storage.CreateOptions{})
	create(t, d, "file", "anew", storage.CreateOptions{Owner: "anna"})
	create(t, d, "log", ",more", storage.CreateOptions{Mode: storage.Append})
	r, err := d.Open(ctx, "log", storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if left := temps(t, dir); len(left) != 0 {
		t.Errorf("Close left %q", left)
	}
	for name, want := range map[string]string{"file": "old", "new": "begun", "log": "old,more"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
			t.Errorf("%q holds %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := open.Write([]byte("x")); !errors.Is(err, storage.ErrEnded) {
		t.Errorf("Write after Close: %v, want %v", err, storage.ErrEnded)
	}
	if _, err := r.Read(make([]byte, 1)); err != nil {
		t.Errorf("Read after Close: %v", err)
	}
	for what, err := range map[string]error{
		"Stat":   second(d.Stat(ctx, "file")),
		"Open":   second(d.Open(ctx, "file", storage.Range{})),
		"Create": second(d.Create(ctx, "other", storage.CreateOptions{})),
		"Mkdir":  d.Mkdir(ctx, "dir"),
	} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s after Close: %v, want %v", what, err, fs.ErrClosed)
		}
	}
}
