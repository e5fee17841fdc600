package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// watchOpens watches the objects of these names, and returns what tells whether one of them
// was opened since it was asked last.
func watchOpens(t *testing.T, names ...string) (opened func() bool) {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Skipf("cannot watch: %v", err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	for _, name := range names {
		if _, err := unix.InotifyAddWatch(fd, name, unix.IN_OPEN); err != nil {
			t.Skipf("cannot watch %s: %v", name, err)
		}
	}
	return func() (opened bool) {
		var buf [4096]byte
		for {
			if _, err := unix.Read(fd, buf[:]); err != nil {
				return opened
			}
			opened = true
		}
	}
}

// TestOpenOpensFilesAlone opens all kinds of objects by all kinds of ways. What lies
// outside is not told of, whatever it is, and neither that nor what is no file is opened.
func TestOpenOpensFilesAlone(t *testing.T) {
	root, sibling := outside(t)
	deep := "a/b/c/d/e/f/g/h"
	if err := os.MkdirAll(filepath.Join(root, deep), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, "file"), "mine", 0o644)
	writeFile(t, filepath.Join(root, deep, "file"), "mine", 0o644)
	for _, dir := range []string{root, filepath.Join(root, deep), sibling} {
		if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
			t.Skipf("cannot make a named pipe: %v", err)
		}
		if err := os.Mkdir(filepath.Join(dir, "dir"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"in": deep, "out": "../abc", "a/out": "../../abc", "absolute": sibling, "a/b/up": "..",
		"link": "file", "link-out": "../abc/file", "link-absolute": filepath.Join(sibling, "file"),
		"link-pipe": "pipe", "link-dir": "dir", "link-none": "none", "link-link": "link", deep + "/link": "file",
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	opened := watchOpens(t, filepath.Join(root, "pipe"), filepath.Join(root, deep, "pipe"), filepath.Join(sibling, "pipe"),
		filepath.Join(sibling, "file"), sibling)
	control := watchOpens(t, filepath.Join(root, "file"))
	with, without := open(t, root, disk.Options{}), open(t, root, disk.Options{})
	disk.NoWalks(without)
	for name, want := range map[string]error{
		"file": nil, deep + "/file": nil, "in/file": nil, "a/b/up/b/c/d/e/f/g/h/file": nil,
		"link": nil, "link-link": nil, deep + "/link": nil, "in/link": nil,

		"pipe": fs.ErrPermission, deep + "/pipe": fs.ErrPermission, "in/pipe": fs.ErrPermission, "link-pipe": fs.ErrPermission,
		".": storage.ErrIsDir, "dir": storage.ErrIsDir, deep: storage.ErrIsDir, "in": storage.ErrIsDir, "link-dir": storage.ErrIsDir,
		"none": fs.ErrNotExist, deep + "/none": fs.ErrNotExist, "link-none": fs.ErrNotExist, "none/file": fs.ErrNotExist,
		"file/x": storage.ErrNotDir, "pipe/x": storage.ErrNotDir, deep + "/file/x": storage.ErrNotDir,

		"link-out": fs.ErrPermission, "link-absolute": fs.ErrPermission,
		"out/file": fs.ErrPermission, "a/out/file": fs.ErrPermission, "absolute/file": fs.ErrPermission,
		"out/pipe": fs.ErrPermission, "a/out/pipe": fs.ErrPermission, "absolute/pipe": fs.ErrPermission,
		"out/dir": fs.ErrPermission, "a/out/dir": fs.ErrPermission, "absolute/dir": fs.ErrPermission,
		"out/none": fs.ErrPermission, "a/out/none": fs.ErrPermission, "absolute/none": fs.ErrPermission,
	} {
		for how, d := range map[string]*disk.FS{"with": with, "without": without} {
			r, err := d.Open(ctx, name, storage.Range{})
			if err == nil {
				r.Close()
				if got := read(t, d, name); got != "mine" {
					t.Errorf("%s openat2, %s holds %q", how, name, got)
				}
			}
			if !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("%s openat2, Open(%q): %v, want %v", how, name, err, want)
			}
			if opened() {
				t.Errorf("%s openat2, Open(%q) has opened what it must not", how, name)
			}
		}
	}
	if !control() {
		t.Error("the watch has not seen a file opened, so nothing was shown")
	}
}
