//go:build unix

package soak

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// room says whether the system gives a process descriptors enough: Go raises the limit as
// far as it may. A server has three for a transfer, besides its session. (FreeBSD counts in
// int64.)
func room(sessions int) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	if need := sessions + sessions/10*3 + 100; uint64(l.Cur) < uint64(need) {
		return fmt.Errorf("%d sessions take %d descriptors, and the system allows %d: take fewer by --sessions, or have it allow more (ulimit -n)", sessions, need, l.Cur)
	}
	return nil
}
