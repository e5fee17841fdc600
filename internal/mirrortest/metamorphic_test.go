package mirrortest

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

var (
	seed   = flag.Uint64("seed", 6092453, "of the random trees")
	rounds = flag.Int("rounds", 4, "of changes, for each two back ends")
)

// TestPairs mirrors random trees, random changes in them, and random damage on the other
// side, between every two back ends: the trees are then the same, SRC is what it was, and
// a second plan is empty.
func TestPairs(t *testing.T) {
	all := ends(t)
	n := *rounds
	if testing.Short() {
		n = min(n, 2)
	}
	for i, from := range all {
		for j, to := range all {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				t.Parallel()
				src, dst := from.tree(t), to.tree(t)
				if src.Root != "." {
					check(t, src.FS.Mkdir(t.Context(), src.Root))
				}
				run(t, dst, src, n, uint64(i*len(all)+j))
			})
		}
	}
}

// TestOneConnection is TestPairs where only one connection can be had: listing ahead and
// copying have to share it.
func TestOneConnection(t *testing.T) {
	run(t, ferryTree(t, 1), at(mem.New(mem.Options{}), ".", "mem"), 3, 1)
	run(t, at(mem.New(mem.Options{}), ".", "mem"), ferryTree(t, 1), 3, 2)
	run(t, ferryTree(t, 1), ferryTree(t, 1), 3, 3)
}

// run changes, mirrors and compares, again and again.
func run(t *testing.T, dst, src mirror.Tree, n int, stream uint64) {
	rnd := rand.New(rand.NewPCG(*seed, stream))
	journal := mem.New(mem.Options{})
	times := dst.FS.Features().Has(storage.CanSetTime) && src.FS.Features().Has(storage.CanSetTime)
	for round := range n {
		o := mirror.Options{Delete: true, MaxDelete: -1, Journal: journal, Parallel: 1 + rnd.IntN(6), Compare: mirror.ByTime}
		if rnd.IntN(3) == 0 {
			o.Compare = mirror.ByHash
		}
		sized := !times && o.Compare == mirror.ByTime
		(&editor{t: t, rnd: rnd, tree: src, sized: sized}).edit(5 + rnd.IntN(25))
		if round > 0 {
			(&editor{t: t, rnd: rnd, tree: dst, sized: sized, least: 1000}).edit(rnd.IntN(10))
		}
		want := snapshot(t, src)
		what := fmt.Sprintf("round %d, compared by %d, %d at once", round, o.Compare, o.Parallel)
		var plan []string
		o.Observe = func(e mirror.Event) {
			if e.Err != nil {
				t.Logf("%s: %s %s: %v", what, e.Step.Op, e.Step.Name, e.Err)
			}
		}
		sum, err := mirror.Run(t.Context(), dst, src, planned(&plan, mirror.Plan(t.Context(), dst, src, o)), o)
		if err != nil || sum.Failed > 0 {
			t.Fatalf("%s: %+v, %v\n%q", what, sum, err, plan)
		}
		if got := snapshot(t, dst); !maps.Equal(got, want) {
			t.Fatalf("%s: DST has\n%q\nSRC has\n%q\nthe plan was %q", what, got, want, plan)
		}
		if got := snapshot(t, src); !maps.Equal(got, want) {
			t.Fatalf("%s: SRC was\n%q\nand is\n%q", what, want, got)
		}
		empty(t, what+": the second plan", dst, src, o)
		if times {
			empty(t, what+": the plan back", src, dst, o)
		}
	}
}

// planned notes the steps of a plan as they go by.
func planned(lines *[]string, plan func(yield func(mirror.Step, error) bool)) func(yield func(mirror.Step, error) bool) {
	return func(yield func(mirror.Step, error) bool) {
		for step, err := range plan {
			*lines = append(*lines, fmt.Sprint(step.Op, " ", step.Name, ": ", step.Reason))
			if !yield(step, err) {
				return
			}
		}
	}
}

// empty sees that there is nothing to do.
func empty(t *testing.T, what string, dst, src mirror.Tree, o mirror.Options) {
	t.Helper()
	for step, err := range mirror.Plan(t.Context(), dst, src, o) {
		t.Errorf("%s has %s %s: %s (%v)", what, step.Op, step.Name, step.Reason, err)
	}
	if t.Failed() {
		t.FailNow()
	}
}
