//go:build unix

package app

import (
	"math"
	"syscall"
)

// descriptors returns how many this process may have. The runtime has raised that to
// what the system allows.
func descriptors() uint64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return math.MaxUint64
	}
	return uint64(l.Cur)
}
