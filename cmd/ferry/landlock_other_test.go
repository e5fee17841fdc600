//go:build !linux

package main

// canConfine reports whether the kernel has a Landlock: that is of Linux.
func canConfine() bool { return false }
