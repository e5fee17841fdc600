//go:build !linux && !darwin && !freebsd && !windows

package disk

import "io/fs"

const (
	hasModes  = true
	hasOwners = false
)

// fillSystem has nothing to add on systems that ferry knows nothing more of.
func fillSystem(*meta, fs.FileInfo) {}
