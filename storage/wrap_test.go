package storage_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// put writes a file whole.
func put(t testing.TB, fsys storage.FS, name, data string) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// withDirs returns a FS in memory with directories.
func withDirs(t testing.TB, dirs ...string) *mem.FS {
	t.Helper()
	fsys := mem.New(mem.Options{Capacity: 1 << 30})
	for _, dir := range dirs {
		if err := fsys.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	return fsys
}

func TestSubContract(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			return storage.Sub(withDirs(t, "some", "some/dir"), "some/dir")
		},
		Synctest: true,
	})
}

func TestSubForwards(t *testing.T) {
	storagetest.RunWrapper(t, storagetest.WrapperOptions{
		Wrap:  func(inner storage.FS) storage.FS { return storage.Sub(inner, "some/dir") },
		Inner: func(name string) string { return storage.Join("some/dir", name) },
	})
}

func TestReadOnlyContract(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		Filled: func(t testing.TB, files map[string]string) storage.FS {
			fsys := mem.New(mem.Options{Capacity: 1 << 30})
			fill(t, fsys, files)
			return storage.ReadOnly(fsys)
		},
		Features: storage.RealDirs,
	})
}

// fill makes files as Options.Filled of storagetest wants them.
func fill(t testing.TB, fsys storage.FS, files map[string]string) {
	t.Helper()
	var mkdir func(dir string)
	mkdir = func(dir string) {
		if dir == "." {
			return
		}
		up, _ := storage.Split(dir)
		mkdir(up)
		if err := fsys.Mkdir(t.Context(), dir); err != nil && !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	}
	for name, data := range files {
		dir, base := storage.Split(name)
		mkdir(dir)
		if base != "" {
			put(t, fsys, name, data)
		}
	}
}

func TestReadOnlyForwards(t *testing.T) {
	storagetest.RunWrapper(t, storagetest.WrapperOptions{Wrap: storage.ReadOnly, ReadOnly: true})
}

func TestReadOnlyHasNoRoom(t *testing.T) {
	spacer, ok := storage.As[storage.Spacer](storage.ReadOnly(withDirs(t)))
	if !ok {
		t.Fatal("no Spacer")
	}
	if free, err := spacer.Space(t.Context(), "."); free != 0 || err != nil {
		t.Errorf("Space = %d, %v, want 0", free, err)
	}
}

// TestWrappedTwice finds an interface through wrappers of each kind.
func TestWrappedTwice(t *testing.T) {
	ctx := t.Context()
	fsys := withDirs(t, "a", "a/b")
	put(t, fsys, "a/b/file", "old")
	wrapped := storage.Sub(faultfs.New(storage.Sub(fsys, "a")), "b")
	w, err := wrapped.Create(ctx, "file", storage.CreateOptions{Owner: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Suspend(ctx); err != nil {
		t.Fatal(err)
	}
	p, ok := storage.As[storage.Pender](storage.ReadOnly(wrapped))
	if !ok {
		t.Fatal("no Pender")
	}
	if info, err := p.Pending(ctx, "file", "anna"); err != nil || info.Name != "file" {
		t.Errorf("Pending = %+v, %v", info, err)
	}
	if err := p.Discard(ctx, "file", "anna"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Discard = %v, want %v", err, fs.ErrPermission)
	}
	if _, ok := storage.As[interface{ Nothing() }](wrapped); ok {
		t.Error("As found an interface that nobody has")
	}
}

// TestSubRoot keeps the directory of a Sub out of reach.
func TestSubRoot(t *testing.T) {
	ctx := t.Context()
	fsys := withDirs(t, "dir")
	sub := storage.Sub(fsys, "dir")
	if err := sub.Remove(ctx, ".", storage.KindDir); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Remove of the root = %v, want %v", err, fs.ErrPermission)
	}
	if err := fsys.ForeignLink("dir", "link"); err != nil {
		t.Fatal(err)
	}
	if info, err := storage.Sub(fsys, "link").Stat(ctx, "."); err != nil || info.Name != "." || info.Target != "" {
		t.Errorf("Stat of a root that is a link = %+v, %v", info, err)
	}
	if storage.Sub(fsys, ".") != storage.FS(fsys) {
		t.Error(`Sub of "." is not the FS itself`)
	}

	// A directory that does not exist does not come into being.
	none := storage.Sub(fsys, "none")
	if err := none.Mkdir(ctx, "."); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Mkdir of the root = %v", err)
	}
	if _, err := none.Create(ctx, ".", storage.CreateOptions{}); !errors.Is(err, storage.ErrIsDir) {
		t.Errorf("Create of the root = %v", err)
	}
	for _, dir := range []string{"", "..", "/dir", "dir/"} {
		if _, err := storage.Sub(fsys, dir).Stat(ctx, "."); !errors.Is(err, storage.ErrName) {
			t.Errorf("Stat in Sub of %q = %v, want %v", dir, err, storage.ErrName)
		}
	}
}

// TestSubErrors checks the names in the errors of files that were opened before
// something failed.
func TestSubErrors(t *testing.T) {
	ctx := t.Context()
	inner := withDirs(t, "dir")
	put(t, inner, "dir/file", "contents")
	fault := errors.New("fault")
	var rules []faultfs.Rule
	for _, op := range []faultfs.Op{faultfs.Read, faultfs.Close, faultfs.Write, faultfs.Sync, faultfs.Commit, faultfs.Suspend, faultfs.Abort} {
		rules = append(rules, faultfs.Rule{Op: op, Err: fault})
	}
	sub := storage.Sub(faultfs.New(inner, rules...), "dir")
	want := func(op string, err error) {
		t.Helper()
		var pe *fs.PathError
		if !errors.Is(err, fault) || !errors.As(err, &pe) || pe.Path != "file" || pe.Op != op {
			t.Errorf("%s: %v, want a fault of file", op, err)
		}
	}
	r, err := sub.Open(ctx, "file", storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Read(make([]byte, 1))
	want("read", err)
	want("close", r.Close())
	w, err := sub.Create(ctx, "file", storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte("x"))
	want("write", err)
	_, err = w.Sync(ctx)
	want("sync", err)
	want("suspend", w.Suspend(ctx))
	want("abort", w.Abort())
	_, err = w.Commit(ctx)
	want("commit", err)
}

// fileFS opens real files.
type fileFS struct {
	storage.FS
	dir string
}

type file struct{ *os.File }

func (f file) Info() storage.Info { return storage.Info{} }

func (f fileFS) Open(_ context.Context, name string, _ storage.Range) (storage.Reader, error) {
	osFile, err := os.Open(filepath.Join(f.dir, name))
	return file{osFile}, err
}

// TestSubKeepsDescriptor checks that the kernel can still copy from a file that
// is opened through a Sub.
func TestSubKeepsDescriptor(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sub", "file"), []byte("contents"), 0o600); err != nil {
		t.Fatal(err)
	}
	sub := storage.Sub(fileFS{mem.New(mem.Options{}), dir}, "sub")
	r, err := sub.Open(t.Context(), "file", storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, ok := r.(interface {
		fs.File
		io.Seeker
		syscall.Conn
	})
	if !ok {
		t.Fatalf("a %T is not what package net copies from", r)
	}
	if info, err := f.Stat(); err != nil || info.Size() != 8 {
		t.Errorf("Stat = %v, %v", info, err)
	}
	if off, err := f.Seek(3, io.SeekStart); off != 3 || err != nil {
		t.Errorf("Seek = %d, %v", off, err)
	}
	if _, err := f.SyscallConn(); err != nil {
		t.Error(err)
	}
	if data, err := io.ReadAll(r); string(data) != "tents" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
}

func TestPathError(t *testing.T) {
	if err := storage.PathError("op", "name", nil); err != nil {
		t.Errorf("of nil: %v", err)
	}
	inner := &fs.PathError{Op: "inner", Path: "dir/name", Err: fs.ErrExist}
	err := storage.PathError("op", "name", inner)
	if want := "op name: file already exists"; err.Error() != want || inner.Path != "dir/name" {
		t.Errorf("got %q, want %q", err, want)
	}
	if err := storage.PathError("op", "name", net.ErrClosed); !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v does not unwrap", err)
	}
}
