package mirror_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// What is the same is told of if that is asked for, however it was compared.
func TestPlanSame(t *testing.T) {
	src := treeOf(t, "a", "d/b", "d/new", "e x +1h")
	for _, compare := range []mirror.Compare{mirror.ByTime, mirror.BySize, mirror.ByHash} {
		dst := treeOf(t, "a", "d/b", "e x +1h", "other")
		wantPlan(t, dst, src, mirror.Options{Same: true, Compare: compare},
			"skip a: is complete", "skip e: is complete", "skip d/b: is complete", "copy d/new: is new")
	}
}

// Where nothing counts as the same, all files are copied, and folders are not made twice.
func TestPlanByNothing(t *testing.T) {
	src := treeOf(t, "a", "d/b", "d/new")
	wantPlan(t, treeOf(t, "a", "d/b"), src, mirror.Options{Compare: mirror.ByNothing, Same: true},
		"copy a: is copied anew", "copy d/b: is copied anew", "copy d/new: is new")
}

// Links of DST are gone through if that is asked for, as far as they lead to the kind of
// thing that is needed.
func TestPlanThroughLinks(t *testing.T) {
	src := treeOf(t, "a xyz", "d/x", "dead", "same x")
	there := []string{"other/old", "keep x", "a -> keep", "d -> other", "dead -> nowhere", "same -> keep"}
	wantPlan(t, treeOf(t, there...), src, mirror.Options{Through: true},
		"copy a: differs in size: 3 octets, 1 at DST",
		"! mirror ftp://src/dead: is a file, where DST has a symbolic link; remove that, or have deleted what SRC has not",
		"copy d/x: is new")
}

// A Root that cannot be looked at for the moment is looked at again.
func TestPlanRootsAgain(t *testing.T) {
	for _, side := range []string{"src", "dst"} {
		for _, lost := range []int{3, 9} {
			synctest.Test(t, func(t *testing.T) {
				fails := 0
				away := faultfs.Rule{Op: faultfs.Stat, Do: func(context.Context) error {
					if fails++; fails <= lost {
						return passing{}
					}
					return nil
				}}
				var dst, src storage.FS = treeOf(t), treeOf(t, "a")
				if side == "src" {
					src = faultfs.New(src, away)
				} else {
					dst = faultfs.New(dst, away)
				}
				got := show(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, mirror.Options{})
				want := "copy a: is new"
				if lost > 5 {
					want = "! mirror .: " + passing{}.Error()
				}
				if len(got) != 1 || got[0] != want {
					t.Errorf("%s lost %d times: %q", side, lost, got)
				}
			})
		}
	}
}
