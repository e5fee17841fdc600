package disk_test

import (
	"context"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// exchange swaps two names again and again until the function that it returns is
// called. It skips the test where the file system cannot do that at one go.
func exchange(t *testing.T, a, b string) (stop func()) {
	t.Helper()
	swap := func() error { return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE) }
	if err := swap(); err != nil {
		t.Skipf("cannot swap two names: %v", err)
	}
	begun, over, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		swap()
		close(begun)
		for {
			select {
			case <-over:
				return
			default:
				swap()
			}
		}
	}()
	<-begun // else a busy machine may have all done before the first
	return func() { close(over); <-done }
}

// stamp is what changes with whatever is done to a file, but for reading it.
func stamp(t *testing.T, name string) (s unix.Stat_t) {
	t.Helper()
	if err := unix.Lstat(name, &s); err != nil {
		t.Fatal(err)
	}
	s.Atim = unix.Timespec{}
	return s
}

// everything does with name all that can be done with a file, and what can be done
// to it. It returns what it has read, and whether anything has worked.
func everything(d *disk.FS, name string, round int) (text string, worked bool) {
	did := func(err error) { worked = worked || err == nil }
	if r, err := d.Open(ctx, name, storage.Range{}); err == nil {
		b, err := io.ReadAll(r)
		did(err)
		r.Close()
		text += string(b)
	}
	mode := fs.FileMode(0o604)
	did(d.SetAttr(ctx, name, storage.Attr{Mode: &mode}))
	did(d.SetAttr(ctx, name, storage.Attr{ModTime: time.Unix(int64(round), 0)}))
	did(d.SetAttr(ctx, name, storage.Attr{Owner: "1", Group: "1"}))
	did(d.Copy(ctx, name, "copy"))
	if r, err := d.Open(ctx, "copy", storage.Range{}); err == nil {
		b, _ := io.ReadAll(r)
		r.Close()
		text += string(b)
	}
	if info, err := d.Stat(ctx, name); err == nil {
		text += info.Form + info.Version
	}
	d.Space(ctx, name)
	for _, o := range []storage.CreateOptions{
		{Mode: storage.Append}, {Mode: storage.Resume}, {Mode: storage.Resume, Len: 1},
		{Mode: storage.Replace}, {Mode: storage.Replace, Form: "R", ModTime: time.Unix(5, 0)},
	} {
		if w, err := d.Create(ctx, name, o); err == nil {
			w.Write([]byte("x"))
			_, err := w.Commit(ctx)
			did(err)
		}
	}
	return text, worked
}

// TestSwappedFile swaps a file for a link out of the root, for a pipe, for a socket
// and for a directory, at the very moment that something is done with it.
func TestSwappedFile(t *testing.T) {
	for what, make := range map[string]func(name string) error{
		"a link out":        func(name string) error { return os.Symlink("../abc/file", name) },
		"an absolute link":  func(name string) error { return os.Symlink("/etc/passwd", name) },
		"a pipe":            func(name string) error { return unix.Mkfifo(name, 0o666) },
		"a directory":       func(name string) error { return os.Mkdir(name, 0o755) },
		"a link to nothing": func(name string) error { return os.Symlink("../abc/new", name) },
		"a socket": func(name string) error {
			ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
			if err == nil {
				ln.SetUnlinkOnClose(false)
				ln.Close()
			}
			return err
		},
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			t.Chdir(t.TempDir()) // the name of a socket may not be long
			for _, dir := range []string{"ab", "abc"} {
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			writeFile(t, "abc/file", secret, 0o644)
			file, passwd, dir := stamp(t, "abc/file"), stamp(t, "/etc/passwd"), stamp(t, "abc")
			d := open(t, "ab", disk.Options{Sync: disk.SyncNever})
			reached := 0
			for range 60 {
				// A replacement may make a file of what stands in its way: both are
				// made anew after a few.
				os.RemoveAll("ab/file")
				os.RemoveAll("ab/other")
				writeFile(t, "ab/file", "mine", 0o644)
				if err := make("ab/other"); err != nil {
					t.Fatal(err)
				}
				stop := exchange(t, "ab/file", "ab/other")
				for round := range 5 {
					text, worked := everything(d, "file", round)
					if strings.Contains(text, secret) || strings.Contains(text, "root:") {
						t.Fatalf("read %q", text)
					}
					if worked {
						reached++
					}
				}
				stop()
			}
			if reached == 0 {
				t.Error("the file was never reached, so nothing was shown")
			}
			if stamp(t, "abc/file") != file || stamp(t, "/etc/passwd") != passwd || stamp(t, "abc") != dir {
				t.Error("something outside of the root has changed")
			}
		})
	}
}

// TestRenameOntoLink has a link replaced, wherever it leads, and nothing else.
func TestRenameOntoLink(t *testing.T) {
	root, sibling := outside(t)
	before := stamp(t, filepath.Join(sibling, "file"))
	d := open(t, root, disk.Options{})
	for i, target := range []string{"../abc/file", filepath.Join(sibling, "file"), "../abc", "inside", "nowhere"} {
		put(t, d, "inside", "inside", storage.CreateOptions{})
		put(t, d, "mine", "mine", storage.CreateOptions{})
		link := "link" + strconv.Itoa(i)
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
		if err := d.Rename(ctx, "mine", link); err != nil {
			t.Errorf("onto a link to %s: %v", target, err)
		}
		info, err := d.Stat(ctx, link)
		if err != nil || info.Kind != storage.KindFile || info.Target != "" || read(t, d, link) != "mine" {
			t.Errorf("onto a link to %s: there is %+v, %v", target, info, err)
		}
		if got := read(t, d, "inside"); got != "inside" {
			t.Errorf("onto a link to %s: the file inside holds %q", target, got)
		}
	}
	if stamp(t, filepath.Join(sibling, "file")) != before {
		t.Error("the file outside has changed")
	}
}

// TestSpecialAttributes sets what a pipe has without opening it:
// that would wait.
func TestSpecialAttributes(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Skipf("cannot make a named pipe: %v", err)
	}
	d := open(t, dir, disk.Options{})
	mode := fs.FileMode(0o600)
	if err := d.SetAttr(ctx, "pipe", storage.Attr{Mode: &mode, ModTime: time.Unix(7, 0)}); err != nil {
		t.Error(err)
	}
	if info, err := d.Stat(ctx, "pipe"); err != nil || info.Mode != mode || !info.ModTime.Equal(time.Unix(7, 0)) {
		t.Errorf("%+v, %v", info, err)
	}
	if err := d.Copy(ctx, "pipe", "copy"); err == nil {
		t.Error("a pipe was copied")
	}
	if err := d.Rename(ctx, "pipe", "other"); err != nil {
		t.Error(err)
	}
}

// TestDirectoryUnderUpload replaces the name that an upload is to take by a
// directory, and the directory that it is in by another.
func TestDirectoryUnderUpload(t *testing.T) {
	root, sibling := outside(t)
	d := open(t, root, disk.Options{})
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	w := create(t, d, "dir/file", "contents", storage.CreateOptions{})
	if err := os.Rename(filepath.Join(root, "dir"), filepath.Join(root, "moved")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../abc", filepath.Join(root, "dir")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if got := read(t, d, "moved/file"); got != "contents" {
		t.Errorf("the file went elsewhere: %q", got)
	}
	if text, err := os.ReadFile(filepath.Join(sibling, "file")); string(text) != secret {
		t.Errorf("the file outside holds %q, %v", text, err)
	}
	w = create(t, d, "moved/new", "contents", storage.CreateOptions{})
	if err := os.Mkdir(filepath.Join(root, "moved/new"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(context.Background()); err == nil {
		t.Error("a file took the place of a directory")
	}
	if left := temps(t, filepath.Join(root, "moved")); len(left) != 0 {
		t.Errorf("%q is left", left)
	}
}

// TestHostileNames does everything with names that have led out of other servers.
func TestHostileNames(t *testing.T) {
	root, sibling := outside(t)
	d := open(t, root, disk.Options{Sync: disk.SyncNever})
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	file, dir := stamp(t, filepath.Join(sibling, "file")), stamp(t, sibling)
	var names []string
	for _, up := range []string{"..", "../", "dir/..", "dir/../..", ".../..", "....//..", "..\\", "\\..", "..%2f", "%2e%2e", "..\x00", "..;", ".. ", "..."} {
		names = append(names, up, up+"/abc/file", up+"/../abc/file", up+"c/file")
	}
	names = append(names, "", "/", "//", ".", "./", "./.", sibling, sibling+"/file", "/"+sibling+"/file", "c/file", "C:", `C:\x`, `\\?\C:\x`,
		"dir/", "dir/.", "file.", "file ", "dir//file", "a\x00b", "\x00", strings.Repeat("x/", 3000)+"x", strings.Repeat("y", 5000), strings.Repeat("../", 1400)+"etc/passwd")
	for round, name := range names {
		if text, _ := everything(d, name, round); strings.Contains(text, secret) || strings.Contains(text, "root:") {
			t.Errorf("by %q %q was read", name, text)
		}
		put(t, d, "mine", "mine", storage.CreateOptions{})
		d.Mkdir(ctx, name+"/new")
		d.Mkdir(ctx, name)
		d.Rename(ctx, name, "got")
		if err := d.Rename(ctx, "mine", name); err == nil {
			d.Rename(ctx, name, "mine")
		}
		d.Symlink(ctx, "x", name)
		d.Symlink(ctx, name, "link")
		everything(d, "link", round)
		d.Remove(ctx, name, storage.KindFile)
		d.Remove(ctx, name, storage.KindDir)
		for range d.List(ctx, name) {
		}
		d.Remove(ctx, "link", storage.KindFile)
		if stamp(t, filepath.Join(sibling, "file")) != file || stamp(t, sibling) != dir {
			t.Fatalf("by %q something outside of the root was changed", name)
		}
	}
}
