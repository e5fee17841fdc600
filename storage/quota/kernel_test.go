package quota_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/quota"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func onDisk(t testing.TB, o quota.Options) storage.FS {
	d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return quota.New(d, o)
}

func TestKernelWriter(t *testing.T) {
	storagetest.RunKernel(t, func(t testing.TB) storage.FS { return onDisk(t, quota.Options{MaxOctets: 1 << 20}) })
}

// What the quota has no place for is not asked for, and what was asked for in vain does
// not count.
func TestKernelWriterQuota(t *testing.T) {
	q := onDisk(t, quota.Options{MaxOctets: 10})
	w, err := q.Create(t.Context(), "file", storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	by := w.(storage.KernelWriter)
	if n, err := by.WriteBy(7, func(uintptr, int) (int, error) { return 0, errors.ErrUnsupported }); n != 0 || !errors.Is(err, errors.ErrUnsupported) {
		t.Fatalf("WriteBy = %d, %v", n, err)
	}
	if n, err := w.Write([]byte("123456")); n != 6 || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
	asked := 0
	n, err := by.WriteBy(9, func(_ uintptr, n int) (int, error) { asked = n; return n, nil })
	if asked != 4 || n != 4 || !errors.Is(err, storage.ErrQuota) {
		t.Errorf("WriteBy of 9 = %d, %v, and asks for %d", n, err, asked)
	}
}

// Where the FS within has no descriptors, the quota's Writers say so.
func TestKernelWriterNone(t *testing.T) {
	w, err := quota.New(mem.New(mem.Options{}), quota.Options{}).Create(t.Context(), "file", storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if n, err := w.(storage.KernelWriter).WriteBy(3, nil); n != 0 || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("WriteBy = %d, %v", n, err)
	}
}

// TestCommitDetails counts what is published by who does not care to know what it is,
// without counting all over again.
func TestCommitDetails(t *testing.T) {
	dir := t.TempDir()
	d, err := disk.Open(dir, disk.Options{Sync: disk.SyncNever})
	ok(t, err)
	t.Cleanup(func() { ok(t, d.Close()) })
	q := counted(t, d)
	wantUsed(t, q, 0, 0)
	w := begin(t, q, "file", 60, storage.CreateOptions{}, 60, nil)
	_, err = w.Commit(storage.WithDetails(t.Context(), 0))
	ok(t, err)
	unseen := filepath.Join(dir, "unseen") // by who does not look
	ok(t, os.WriteFile(unseen, []byte("text"), 0o666))
	wantUsed(t, q, 1, 60)
	ok(t, os.Remove(unseen))
}
