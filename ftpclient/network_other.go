//go:build !unix

package ftpclient

import "syscall"

// reusePort does nothing: what SO_REUSEADDR means elsewhere is another thing.
func reusePort(_, _ string, _ syscall.RawConn) error { return nil }
