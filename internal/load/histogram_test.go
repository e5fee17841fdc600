package load

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 63, 64, 127, 128, 129, 130, 255, 256, 1000, time.Millisecond, time.Second, time.Hour, math.MaxInt64} {
		i := bucket(d)
		if up := upper(i); up < d || float64(up-d) > float64(d)/64 {
			t.Errorf("%d is in bucket %d, which ends at %d", d, i, up)
		}
		if up := upper(i); bucket(up) != i || up < math.MaxInt64 && bucket(up+1) != i+1 {
			t.Errorf("bucket %d ends at %d, which is in bucket %d, and the next in %d", i, up, bucket(up), bucket(up+1))
		}
	}
}

func TestPercentiles(t *testing.T) {
	upTo := func(n int) (all []time.Duration) {
		for i := range n {
			all = append(all, time.Duration(i+1))
		}
		return all
	}
	tests := []struct {
		name  string
		given []time.Duration
		p     float64
		want  time.Duration
	}{
		{"of nothing", nil, 50, 0},
		{"of one", []time.Duration{7}, 50, 7},
		{"of one, the highest", []time.Duration{7}, 100, 7},
		{"the lower of two", []time.Duration{3, 9}, 50, 3},
		{"just above", []time.Duration{3, 9}, 50.1, 9},
		{"the median", upTo(100), 50, 50},
		{"ninety", upTo(100), 90, 90},
		{"ninety-nine", upTo(100), 99, 99},
		{"all", upTo(100), 100, 100},
		{"none", upTo(100), 0, 1},
		{"rounded up to a rank", upTo(10), 99, 10},
		{"no more than the highest", []time.Duration{1000003}, 99, 1000003},
		{"in any order", []time.Duration{90, 10, 50, 30, 70}, 50, 50},
		{"negative", []time.Duration{-5}, 50, 0},
	}
	for _, tt := range tests {
		var h histogram
		for _, d := range tt.given {
			h.add(d)
		}
		if got := h.percentile(tt.p); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestHistogram compares with what sorting says, for one and for the sum of two.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var whole, a, b histogram
	var all []time.Duration
	var sum time.Duration
	for i := range 20_000 {
		d := time.Duration(math.Exp(r.Float64()*20 + 3))
		all = append(all, d)
		sum += d
		whole.add(d)
		if i%3 == 0 {
			a.add(d)
		} else {
			b.add(d)
		}
	}
	slices.Sort(all)
	a.merge(&b)
	a.merge(&histogram{})
	for name, h := range map[string]*histogram{"whole": &whole, "merged": &a} {
		for _, p := range []float64{1, 50, 90, 99, 99.9, 100} {
			want := all[int(math.Ceil(p/100*float64(len(all))))-1]
			got := h.percentile(p)
			if got < want || float64(got-want) > float64(want)/64 {
				t.Errorf("%s: p%v is %v, want %v", name, p, got, want)
			}
		}
		if h.min != all[0] || h.max != all[len(all)-1] || h.total != int64(len(all)) || h.mean() != sum/time.Duration(len(all)) {
			t.Errorf("%s: %v to %v, %d, mean %v", name, h.min, h.max, h.total, h.mean())
		}
	}
	if n := len(whole.counts); n > 64*64 {
		t.Errorf("%d buckets", n)
	}
}
