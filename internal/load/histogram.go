package load

import (
	"math/bits"
	"time"
)

// A histogram counts durations in buckets, of which each power of two has 64: what it
// says is too much by less than a sixty-fourth, and its memory is the same for ten and for
// a thousand million of them. The zero histogram is empty. It is used by one goroutine at
// a time.
type histogram struct {
	counts   []int64 // grown as far as needed
	total    int64
	sum      time.Duration
	min, max time.Duration // exact
}

// subBits is how many bits behind the highest one tell buckets apart.
const subBits = 6

// bucket returns the bucket of a duration that is not negative. Those below 128 ns have
// one for each nanosecond.
func bucket(d time.Duration) int {
	v := uint64(d)
	shift := max(bits.Len64(v)-subBits-1, 0)
	return shift<<subBits + int(v>>shift)
}

// upper returns the longest duration of a bucket.
func upper(bucket int) time.Duration {
	if bucket < 2<<subBits {
		return time.Duration(bucket)
	}
	shift := bucket>>subBits - 1
	return time.Duration((uint64(bucket&(1<<subBits-1)|1<<subBits)+1)<<shift - 1)
}

// add counts a duration. One that is negative, as after a step of the clock, is 0.
func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	i := bucket(d)
	if i >= len(h.counts) {
		h.counts = append(h.counts, make([]int64, i+1-len(h.counts))...)
	}
	h.counts[i]++
	if h.total == 0 || d < h.min {
		h.min = d
	}
	h.max = max(h.max, d)
	h.total++
	h.sum += d
}

// merge adds all that other has counted.
func (h *histogram) merge(other *histogram) {
	if other.total == 0 {
		return
	}
	if n := len(other.counts) - len(h.counts); n > 0 {
		h.counts = append(h.counts, make([]int64, n)...)
	}
	for i, n := range other.counts {
		h.counts[i] += n
	}
	if h.total == 0 || other.min < h.min {
		h.min = other.min
	}
	h.max = max(h.max, other.max)
	h.total += other.total
	h.sum += other.sum
}

// percentile returns a duration that p percent of those counted did not exceed, by the
// nearest rank: the smallest that has so many at or below it. It is 0 if there are none.
func (h *histogram) percentile(p float64) time.Duration {
	rank := int64(p / 100 * float64(h.total))
	if float64(rank) < p/100*float64(h.total) {
		rank++
	}
	rank = max(rank, 1)
	for i, n := range h.counts {
		if rank -= n; rank <= 0 {
			return max(min(upper(i), h.max), h.min)
		}
	}
	return h.max
}

// mean is exact.
func (h *histogram) mean() time.Duration {
	if h.total == 0 {
		return 0
	}
	return h.sum / time.Duration(h.total)
}
