package charset

import "hash/maphash"

// filter is a set of names in memory that does not grow (Bloom, 1970): has may
// be true of a name that is not in it, never false of one that is. With a
// million names it is wrong about one in forty.
type filter struct {
	seed maphash.Seed
	bits [1 << (filterBits - 6)]uint64
}

// filterBits is the logarithm of the size: a mebioctet.
const filterBits = 23

// filterHashes is how many bits a name sets.
const filterHashes = 4

func newFilter() *filter { return &filter{seed: maphash.MakeSeed()} }

func (f *filter) add(name string) {
	for h := range f.hashes(name) {
		f.bits[h>>6] |= 1 << (h & 63)
	}
}

func (f *filter) has(name string) bool {
	for h := range f.hashes(name) {
		if f.bits[h>>6]&(1<<(h&63)) == 0 {
			return false
		}
	}
	return true
}

// hashes yields the bits of a name, by two hashes in one.
func (f *filter) hashes(name string) func(func(uint64) bool) {
	sum := maphash.String(f.seed, name)
	step := sum>>32 | 1
	return func(yield func(uint64) bool) {
		for range filterHashes {
			if !yield(sum & (1<<filterBits - 1)) {
				return
			}
			sum += step
		}
	}
}
