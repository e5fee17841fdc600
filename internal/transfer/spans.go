package transfer

import "slices"

// span is the octets of a file from Off up to End, which is no part of it.
type span [2]int64

// spans are parts of a file: in order, none empty, none touching the next.
type spans []span

// add returns s with the octets from off up to end.
func (s spans) add(off, end int64) spans {
	if off >= end {
		return s
	}
	i, _ := slices.BinarySearchFunc(s, off, func(e span, off int64) int {
		if e[1] < off {
			return -1
		}
		return 1
	})
	j := i
	for j < len(s) && s[j][0] <= end {
		off, end = min(off, s[j][0]), max(end, s[j][1])
		j++
	}
	return slices.Replace(s, i, j, span{off, end})
}

// remove returns s without the octets from off up to end.
func (s spans) remove(off, end int64) spans {
	var left spans
	for _, e := range s {
		if low := (span{e[0], min(e[1], off)}); low[0] < low[1] {
			left = append(left, low)
		}
		if high := (span{max(e[0], end), e[1]}); high[0] < high[1] {
			left = append(left, high)
		}
	}
	return left
}

// gaps returns what s lacks of size octets.
func (s spans) gaps(size int64) spans {
	var gaps spans
	at := int64(0)
	for _, e := range s {
		if e[0] > at {
			gaps = append(gaps, span{at, e[0]})
		}
		at = e[1]
	}
	if at < size {
		gaps = append(gaps, span{at, size})
	}
	return gaps
}

// total returns how many octets s has.
func (s spans) total() (n int64) {
	for _, e := range s {
		n += e[1] - e[0]
	}
	return n
}

// before returns how many octets of s stand right before off, without a gap.
func (s spans) before(off int64) int64 {
	for _, e := range s {
		if e[0] < off && off <= e[1] {
			return off - e[0]
		}
	}
	return 0
}

// from returns how many octets of s there are from off on, without a gap.
func (s spans) from(off int64) int64 {
	for _, e := range s {
		if e[0] <= off && off < e[1] {
			return e[1] - off
		}
	}
	return 0
}

// valid reports whether s, which may come out of a file, is what spans are, within a
// file of size octets.
func (s spans) valid(size int64) bool {
	last := int64(-1)
	for _, e := range s {
		if e[0] <= last || e[0] >= e[1] {
			return false
		}
		last = e[1]
	}
	return last <= size
}
