package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestSpecialFiles would hang if one of them were opened.
func TestSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Skipf("cannot make a named pipe: %v", err)
	}
	d := open(t, dir, disk.Options{})
	if info, err := d.Stat(ctx, "pipe"); err != nil || info.Kind != storage.KindOther {
		t.Errorf("Stat = %v, %v", info.Kind, err)
	}
	for _, mode := range []storage.CreateMode{storage.Replace, storage.Append, storage.Resume} {
		if _, err := d.Create(ctx, "pipe", storage.CreateOptions{Mode: mode}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Create with mode %d: %v", mode, err)
		}
	}
	if _, err := d.Open(ctx, "pipe", storage.Range{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Open: %v", err)
	}
	for what, err := range map[string]error{
		"Create below": second(d.Create(ctx, "pipe/x", storage.CreateOptions{})),
		"Stat below":   second(d.Stat(ctx, "pipe/x")),
		"Space":        second(d.Space(ctx, "pipe")),
	} {
		if !errors.Is(err, storage.ErrNotDir) {
			t.Errorf("%s: %v, want %v", what, err, storage.ErrNotDir)
		}
	}
	for _, err := range d.List(ctx, "pipe") {
		if !errors.Is(err, storage.ErrNotDir) {
			t.Errorf("List: %v", err)
		}
	}
	if err := d.Remove(ctx, "pipe", storage.KindFile); err != nil {
		t.Error(err)
	}
}

func TestHardLinks(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{})
	put(t, d, "a", "contents", storage.CreateOptions{})
	if err := os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	a, err := d.Stat(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Stat(ctx, "b")
	if err != nil || a.ID != b.ID || a.ID == "" {
		t.Errorf("two names of one file have the IDs %q and %q, %v", a.ID, b.ID, err)
	}
	if err := d.Rename(ctx, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if got := names(t, d, "."); !slices.Equal(got, []string{"b"}) {
		t.Errorf("after Rename there are %q", got)
	}
}

func TestNoDescriptorsLeft(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skipf("needs /proc: %v", err)
		}
		return len(entries)
	}
	dir := t.TempDir()
	before := count()
	d, err := disk.Open(dir, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "dir/file"} {
		put(t, d, name, "old", storage.CreateOptions{})
		for _, mode := range []storage.CreateMode{storage.Replace, storage.Exclusive, storage.Append, storage.Resume} {
			for _, target := range []string{name, "dir", "none/x", name + "/x", name + "-new"} {
				for _, off := range []int64{0, 1 << 40} {
					for _, end := range []func(storage.Writer){
						func(w storage.Writer) { w.Commit(ctx) },
						func(w storage.Writer) { w.Suspend(ctx) },
						func(w storage.Writer) { w.Abort() },
					} {
						w, err := d.Create(ctx, target, storage.CreateOptions{Mode: mode, Offset: off, SizeHint: 10, Owner: "anna"})
						if err == nil {
							end(w)
						}
						d.Remove(ctx, name+"-new", storage.KindFile)
					}
				}
			}
		}
		read(t, d, name)
		for _, r := range []storage.Range{{Off: 1 << 40}, {Version: "other"}} {
			if r, err := d.Open(ctx, name, r); err == nil {
				r.Close()
			}
		}
		for range d.List(ctx, "dir") {
			break
		}
		for range d.List(ctx, name) {
		}
		d.Stat(ctx, name)
		d.Space(ctx, "dir")
		d.Pending(ctx, name, "anna")
		d.Rename(ctx, name, name+"2")
		d.Remove(ctx, name+"2", storage.KindDir)
	}
	d.Remove(ctx, "dir", storage.KindDir)
	create(t, d, "dir/open", "left to Close", storage.CreateOptions{})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors were open before, %d are now", before, after)
	}
	if left := temps(t, dir); len(left) != 0 {
		t.Errorf("%q is left", left)
	}
}

// TestFoldsCase has the FS look for what the file system does with case. This
// one does not fold.
func TestFoldsCase(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"123", "Mixed"} {
		writeFile(t, filepath.Join(dir, name), "", 0o644)
	}
	if open(t, dir, disk.Options{}).Features().Has(storage.CaseFolding) {
		t.Error("the FS believes that case is folded")
	}
}

// TestRenameToItself loses nothing, be it by way of a link to its directory.
func TestRenameToItself(t *testing.T) {
	d := open(t, t.TempDir(), disk.Options{})
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	if err := d.Symlink(ctx, "dir", "link"); err != nil {
		t.Fatal(err)
	}
	put(t, d, "dir/file", "contents", storage.CreateOptions{})
	for _, names := range [][2]string{{"dir/file", "link/file"}, {"link/file", "dir/file"}, {"dir/file", "dir/file"}} {
		if err := d.Rename(ctx, names[0], names[1]); err != nil {
			t.Errorf("Rename(%q, %q): %v", names[0], names[1], err)
		}
		if got := read(t, d, "dir/file"); got != "contents" {
			t.Errorf("after Rename(%q, %q) the file holds %q", names[0], names[1], got)
		}
	}
}
