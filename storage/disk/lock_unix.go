//go:build linux || darwin || freebsd

package disk

import "syscall"

// lock takes the lock by which a process shows that it uses the temporary file
// that f is open on; closing f gives it back. It does not wait: held is false if
// another has it. An error, with held true, means that the file system has no locks.
func lock(f uintptr) (held bool, err error) {
	for {
		switch err := syscall.Flock(int(f), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return false, nil
		default:
			return true, err
		}
	}
}
