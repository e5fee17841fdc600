package disk_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// A List that is asked for less tells less, and of what it tells the same.
func TestListDetails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("text"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o750); err != nil {
		t.Fatal(err)
	}
	d, err := disk.Open(dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	list := func(want storage.Details) map[string]storage.Info {
		t.Helper()
		all := make(map[string]storage.Info)
		for info, err := range d.List(storage.WithDetails(t.Context(), want), ".") {
			if err != nil {
				t.Fatal(err)
			}
			info.Fresh = false // which time takes away
			all[info.Name] = info
		}
		return all
	}
	whole := list(storage.AllDetails)
	if len(whole) != 2 || whole["file"].Size != 4 || whole["folder"].Kind != storage.KindDir {
		t.Fatalf("all details are %+v", whole)
	}
	for _, want := range []storage.Details{
		0, storage.DetailStat, storage.DetailID, storage.DetailVersion, storage.DetailOwner, storage.DetailID | storage.DetailOwner,
		storage.DetailBirth,
	} {
		expected := make(map[string]storage.Info)
		for name, i := range whole {
			if want == 0 {
				expected[name] = storage.Info{Name: name}
				continue
			}
			if want&(storage.DetailID|storage.DetailVersion) == 0 {
				i.ID = ""
			}
			if want&storage.DetailVersion == 0 {
				i.Version = ""
			}
			if want&storage.DetailBirth == 0 {
				i.Birth = time.Time{}
			}
			if want&storage.DetailOwner == 0 {
				i.Owner, i.Group = "", ""
			}
			expected[name] = i
		}
		if got := list(want); !reflect.DeepEqual(got, expected) {
			t.Errorf("details %b:\n got %+v\nwant %+v", want, got, expected)
		}
	}
}

// A Commit that is asked for nothing tells the name, and publishes all the same.
func TestCommitDetails(t *testing.T) {
	d := open(t, t.TempDir(), disk.Options{Sync: disk.SyncNever})
	for want, size := range map[storage.Details]int64{0: 0, storage.DetailStat: 4, storage.AllDetails: 4} {
		w, err := d.Create(t.Context(), "file", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("text")); err != nil {
			t.Fatal(err)
		}
		info, err := w.Commit(storage.WithDetails(t.Context(), want))
		if err != nil || info.Name != "file" || info.Size != size {
			t.Errorf("asked for %b: %+v, %v", want, info, err)
		}
		if there, err := d.Stat(t.Context(), "file"); err != nil || there.Size != 4 {
			t.Errorf("asked for %b: there is %+v, %v", want, there, err)
		}
	}
}
