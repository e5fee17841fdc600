//go:build unix

package ftpserver

import (
	"net"
	"syscall"
)

// keepUrgent leaves urgent data in the stream, so that the data mark of a Telnet
// Synch is read in its place (RFC 959, 4.1.3).
func keepUrgent(conn net.Conn) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1)
	})
}

// reuseAddr lets several connections leave from one port: the data port below
// the control port (RFC 959, 3.2).
func reuseAddr(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
}
