package disk_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

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

func TestContract(t *testing.T) {
	for name, sync := range map[string]disk.SyncMode{"always": disk.SyncAlways, "never": disk.SyncNever} {
		t.Run(name, func(t *testing.T) {
			dirs := make(map[storage.FS]string)
			storagetest.Run(t, storagetest.Options{
				New: func(t testing.TB) storage.FS {
					dir := t.TempDir()
					d := open(t, dir, disk.Options{Sync: sync})
					dirs[d] = dir
					return d
				},
				Symlink: func(fsys storage.FS, target, name string) error {
					return os.Symlink(target, filepath.Join(dirs[fsys], name))
				},
				Synctest: true,
			})
		})
	}
}
