package ftpclient

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// latePort has the port of a connection that is bound to an address chosen only when it
// connects. At the bind it would have to be one that no connection has had of late, and
// after some thousands of data connections the search for such a port costs more than all
// else that is done for a small file. A system that knows no such option goes on as ever.
func latePort(_, _ string, raw syscall.RawConn) error {
	return raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	})
}
