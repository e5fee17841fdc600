package mirrortest

import (
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestShare has a plan list hundreds of folders while their files are copied, over as few
// connections as there are: neither waits for the other to let go of one.
func TestShare(t *testing.T) {
	for _, conns := range []int{1, 2} {
		for _, down := range []bool{true, false} {
			share(t, conns, down)
		}
	}
}

func share(t *testing.T, conns int, down bool) {
	synctest.Test(t, func(t *testing.T) {
		src, dst := at(mem.New(mem.Options{}), ".", "mem"), ferryTree(t, conns)
		if down {
			src, dst = dst, src
		}
		for i := range 150 {
			dir := fmt.Sprintf("d%03d", i)
			check(t, src.FS.Mkdir(t.Context(), dir))
			for j := range 3 {
				w, err := src.FS.Create(t.Context(), fmt.Sprintf("%s/f%d", dir, j), storage.CreateOptions{})
				check(t, err)
				_, err = fmt.Fprint(w, i, j)
				check(t, err)
				_, err = w.Commit(t.Context())
				check(t, err)
			}
		}
		began := time.Now()
		sum, err := mirror.Run(t.Context(), dst, src, mirror.Plan(t.Context(), dst, src, mirror.Options{}), mirror.Options{})
		check(t, err)
		// What waits for a connection that nobody lets go of waits for five seconds.
		if took := time.Since(began); took > time.Second {
			t.Errorf("%d connections, down is %v: took %v", conns, down, took)
		}
		if got, want := snapshot(t, dst), snapshot(t, src); sum.Copied != 450 || !maps.Equal(got, want) {
			t.Errorf("%d connections, down is %v: %+v", conns, down, sum)
		}
	})
}
