package mirror_test

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// crowd is a FS with one folder of n files in no order, of which only those numbers are
// there that has says.
type crowd struct {
	storage.FS
	n     int
	has   func(i int) bool
	size  func(i int) int64
	probe func() // called now and then
}

func (c crowd) Features() storage.Features { return storage.CanSetTime | storage.RealDirs }

func (c crowd) Stat(_ context.Context, name string) (storage.Info, error) {
	if name != "." {
		return storage.Info{}, storage.PathError("stat", name, fs.ErrNotExist)
	}
	return storage.Info{Name: ".", Kind: storage.KindDir}, nil
}

func (c crowd) List(context.Context, string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		for i := range c.n {
			if i%(c.n/4) == 1 {
				c.probe()
			}
			k := i * 7919 % c.n // which shares no divisor with n
			if !c.has(k) {
				continue
			}
			info := storage.Info{Name: fmt.Sprintf("a file with a name of usual length %08d.jpg", k), Kind: storage.KindFile, Size: c.size(k),
				ModTime: then.Add(time.Duration(k) * time.Minute), ID: fmt.Sprint(k), Owner: "somebody", Group: "users", Mode: 0o644}
			if !yield(info, nil) {
				return
			}
		}
	}
}

// A folder of a million entries is planned in memory that does not grow with it.
func TestPlanMillion(t *testing.T) {
	n, most := 1_000_000, uint64(48<<20)
	if testing.Short() {
		n = 100_000
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var peak, base uint64
	probe := func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		if base == 0 {
			base = m.HeapAlloc
		}
	}
	probe()
	src := crowd{n: n, probe: probe, has: func(i int) bool { return i%10 != 0 }, size: func(i int) int64 { return int64(i) }}
	dst := crowd{n: n, probe: func() {}, has: func(i int) bool { return i%10 < 6 }, size: func(i int) int64 { return int64(i + i%10/5) }}
	count := make(map[mirror.Op]int)
	last, lastOp := "", mirror.Skip
	for step, err := range mirror.Plan(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, mirror.Options{Delete: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if step.Op == lastOp && step.Name <= last {
			t.Fatalf("%s comes behind %s", step.Name, last)
		}
		last, lastOp = step.Name, step.Op
		if count[step.Op]++; count[step.Op]%(n/20) == 1 {
			probe()
		}
	}
	// New are four of ten, one has another size, one is not in SRC.
	if count[mirror.Copy] != n/2 || count[mirror.Remove] != n/10 || len(count) != 2 {
		t.Errorf("the plan has %v", count)
	}
	if used := peak - base; used > most {
		t.Errorf("%d MiB in memory, want %d at most", used>>20, most>>20)
	} else {
		t.Logf("%d entries: %d MiB in memory", n, used>>20)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 || err != nil {
		t.Errorf("temporary files: %v, %v", left, err)
	}
}
