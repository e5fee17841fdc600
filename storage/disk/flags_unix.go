//go:build unix

package disk

import "syscall"

const (
	// noWait has an open return at once whatever the name leads to.
	noWait = syscall.O_NONBLOCK
	// dirFlags has an open fail on anything but a directory.
	dirFlags = syscall.O_DIRECTORY | noWait
	dirEnd   = ""
	// canSyncDirs reports whether fsync takes a directory.
	canSyncDirs = true
)
