package disk_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func TestKernelWriter(t *testing.T) {
	open := func(t testing.TB) storage.FS {
		d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	t.Run("disk", func(t *testing.T) { storagetest.RunKernel(t, open) })
	t.Run("below a folder", func(t *testing.T) {
		storagetest.RunKernel(t, func(t testing.TB) storage.FS {
			d := open(t)
			if err := d.Mkdir(t.Context(), "dir"); err != nil {
				t.Fatal(err)
			}
			return storage.Sub(d, "dir")
		})
	})
}
