package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// rtt is what a listing takes of a far FS.
const rtt = 100 * time.Millisecond

// far is a FS whose listings take a round trip each.
type far struct {
	storage.FS
	listed, now, most atomic.Int32 // listings: in all, at the same time, and the most of these
	jitter            bool         // some take longer than others
}

func (f *far) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		n := f.now.Add(1)
		for most := f.most.Load(); n > most && !f.most.CompareAndSwap(most, n); most = f.most.Load() {
		}
		wait := rtt
		if f.jitter {
			wait += time.Duration(len(dir)*37%11) * rtt
		}
		time.Sleep(wait)
		f.listed.Add(1)
		f.now.Add(-1)
		f.FS.List(ctx, dir)(yield)
	}
}

// Distance costs a round trip for the depth of a tree, and one for as many folders as may
// be listed at once.
func TestPlanAhead(t *testing.T) {
	var wide, chains []string
	for i := range 100 {
		wide = append(wide, fmt.Sprintf("d%02d/f", i))
	}
	a, b := "a", "b"
	for range 50 {
		a, b = a+"/a", b+"/b"
	}
	chains = append(chains, a, b)
	for _, test := range []struct {
		name     string
		lines    []string
		o        mirror.Options
		folders  int32
		most     int32         // listings at once
		atMost   time.Duration // for all
		sameTree bool
	}{
		{"wide", wide, mirror.Options{}, 101, 4, 27 * rtt, true},
		{"wide, one at a time", wide, mirror.Options{Parallel: 1}, 101, 1, 101 * rtt, true},
		{"wide, ten at a time", wide, mirror.Options{Parallel: 10}, 101, 10, 12 * rtt, true},
		{"deep", chains, mirror.Options{}, 101, 4, 52 * rtt, true},
		{"wide and new", wide, mirror.Options{}, 101, 4, 27 * rtt, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src, dst := &far{FS: treeOf(t, test.lines...)}, &far{FS: treeOf(t)}
				if test.sameTree {
					dst.FS = src.FS
				}
				began := time.Now()
				plan := show(t.Context(), titled(dst, ".", "ftp://dst"), titled(src, ".", "ftp://src"), test.o)
				took := time.Since(began)
				if test.sameTree != (len(plan) == 0) {
					t.Errorf("%d steps", len(plan))
				}
				if src.listed.Load() != test.folders || src.most.Load() > test.most || dst.most.Load() > test.most {
					t.Errorf("%d listings, %d of SRC and %d of DST at once", src.listed.Load(), src.most.Load(), dst.most.Load())
				}
				if took > test.atMost {
					t.Errorf("took %v, want %v at most", took, test.atMost)
				}
			})
		})
	}
}

// Whatever comes first, the plan is the same.
func TestPlanOrder(t *testing.T) {
	lines := []string{"a/b/c/d/e", "a/f", "bb/g", "ccc/h/iiii/j", "ccc/k/l", "z", "dddd/m"}
	var want []string
	for _, test := range []struct {
		parallel int
		jitter   bool
	}{{1, false}, {1, true}, {2, true}, {4, true}, {16, true}} {
		synctest.Test(t, func(t *testing.T) {
			src, dst := &far{FS: treeOf(t, lines...), jitter: test.jitter}, treeOf(t, "ccc/old/x", "bb/g yy", "a/b/c/q")
			got := show(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, mirror.Options{Parallel: test.parallel, Delete: true, Compare: mirror.ByHash})
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d at once: the plan is %q, want %q", test.parallel, got, want)
			}
		})
	}
}

// While the steps of a folder are done, its listings are over.
func TestPlanHoldsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &far{FS: treeOf(t, "a", "b", "c/d", "c/e", "f/g")}
		for range mirror.Plan(t.Context(), mirror.Tree{FS: treeOf(t)}, mirror.Tree{FS: src}, mirror.Options{}) {
			synctest.Wait()
			time.Sleep(100 * rtt)
			if n := src.now.Load(); n > 0 {
				t.Fatalf("%d listings are open", n)
			}
		}
	})
}

// A listing that fails for a reason that may pass is read once more.
func TestPlanRetries(t *testing.T) {
	lost := &fs.PathError{Op: "read", Path: "d", Err: fmt.Errorf("it went: %w", storage.ErrBusy)}
	for _, test := range []struct {
		rule  faultfs.Rule
		o     mirror.Options
		wait  time.Duration
		fails bool
	}{
		{faultfs.Rule{Err: lost, Nth: 1, After: 1}, mirror.Options{}, time.Second, false},
		{faultfs.Rule{Err: lost}, mirror.Options{Retries: 2, Backoff: time.Minute}, 2 * time.Minute, true},
		{faultfs.Rule{Err: lost}, mirror.Options{Retries: -1}, 0, true},
		{faultfs.Rule{Err: errors.New("final")}, mirror.Options{}, 0, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			test.rule.Op, test.rule.Name = faultfs.List, "d"
			src, dst := faultfs.New(treeOf(t, "d/a", "d/b"), test.rule), treeOf(t, "d/a")
			began := time.Now()
			plan := show(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, test.o)
			if fails := strings.HasPrefix(plan[0], "!"); fails != test.fails {
				t.Errorf("%v: the plan is %q", test.rule.Err, plan)
			}
			if took := time.Since(began); took != test.wait {
				t.Errorf("%v: took %v, want %v", test.rule.Err, took, test.wait)
			}
		})
	}
}

// A server that is gone is not waited for again and again.
func TestPlanStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := treeOf(t, "a/x", "b/x", "c/x", "d/x")
		gone := faultfs.New(src, faultfs.Rule{Op: faultfs.List, Name: "[abcd]", Err: storage.ErrBusy})
		began := time.Now()
		show(t.Context(), mirror.Tree{FS: treeOf(t)}, mirror.Tree{FS: gone}, mirror.Options{Parallel: 1})
		if took := time.Since(began); took != 31*time.Second { // 1 + 2 + 4 + 8 + 16, once
			t.Errorf("took %v", took)
		}
	})
}

// What makes all else useless ends the plan.
func TestPlanFatal(t *testing.T) {
	refused := errors.New("login refused")
	src := faultfs.New(treeOf(t, "a", "b/x", "c/x"), faultfs.Rule{Op: faultfs.List, Name: "b", Err: refused})
	o := mirror.Options{Fatal: func(err error) bool { return errors.Is(err, refused) }}
	wantPlan(t, treeOf(t), src, o, "copy a: is new", "mkdir b: is new", "! list ftp://src/b: login refused")
}
