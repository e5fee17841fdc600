//go:build linux || darwin || freebsd

package trust

import (
	"os"
	"syscall"
)

// flock waits for the lock on f, which closing f gives back.
func flock(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			return err
		}
	}
}
