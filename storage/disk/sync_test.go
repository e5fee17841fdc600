package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/storage"
)

// TestGroupCommit has many wait while one is served, and then served at once.
func TestGroupCommit(t *testing.T) {
	if !syncTogether {
		t.Skip("nothing is shared on this system")
	}
	synctest.Test(t, func(t *testing.T) {
		const waiting = 10
		bad := errors.New("bad")
		begin := make(chan struct{})
		var groups [][]*os.File
		s := &syncer{all: func(files []*os.File) []error {
			<-begin
			groups = append(groups, files)
			errs := make([]error, len(files))
			if len(files) == waiting {
				errs[3] = bad
			}
			return errs
		}}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := s.sync(nil); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		var mu sync.Mutex
		var failed []*os.File
		for range waiting {
			f := new(os.File)
			wg.Go(func() {
				if err := s.sync(f); err != nil {
					mu.Lock()
					failed = append(failed, f)
					mu.Unlock()
				}
			})
		}
		synctest.Wait()
		begin <- struct{}{} // the first, alone
		synctest.Wait()
		var late bool
		wg.Go(func() {
			if err := s.sync(nil); err != nil {
				t.Error(err)
			}
			late = true
		})
		synctest.Wait()
		begin <- struct{}{} // those that came meanwhile
		synctest.Wait()
		if late {
			t.Error("one that came after the group had begun was served by it")
		}
		begin <- struct{}{}
		wg.Wait()
		if len(groups) != 3 || len(groups[0]) != 1 || len(groups[1]) != waiting || len(groups[2]) != 1 {
			t.Fatalf("there were %d groups: %v", len(groups), groups)
		}
		if len(failed) != 1 || failed[0] != groups[1][3] {
			t.Errorf("the error of one went to %v", failed)
		}
		if s.busy || s.next != nil {
			t.Error("the syncer believes to be busy still")
		}
	})
}

func TestSyncAll(t *testing.T) {
	dir := t.TempDir()
	var files []*os.File
	for i := range 5 {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, f)
	}
	files[2].Close()
	for _, n := range []int{1, 5} {
		for i, err := range syncAll(files[:n]) {
			if (err != nil) != (i == 2) {
				t.Errorf("of %d files, %d: %v", n, i, err)
			}
		}
	}
}

// What is synced as a whole is there like anything else, and is promised to be durable
// only where each file is synced after all.
func TestSyncAtClose(t *testing.T) {
	dir := t.TempDir()
	d, err := Open(dir, Options{Sync: SyncAtClose})
	if err != nil {
		t.Fatal(err)
	}
	w, err := d.Create(t.Context(), "a", storage.CreateOptions{})
	if err == nil {
		_, err = w.Write([]byte("hello"))
	}
	if err == nil {
		_, err = w.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" && !d.Features().Has(storage.Durable) {
		t.Error("nothing is synced")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a")); string(got) != "hello" || err != nil {
		t.Errorf("holds %q, %v", got, err)
	}
}
