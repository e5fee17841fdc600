package disk_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// crowd makes a directory that is large for List, for its names are long, so that most of
// its entries are described ahead.
func crowd(t testing.TB) (d *disk.FS, dir string) {
	t.Helper()
	dir = inMemory(t)
	long := strings.Repeat("long ", 40)
	for i := range 4000 {
		name := filepath.Join(dir, long+strconv.Itoa(i))
		switch i % 50 {
		case 0:
			if err := os.Mkdir(name, 0o750); err != nil {
				t.Fatal(err)
			}
		case 1:
			if err := os.Symlink(long+strconv.Itoa(i-1-i%4), name); err != nil {
				t.Fatal(err)
			}
		default:
			writeFile(t, name, "some text"[:i%9], 0o644)
		}
	}
	return open(t, dir, disk.Options{Sync: disk.SyncNever}), dir
}

// everyone lists the root of d.
func everyone(t *testing.T, d *disk.FS) map[string]storage.Info {
	t.Helper()
	all := make(map[string]storage.Info)
	for info, err := range d.List(t.Context(), ".") {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := all[info.Name]; twice {
			t.Errorf("%s is listed twice", info.Name)
		}
		info.Fresh = false // which time takes away
		all[info.Name] = info
	}
	return all
}

// workingDirs returns those of the threads of this process, each once.
func workingDirs(t *testing.T) map[string]bool {
	t.Helper()
	tasks, err := filepath.Glob("/proc/self/task/*/cwd")
	if err != nil || len(tasks) == 0 {
		t.Fatal(tasks, err)
	}
	dirs := make(map[string]bool)
	for _, task := range tasks {
		if dir, err := os.Readlink(task); err == nil { // else it has just ended
			dirs[dir] = true
		}
	}
	return dirs
}

// alike waits until all threads have the working directory of this process: those that
// have another end soon after the listing.
func alike(t *testing.T) {
	t.Helper()
	for begun := time.Now(); ; runtime.Gosched() {
		dirs := workingDirs(t)
		if len(dirs) == 1 {
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("there are still threads in %v", slices.Collect(maps.Keys(dirs)))
		}
	}
	if here, err := os.Getwd(); err != nil || !workingDirs(t)[here] {
		t.Errorf("the process has moved away from %s (%v)", here, err)
	}
}

// inProcess counts the descriptors ("fd") or threads ("task") that there are.
func inProcess(t *testing.T, what string) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/" + what)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestListAhead(t *testing.T) {
	d, dir := crowd(t)
	got := everyone(t, d)
	release := disk.HoldAhead()
	want := everyone(t, d)
	release()
	if len(want) != 4000 || !maps.EqualFunc(got, want, func(a, b storage.Info) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("ahead it lists %d entries, and without %d, or others", len(got), len(want))
	}
	n := 0
	for _, err := range d.List(t.Context(), ".") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3000 {
			if dirs := workingDirs(t); disk.Ahead() != 1 || len(dirs) != 2 || !dirs[dir] {
				t.Errorf("while it lists, %d threads describe ahead, and their directories are %v", disk.Ahead(), slices.Collect(maps.Keys(dirs)))
			}
		}
	}
	for _, err := range d.List(storage.WithDetails(t.Context(), 0), ".") {
		if err != nil || disk.Ahead() != 0 {
			t.Fatalf("for names alone there are %d threads, and %v", disk.Ahead(), err)
		}
	}
	alike(t)
}

// TestListAheadEnds breaks many listings off. What they took is given back at once, but
// for the threads, which end by themselves.
func TestListAheadEnds(t *testing.T) {
	d, _ := crowd(t)
	everyone(t, d) // opens what stays open
	files, before := inProcess(t, "fd"), inProcess(t, "task")
	for round := range 200 {
		at := 500 + round*17
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan any)
		go func() {
			over := any("Goexit")
			defer func() {
				if p := recover(); p != nil {
					over = p
				}
				done <- over
			}()
			n := 0
			for _, err := range d.List(ctx, ".") {
				if err != nil {
					over = err
					return
				}
				if n++; n < at {
					continue
				}
				switch round % 4 {
				case 0:
					over = "broken off"
					return
				case 1:
					panic("panic")
				case 2:
					runtime.Goexit()
				case 3:
					cancel()
				}
			}
			over = "complete"
		}()
		got := <-done
		cancel()
		want := [...]any{"broken off", "panic", "Goexit", context.Canceled}[round%4]
		if err, ok := got.(error); ok && errors.Is(err, context.Canceled) {
			got = context.Canceled
		}
		if got != want {
			t.Errorf("a listing broken off after %d entries ended with %v, want %v", at, got, want)
		}
		if n := disk.Ahead(); n != 0 {
			t.Fatalf("after that %d threads describe ahead", n)
		}
	}
	if n := inProcess(t, "fd"); n != files {
		t.Errorf("%d files are open, and there were %d", n, files)
	}
	alike(t)
	// Go makes some for itself.
	if n := inProcess(t, "task"); n > before+10 {
		t.Errorf("there are %d threads, and there were %d", n, before)
	}
}

// What vanishes while a directory is listed is left out.
func TestListAheadVanishing(t *testing.T) {
	d, dir := crowd(t)
	n := 0
	for _, err := range d.List(t.Context(), ".") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if n != 1 {
		t.Errorf("%d entries were listed of which one was left to begin with", n)
	}
}

// More listings at once than there are threads for are listed all the same.
func TestListAheadMany(t *testing.T) {
	d, _ := crowd(t)
	var stops []func()
	for range 40 {
		next, stop := iter.Pull2(d.List(t.Context(), "."))
		stops = append(stops, stop)
		for range 2500 {
			if _, err, ok := next(); err != nil || !ok {
				t.Fatal(err, ok)
			}
		}
	}
	if n := disk.Ahead(); n != 16 {
		t.Errorf("%d threads describe ahead", n)
	}
	for _, stop := range stops {
		stop()
	}
	if n := disk.Ahead(); n != 0 {
		t.Errorf("%d threads describe ahead in the end", n)
	}
	alike(t)
}

// A bug that shows on the thread is one of the listing, which ends: not of the program.
func TestListAheadBug(t *testing.T) {
	f, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	defer func() {
		if _, ok := recover().(runtime.Error); !ok || disk.Ahead() != 0 {
			t.Errorf("no panic, or %d threads that describe ahead", disk.Ahead())
		}
	}()
	t.Error(disk.AheadOfNonsense(f))
}
