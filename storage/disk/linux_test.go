package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

const nobody = 65534

// asNobody calls do on a thread that has the rights of nobody. The thread ends
// with it.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give rights away")
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		for _, call := range []uintptr{unix.SYS_SETRESGID, unix.SYS_SETRESUID} {
			if _, _, errno := unix.RawSyscall(call, nobody, nobody, nobody); errno != 0 {
				done <- errno
				return
			}
		}
		defer close(done)
		do()
	}()
	if err := <-done; err != nil {
		t.Skipf("cannot give rights away: %v", err)
	}
}

func TestPermissions(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"theirs", "mine"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(dir, "mine"), nobody, nobody); err != nil {
		t.Skipf("needs root: %v", err)
	}
	writeFile(t, filepath.Join(dir, "theirs/open"), "old", 0o666)
	writeFile(t, filepath.Join(dir, "theirs/shut"), "old", 0o600)
	writeFile(t, filepath.Join(dir, "mine/theirs"), "old", 0o4755)

	var logged bytes.Buffer
	d := open(t, dir, disk.Options{Log: slog.New(slog.NewTextHandler(&logged, nil))})
	asNobody(t, func() {
		mode := fs.FileMode(0o777)
		for what, err := range map[string]error{
			"Open":    second(d.Open(ctx, "theirs/shut", storage.Range{})),
			"Create":  second(d.Create(ctx, "theirs/new", storage.CreateOptions{})),
			"STOU":    second(d.Create(ctx, "theirs/new", storage.CreateOptions{Mode: storage.Exclusive})),
			"Replace": second(d.Create(ctx, "theirs/shut", storage.CreateOptions{})),
			"Append":  second(d.Create(ctx, "theirs/shut", storage.CreateOptions{Mode: storage.Append})),
			"Mkdir":   d.Mkdir(ctx, "theirs/dir"),
			"Remove":  d.Remove(ctx, "theirs/open", storage.KindFile),
			"Rename":  d.Rename(ctx, "theirs/open", "mine/open"),
			"Mode":    d.SetAttr(ctx, "theirs/open", storage.Attr{Mode: &mode}),
			"Owner":   d.SetAttr(ctx, "mine", storage.Attr{Owner: "0", Mode: &mode}),
		} {
			if !errors.Is(err, fs.ErrPermission) {
				t.Errorf("%s: %v, want %v", what, err, fs.ErrPermission)
			}
		}

		// In a directory of others, a file that may be written is written in
		// place.
		w := create(t, d, "theirs/open", "new", storage.CreateOptions{})
		if _, err := d.Create(ctx, "theirs/open", storage.CreateOptions{}); err == nil {
			t.Error("two write to one file in place")
		}
		if _, err := w.Commit(ctx); err != nil {
			t.Errorf("Commit in place: %v", err)
		}
		if !strings.Contains(logged.String(), "theirs/open") {
			t.Errorf("the log says %q, nothing of writing in place", logged.String())
		}
		if got := read(t, d, "theirs/open"); got != "new" {
			t.Errorf("written in place: %q", got)
		}
		suspend(t, create(t, d, "theirs/open", "n", storage.CreateOptions{}))
		if got := read(t, d, "theirs/open"); got != "n" {
			t.Errorf("suspended in place: %q", got)
		}

		// A file that cannot keep its owner does not lend the owner's rights.
		put(t, d, "mine/theirs", "new", storage.CreateOptions{})
		info, err := d.Stat(ctx, "mine/theirs")
		if err != nil || info.Mode != 0o755 {
			t.Errorf("replacing a setuid file of another leaves mode %v, %v", info.Mode, err)
		}
	})
	if fi, err := os.Stat(filepath.Join(dir, "mine")); err != nil || fi.Mode().Perm() != 0o755 {
		t.Errorf("a SetAttr that was refused changed the mode to %v, %v", fi.Mode(), err)
	}
}

func TestReplaceKeepsOwnerAndMode(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	writeFile(t, name, "old", 0o640)
	if err := os.Chown(name, nobody, nobody); err != nil {
		t.Skipf("needs root: %v", err)
	}
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	d := open(t, dir, disk.Options{})
	w := create(t, d, "link", "new", storage.CreateOptions{})
	mode := fs.FileMode(0o600)
	if err := d.SetAttr(ctx, "file", storage.Attr{Mode: &mode}); err != nil {
		t.Fatal(err)
	}
	hidden, err := os.Stat(filepath.Join(dir, temps(t, dir)[0]))
	if err != nil || hidden.Mode().Perm() != 0o600 {
		t.Errorf("while it is written others may read it: %v, %v", hidden.Mode(), err)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	st := fi.Sys().(*syscall.Stat_t)
	if st.Uid != nobody || st.Gid != nobody || fi.Mode() != 0o600 {
		t.Errorf("the file is now %d:%d %v", st.Uid, st.Gid, fi.Mode())
	}
}

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
