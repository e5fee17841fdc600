//go:build unix

package distance

import (
	"net"
	"syscall"
)

// inline keeps urgent data in its place among the rest: relayed, the data mark of a
// Telnet Synch is an octet like others.
func inline(conn net.Conn) {
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
