package disk_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// tiny mounts a file system of 256 KiB.
func tiny(t *testing.T) string {
	dir := t.TempDir()
	if err := unix.Mount("ferry-test", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("may not mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("something is still open there: %v", err)
			unix.Unmount(dir, unix.MNT_DETACH)
		}
	})
	return dir
}

func TestNoSpace(t *testing.T) {
	dir := tiny(t)
	d := open(t, dir, disk.Options{})
	put(t, d, "file", "old", storage.CreateOptions{})
	free, err := d.Space(ctx, ".")
	if err != nil || free <= 0 || free > 256<<10 {
		t.Errorf("Space = %d, %v", free, err)
	}
	if _, err := d.Create(ctx, "file", storage.CreateOptions{SizeHint: free + 1}); !errors.Is(err, storage.ErrNoSpace) {
		t.Errorf("Create of what does not fit: %v, want %v", err, storage.ErrNoSpace)
	}
	big := make([]byte, 512<<10)
	for _, name := range []string{"file", "new"} {
		w := create(t, d, name, "", storage.CreateOptions{})
		if n, err := w.Write(big); !errors.Is(err, storage.ErrNoSpace) || n >= len(big) {
			t.Errorf("Write of what does not fit: %d, %v, want %v", n, err, storage.ErrNoSpace)
		}
		if _, err := w.Commit(ctx); !errors.Is(err, storage.ErrNoSpace) {
			t.Errorf("Commit of a part: %v, want %v", err, storage.ErrNoSpace)
		}
	}
	if got := names(t, d, "."); !slices.Equal(got, []string{"file"}) || read(t, d, "file") != "old" {
		t.Errorf("what is left is %q, and the file holds %q", got, read(t, d, "file"))
	}
	if left := temps(t, dir); len(left) != 0 {
		t.Errorf("%q is left", left)
	}
	put(t, d, "file", "it goes on", storage.CreateOptions{})
}

// TestMountBelow has a directory that is another file system: os.Root allows
// that.
func TestMountBelow(t *testing.T) {
	dir := tiny(t)
	below := filepath.Base(dir)
	d := open(t, filepath.Dir(dir), disk.Options{})
	put(t, d, below+"/file", "there", storage.CreateOptions{})
	if got := read(t, d, below+"/file"); got != "there" {
		t.Errorf("the file holds %q", got)
	}
	if err := d.Rename(ctx, below+"/file", "here"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Rename to another file system: %v, want %v", err, errors.ErrUnsupported)
	}
}
