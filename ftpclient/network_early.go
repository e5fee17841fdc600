//go:build !linux

package ftpclient

import "syscall"

// latePort does nothing: only Linux lets a port be chosen later.
func latePort(_, _ string, _ syscall.RawConn) error { return nil }
