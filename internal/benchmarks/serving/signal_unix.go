//go:build unix

package serving

import "syscall"

// wanted begins a profile and ends it.
const wanted = syscall.SIGUSR1
