//go:build unix

package main

import (
	"net"

	"golang.org/x/sys/unix"
)

// inlineUrgent keeps the urgent octet of a Telnet Synch in the stream, or the
// relay would lose it.
func inlineUrgent(conn net.Conn) {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_OOBINLINE, 1) })
}
