//go:build !unix

package app

import "math"

// descriptors returns how many this process may have: here there is no such limit.
func descriptors() uint64 { return math.MaxUint64 }
