package disk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// What the system takes as a path can be made, and nothing longer, however deep the
// client is already.
func TestLongestName(t *testing.T) {
	d := open(t, t.TempDir(), disk.Options{})
	elem := strings.Repeat("d", 255)
	name := "."
	for range 16 { // 16 of them and 15 slashes are 4095 octets
		name = storage.Join(name, elem)
		if err := d.Mkdir(ctx, name); err != nil {
			t.Fatal(len(name), err)
		}
	}
	if _, err := d.Stat(ctx, name); err != nil {
		t.Error(err)
	}
	if err := d.Mkdir(ctx, "f"); err != nil {
		t.Fatal(err)
	}
	long := storage.Join(name, "x")
	if err := d.Mkdir(ctx, long); !errors.Is(err, storage.ErrName) {
		t.Error("Mkdir:", err)
	}
	if err := d.Rename(ctx, "f", long); !errors.Is(err, storage.ErrName) {
		t.Error("Rename:", err)
	}
	if w, err := d.Create(ctx, long, storage.CreateOptions{}); !errors.Is(err, storage.ErrName) {
		t.Error("Create:", err)
		if err == nil {
			w.Abort()
		}
	}
}
