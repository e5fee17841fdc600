package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

func TestFresh(t *testing.T) {
	const ms, s = int64(time.Millisecond), int64(time.Second)
	for _, tt := range []struct {
		ctime, now int64
		want       bool
	}{
		{7*s + 1, 7*s + 1, true},
		{7*s + 1, 7*s + 49*ms, true},
		{7*s + 1, 7*s + 51*ms, false},
		{7 * s, 9*s + 999*ms, true}, // whole seconds: so may be the next
		{7 * s, 10 * s, false},
		{9*s + 1, 7 * s, true}, // the clock was set back
	} {
		if got := fresh(tt.ctime, tt.now); got != tt.want {
			t.Errorf("changed at %d, now %d: %v", tt.ctime, tt.now, got)
		}
	}
}

// As long as a file is not Fresh, each change of its contents shows in its
// Version, though size and time are set back and nothing waits between.
func TestVersionOfWhatIsNotFresh(t *testing.T) {
	dir := t.TempDir()
	d, err := Open(dir, Options{Sync: SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	path := filepath.Join(dir, "f")
	then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	change := func(to byte) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt([]byte{to}, 0); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	stat := func() storage.Info {
		info, err := d.Stat(t.Context(), "f")
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	settled, same := 0, 0
	for end := time.Now().Add(time.Second); settled < 5 || time.Now().Before(end); {
		written := time.Now()
		change('a')
		before := stat()
		soon := time.Since(written) < 40*time.Millisecond
		change('b')
		after := stat()
		if before.Version == after.Version {
			same++ // within one tick
		}
		if soon && !before.Fresh {
			t.Fatalf("%v is not fresh, and was just written", before.Version)
		}
		if settled < 5 {
			for before = stat(); before.Fresh; before = stat() {
			}
			settled++
			change('c')
			if now := stat(); now.Version == before.Version {
				t.Fatalf("changed, and still %v", now.Version)
			}
		}
	}
	t.Logf("%d changes did not show in the version", same)
}
