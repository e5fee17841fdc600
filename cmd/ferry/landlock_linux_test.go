package main

import "golang.org/x/sys/unix"

// canConfine reports whether the kernel has a Landlock that ferry makes use of.
func canConfine() bool {
	abi, _, no := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return no == 0 && abi >= 2
}
