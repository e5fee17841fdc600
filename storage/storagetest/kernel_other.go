//go:build !windows

package storagetest

import "syscall"

func writeTo(fd uintptr, p []byte) (int, error) { return syscall.Write(int(fd), p) }
