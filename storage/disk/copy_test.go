package disk_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// midway is a context that does something when it is asked the nth time.
type midway struct {
	context.Context
	n  int
	do func()
}

func (m *midway) Err() error {
	if m.n--; m.n == 0 {
		m.do()
	}
	return m.Context.Err()
}

// TestCopyChanged finds out when the file is written to while it is copied.
func TestCopyChanged(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{Sync: disk.SyncNever})
	put(t, d, "file", "contents", storage.CreateOptions{})
	put(t, d, "old", "old", storage.CreateOptions{})
	found := false
	for n := range 8 {
		m := &midway{ctx, n, func() { writeFile(t, filepath.Join(dir, "file"), "others of another length", 0o644) }}
		writeFile(t, filepath.Join(dir, "file"), "contents", 0o644)
		err := d.Copy(m, "file", "old")
		found = found || errors.Is(err, storage.ErrChanged)
		if got := read(t, d, "old"); got != "contents" && got != "others of another length" && err == nil {
			t.Errorf("Copy made %q", got)
		}
		if left := temps(t, dir); len(left) > 0 {
			t.Errorf("%q is left", left)
		}
	}
	if !found {
		t.Error("the change was never found out")
	}
}

// TestCopyIsAllOrNothing ends a copy between two slices.
func TestCopyIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	d, err := disk.Open(dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	put(t, d, "old", "old", storage.CreateOptions{})
	f, err := os.Create(filepath.Join(dir, "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(100 << 20); err != nil { // takes no room
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		some, cancel := context.WithCancel(ctx)
		m := &midway{some, n, cancel}
		err := d.Copy(m, "large", "new")
		cancel()
		if err == nil {
			if n < 4 {
				t.Errorf("Copy asked %d times only whether it is cancelled", n)
			}
			break
		}
		if _, serr := d.Stat(ctx, "new"); !errors.Is(err, context.Canceled) || !errors.Is(serr, fs.ErrNotExist) {
			t.Fatalf("cancelled at %d: %v, and the new file: %v", n, err, serr)
		}
	}
	if err := d.Remove(ctx, "new", storage.KindFile); err != nil {
		t.Fatal(err)
	}

	// Close ends a copy as if it had never begun, for nobody can go on with it.
	m := &midway{ctx, 4, func() { d.Close() }}
	if err := d.Copy(m, "large", "new"); !errors.Is(err, fs.ErrClosed) && !errors.Is(err, storage.ErrEnded) {
		t.Errorf("Copy while the FS is closed: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "new")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy that was cut off: %v", err)
	}
	if left := temps(t, dir); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}

// TestCopyLendsNoRights copies a program that runs with the rights of its owner.
func TestCopyLendsNoRights(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{Sync: disk.SyncNever})
	writeFile(t, filepath.Join(dir, "program"), "#!", 0o755)
	if err := os.Chmod(filepath.Join(dir, "program"), 0o755|fs.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := d.Copy(ctx, "program", "copy"); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Stat(filepath.Join(dir, "copy"))
	if err != nil || fi.Mode() != 0o755 {
		t.Errorf("the copy has the mode %v, %v", fi.Mode(), err)
	}
}

// TestSymlinkToTemporary keeps temporary names out of reach.
func TestSymlinkToTemporary(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{Sync: disk.SyncNever})
	w := create(t, d, "file", "half", storage.CreateOptions{})
	defer w.Abort()
	for _, temp := range temps(t, dir) {
		for _, target := range []string{temp, "./" + temp, temp + "/../file"} {
			if err := d.Symlink(ctx, target, "link"); !errors.Is(err, storage.ErrName) {
				t.Errorf("Symlink to %s: %v", target, err)
			}
		}
		if err := d.Symlink(ctx, "file", temp); !errors.Is(err, storage.ErrName) {
			t.Errorf("Symlink as %s: %v", temp, err)
		}
	}
}

// TestCopyLarge copies more than a slice, with contents.
func TestCopyLarge(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{Sync: disk.SyncNever})
	data := bytes.Repeat([]byte("0123456789abcde"), 5<<20)
	writeFile(t, filepath.Join(dir, "large"), string(data), 0o644)
	if err := d.Copy(ctx, "large", "copy"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "copy"))
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("the copy has %d octets, %v, and is another", len(got), err)
	}
}
