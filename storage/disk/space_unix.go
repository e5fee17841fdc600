//go:build linux || darwin || freebsd

package disk

import (
	"math"

	"golang.org/x/sys/unix"
)

// freeSpace returns how much can be written to the file system of the
// file or directory that f is open on by somebody without privileges.
func freeSpace(_ string, f uintptr) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f), &st); err != nil {
		return 0, err
	}
	// Where more is used than somebody without privileges may have, FreeBSD
	// counts below zero.
	blocks, size := int64(st.Bavail), int64(st.Bsize)
	switch {
	case blocks <= 0 || size <= 0:
		return 0, nil
	case blocks > math.MaxInt64/size:
		return math.MaxInt64, nil
	}
	return blocks * size, nil
}
