//go:build unix

package ftpclient

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// reusePort lets a source port be used again, to another address, while the system
// still remembers the connection before.
func reusePort(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
