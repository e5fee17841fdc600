package mirror_test

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// rough is a FS whose listings tell times no closer than that, as those of LIST do. Stat
// knows better.
type rough struct {
	storage.FS
	coarse  time.Duration
	setTime bool
	stats   atomic.Int32 // how often it was asked
}

func (r *rough) Features() storage.Features {
	if r.setTime {
		return r.FS.Features()
	}
	return r.FS.Features() &^ storage.CanSetTime
}

func (r *rough) Stat(ctx context.Context, name string) (storage.Info, error) {
	r.stats.Add(1)
	return r.FS.Stat(ctx, name)
}

func (r *rough) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		for info, err := range r.FS.List(ctx, dir) {
			info.ModTime, info.Coarse = info.ModTime.Truncate(r.coarse), r.coarse
			if !yield(info, err) {
				return
			}
		}
	}
}

// Times that are known to the minute or the day alone are the same if they may be.
func TestPlanRoughTimes(t *testing.T) {
	src := []string{"a x +0s", "b x +50s", "c x +53s", "d x +24h", "e x -8h"} // from 07:08:09
	dst := []string{"a x", "b x", "c x", "d x", "e x"}
	for _, test := range []struct {
		coarse  time.Duration
		setTime bool
		want    []string
		stats   int32
	}{
		// Within 07:08, and the second of the window.
		{time.Minute, true, []string{
			"copy c: is newer: 2024-05-06 07:09:02, not 2024-05-06 07:08",
			"copy d: is newer: 2024-05-07 07:08:09, not 2024-05-06 07:08",
			"copy e: is older: 2024-05-05 23:08:09, not 2024-05-06 07:08",
		}, 1},
		// The time of an upload says only that what is older is in it.
		{time.Minute, false, []string{
			"copy b: is newer: 2024-05-06 07:08:59, not 2024-05-06 07:08:09",
			"copy c: is newer: 2024-05-06 07:09:02, not 2024-05-06 07:08",
			"copy d: is newer: 2024-05-07 07:08:09, not 2024-05-06 07:08",
		}, 3},
		{24 * time.Hour, true, []string{
			"copy d: is newer: 2024-05-07 07:08:09, not 2024-05-06",
			"copy e: is older: 2024-05-05 23:08:09, not 2024-05-06",
		}, 1},
	} {
		there := &rough{FS: treeOf(t, dst...), coarse: test.coarse, setTime: test.setTime}
		wantPlan(t, there, treeOf(t, src...), mirror.Options{}, test.want...)
		if n := there.stats.Load(); n != test.stats {
			t.Errorf("%v: %d times asked, want %d", test.coarse, n, test.stats)
		}
	}
	// The other way round, nothing is known of the file but that it is of that minute.
	here := &rough{FS: treeOf(t, "a x", "b x -1h"), coarse: time.Minute, setTime: true}
	wantPlan(t, treeOf(t, "a x +45s", "b x"), here, mirror.Options{}, "copy b: is older: 2024-05-06 06:08, not 2024-05-06 07:08:09")
}
