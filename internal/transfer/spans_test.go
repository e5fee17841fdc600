package transfer

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSpans compares spans with a map of single octets.
func TestSpans(t *testing.T) {
	const size = 60
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var s spans
		var have [size]bool
		for range 12 {
			off := rnd.Int64N(size)
			end := min(size, off+rnd.Int64N(10))
			s = s.add(off, end)
			for i := off; i < end; i++ {
				have[i] = true
			}
			checkSpans(t, s, have[:])
		}
	}
}

func checkSpans(t *testing.T, s spans, have []bool) {
	t.Helper()
	size := int64(len(have))
	if !s.valid(size) {
		t.Fatalf("%v is not valid", s)
	}
	lacks := make([]bool, size)
	for i := range lacks {
		lacks[i] = true
	}
	for _, e := range s {
		for i := e[0]; i < e[1]; i++ {
			lacks[i] = false
		}
	}
	missing := int64(0)
	for _, e := range s.gaps(size) {
		for i := e[0]; i < e[1]; i++ {
			if !lacks[i] {
				t.Fatalf("%v: %d is in a gap", s, i)
			}
			missing++
		}
	}
	for i := range size {
		if lacks[i] == have[i] {
			t.Fatalf("%v: wrong about %d", s, i)
		}
		before, from := int64(0), int64(0)
		for j := i - 1; j >= 0 && have[j]; j-- {
			before++
		}
		for j := i; j < size && have[j]; j++ {
			from++
		}
		if s.before(i) != before || s.from(i) != from {
			t.Fatalf("%v at %d: %d before, %d from there on; want %d and %d", s, i, s.before(i), s.from(i), before, from)
		}
	}
	if s.total()+missing != size {
		t.Fatalf("%v has %d octets, and lacks %d", s, s.total(), missing)
	}
}

func TestSpansOutOfAFile(t *testing.T) {
	for _, s := range []spans{{{0, 0}}, {{5, 3}}, {{-1, 3}}, {{0, 3}, {2, 5}}, {{0, 3}, {3, 5}}, {{4, 6}, {0, 2}}, {{0, 11}}} {
		if s.valid(10) {
			t.Errorf("%v is valid", s)
		}
	}
	if s := (spans{{0, 3}, {4, 10}}); !s.valid(10) || !slices.Equal(s.gaps(12), spans{{3, 4}, {10, 12}}) {
		t.Error("what is valid is not")
	}
}
