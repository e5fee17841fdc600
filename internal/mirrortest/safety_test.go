package mirrortest

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestNothingLost fails a random listing of random trees, on either side, at a random
// entry. Whatever the Run then does, it removes nothing, and what SRC has not is at DST as it
// was; the next, which sees all, makes them the same.
func TestNothingLost(t *testing.T) {
	for stream := range uint64(60) {
		rnd := rand.New(rand.NewPCG(*seed, stream))
		src, dst := at(mem.New(mem.Options{}), ".", "mem"), at(mem.New(mem.Options{}), ".", "mem")
		o := mirror.Options{Delete: true, MaxDelete: -1, Parallel: 1 + rnd.IntN(4), Retries: -1}
		for _, tree := range []mirror.Tree{src, dst} {
			(&editor{t: t, rnd: rnd, tree: tree}).edit(20 + rnd.IntN(20))
		}
		before, want := snapshot(t, dst), snapshot(t, src)

		// A folder that is listed: of SRC any, of DST one that both have.
		bad, folders := &src, []string{"."}
		if rnd.IntN(2) == 0 {
			bad = &dst
		}
		for name := range want {
			if want[name] == dirMark && (bad == &src || before[name] == dirMark) {
				folders = append(folders, name)
			}
		}
		slices.Sort(folders)
		folder := folders[rnd.IntN(len(folders))]
		err := errors.New("no such luck")
		if rnd.IntN(2) == 0 {
			err = storage.ErrUnlisted
		}
		whole := bad.FS
		bad.FS = faultfs.New(whole, faultfs.Rule{Op: faultfs.List, Name: escape(folder), After: int64(rnd.IntN(3)), Err: err})
		hit := listingFails(t, *bad, folder)
		sum, rerr := mirror.Run(t.Context(), dst, src, mirror.Plan(t.Context(), dst, src, o), o)
		bad.FS = whole
		got := snapshot(t, dst)
		if hit {
			if sum.Removed != 0 || rerr == nil {
				t.Errorf("stream %d: %s of a side failed, and %+v, %v", stream, folder, sum, rerr)
			}
			for name, data := range before {
				if _, there := want[name]; got[name] != data && !there {
					t.Errorf("stream %d: %s is no more what it was", stream, name)
				}
			}
		}
		if _, err := mirror.Run(t.Context(), dst, src, mirror.Plan(t.Context(), dst, src, o), o); err != nil {
			t.Errorf("stream %d: %v", stream, err)
		}
		if got := snapshot(t, dst); !maps.Equal(got, want) {
			t.Errorf("stream %d: DST has %q, SRC %q", stream, got, want)
		}
	}
}

// escape makes a pattern that matches one name alone.
func escape(name string) string {
	return strings.NewReplacer("*", `\*`, "[", `\[`, "?", `\?`, `\`, `\\`).Replace(name)
}

// listingFails reports whether a listing has so many entries that it fails.
func listingFails(t *testing.T, tree mirror.Tree, dir string) bool {
	for _, err := range tree.FS.List(t.Context(), dir) {
		if err != nil {
			return true
		}
	}
	return false
}
