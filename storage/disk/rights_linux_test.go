package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
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
		t.Skip("only root can take on the rights of another user; the checks before a merge run as root")
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

// TestReplaceKeepsEveryBit has the mode of a file outlive it, by each of its bits.
func TestReplaceKeepsEveryBit(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	d := open(t, dir, disk.Options{Sync: disk.SyncNever})
	for bit := range 12 {
		writeFile(t, name, "old", 0o600)
		if err := syscall.Chmod(name, 0o600^1<<bit); err != nil {
			t.Fatal(err)
		}
		before := stamp(t, name)
		put(t, d, "file", "new", storage.CreateOptions{})
		if after := stamp(t, name); after.Mode != before.Mode || after.Ino == before.Ino {
			t.Errorf("the mode was %o, and is %o", before.Mode, after.Mode)
		}
	}
}

// TestOpenByRights opens files in directories that may be searched and not read, and such
// as may not even be searched: there, what is shut is not told from what is not there.
func TestOpenByRights(t *testing.T) {
	dir := t.TempDir()
	for sub, mode := range map[string]fs.FileMode{"search": 0o711, "shut": 0o700} {
		sub = filepath.Join(dir, sub)
		if err := os.Mkdir(sub, mode); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(sub, "open"), "contents", 0o644)
		writeFile(t, filepath.Join(sub, "shut"), "contents", 0o600)
	}
	d := open(t, dir, disk.Options{})
	asNobody(t, func() {
		for _, name := range []string{"shut/open", "shut/shut", "shut/none", "search/shut"} {
			if _, err := d.Open(ctx, name, storage.Range{}); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("Open(%q): %v, want %v", name, err, fs.ErrPermission)
			}
		}
		if !disk.Walks(d) {
			return
		}
		if _, err := d.Open(ctx, "search/none", storage.Range{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open of nothing: %v, want %v", err, fs.ErrNotExist)
		}
		if got := read(t, d, "search/open"); got != "contents" {
			t.Errorf("read %q", got)
		}
		for _, name := range []string{"search/open", "search/shut"} {
			if info, err := d.Stat(ctx, name); err != nil || info.Size != 8 {
				t.Errorf("Stat(%q): %d octets, %v", name, info.Size, err)
			}
		}
	})
}

// TestDropBox writes into a directory that may not be read.
func TestDropBox(t *testing.T) {
	for _, sync := range []disk.SyncMode{disk.SyncNever, disk.SyncAlways} {
		dir := t.TempDir()
		box := filepath.Join(dir, "incoming")
		if err := os.Mkdir(box, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(box, 0o733); err != nil {
			t.Fatal(err)
		}
		d := open(t, dir, disk.Options{Sync: sync})
		if !disk.Walks(d) {
			t.Skip("the system has no openat2")
		}
		asNobody(t, func() {
			put(t, d, "incoming/file", "old", storage.CreateOptions{})
			put(t, d, "incoming/file", "new", storage.CreateOptions{})
			put(t, d, "incoming/unique", "new", storage.CreateOptions{Mode: storage.Exclusive})
			suspend(t, create(t, d, "incoming/cut", "ha", storage.CreateOptions{}))
			w, err := d.Create(ctx, "incoming/cut", storage.CreateOptions{Mode: storage.Resume, Offset: 2})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte("lf")); err != nil {
				t.Error(err)
			}
			if _, err := w.Commit(ctx); err != nil {
				t.Errorf("sync %v: %v", sync, err)
			}
			for _, err := range d.List(ctx, "incoming") {
				if !errors.Is(err, fs.ErrPermission) {
					t.Errorf("List: %v, want %v", err, fs.ErrPermission)
				}
			}
		})
		for name, want := range map[string]string{"file": "new", "unique": "new", "cut": "half"} {
			if got, err := os.ReadFile(filepath.Join(box, name)); err != nil || string(got) != want {
				t.Errorf("sync %v: %s has %q, %v; want %q", sync, name, got, err, want)
			}
		}
		left, err := os.ReadDir(box)
		if err != nil || len(left) != 3 {
			t.Errorf("sync %v: %d names are left, %v", sync, len(left), err)
		}
	}
}
