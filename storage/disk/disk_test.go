package disk_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

var ctx = context.Background()

// TestMain lets the test binary be started as one of the processes that some
// tests need; see kill_test.go and sendfile_test.go.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		roles[role]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const roleEnv = "FERRY_DISK_TEST_ROLE"

var roles = map[string]func(){
	"upload": uploadForever,
	"send":   sendOnce,
}

// open returns an FS over dir that is closed with the test.
func open(t testing.TB, dir string, o disk.Options) *disk.FS {
	t.Helper()
	d, err := disk.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return d
}

// inMemory returns a directory in memory, where syncing costs nothing, or any
// other where there is none.
func inMemory(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "ferry-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func contract(o disk.Options, newDir func(testing.TB) string) storagetest.Options {
	dirs := make(map[storage.FS]string)
	return storagetest.Options{
		New: func(t testing.TB) storage.FS {
			dir := newDir(t)
			d := open(t, dir, o)
			dirs[d] = dir
			return d
		},
		Symlink: func(fsys storage.FS, target, name string) error {
			return os.Symlink(target, filepath.Join(dirs[fsys], name))
		},
		Names: func(name string) bool {
			return runtime.GOOS != "darwin" || utf8.ValidString(name)
		},
		Synctest: true,
	}
}

func TestContract(t *testing.T) {
	t.Run("never", func(t *testing.T) {
		storagetest.Run(t, contract(disk.Options{Sync: disk.SyncNever}, func(t testing.TB) string { return t.TempDir() }))
	})
	t.Run("always", func(t *testing.T) {
		storagetest.Run(t, contract(disk.Options{}, inMemory))
	})
}

// TestModel compares the disk with memory over random operations.
func TestModel(t *testing.T) {
	storagetest.RunModel(t, contract(disk.Options{}, inMemory), func(testing.TB) storage.FS { return mem.New(mem.Options{}) })
}

// create begins to write name and writes data.
func create(t testing.TB, d *disk.FS, name, data string, o storage.CreateOptions) storage.Writer {
	t.Helper()
	w, err := d.Create(ctx, name, o)
	if err != nil {
		t.Fatalf("Create(%q): %v", name, err)
	}
	t.Cleanup(func() { w.Abort() })
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatalf("Write(%q): %v", name, err)
	}
	return w
}

// put writes a file whole.
func put(t testing.TB, d *disk.FS, name, data string, o storage.CreateOptions) storage.Info {
	t.Helper()
	info, err := create(t, d, name, data, o).Commit(ctx)
	if err != nil {
		t.Fatalf("Commit(%q): %v", name, err)
	}
	return info
}

func suspend(t testing.TB, w storage.Writer) {
	t.Helper()
	if err := w.Suspend(ctx); err != nil {
		t.Fatalf("Suspend: %v", err)
	}
}

// read returns the contents of a file.
func read(t testing.TB, d *disk.FS, name string) string {
	t.Helper()
	r, err := d.Open(ctx, name, storage.Range{})
	if err != nil {
		t.Fatalf("Open(%q): %v", name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("Read(%q): %v", name, err)
	}
	return string(data)
}

// names returns the names that List yields.
func names(t testing.TB, d *disk.FS, dir string) []string {
	t.Helper()
	var all []string
	for info, err := range d.List(ctx, dir) {
		if err != nil {
			t.Fatalf("List(%q): %v", dir, err)
		}
		all = append(all, info.Name)
	}
	return all
}

// temps returns the temporary names that are really in a directory.
func temps(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".ferry-tmp-") {
			all = append(all, e.Name())
		}
	}
	return all
}

func writeFile(t testing.TB, name, data string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}
