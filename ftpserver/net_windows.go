package ftpserver

import (
	"net"
	"syscall"
)

const soOOBInline = 0x100 // SO_OOBINLINE of winsock2.h

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
		syscall.SetsockoptInt(syscall.Handle(fd), syscall.SOL_SOCKET, soOOBInline, 1)
	})
}

// hungUp reports whether the peer is known to have closed conn. Here that is not
// known before it is read.
func hungUp(net.Conn) bool { return false }

// awaitOctet cannot wait here, and says so.
func awaitOctet(net.Conn) bool { return false }

// reuseAddr does nothing: SO_REUSEADDR on Windows lets others take the port.
func reuseAddr(_, _ string, _ syscall.RawConn) error { return nil }
