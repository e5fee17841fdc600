//go:build unix

package ftpserver

import (
	"errors"
	"net"
	"syscall"
)

// keepUrgent leaves urgent data in the stream, so that the data mark of a Telnet
// Synch is read in its place (RFC 959, 4.1.3).
func keepUrgent(conn net.Conn) {
	setOption(conn, syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1)
}

// setOption sets an option of the socket that conn is, if it is one. That it could not be
// set costs speed or a nicety, and nothing else.
func setOption(conn net.Conn, level, option, value int) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), level, option, value) })
}

// hungUp reports whether the peer is known to have closed conn. It may be called
// while another goroutine reads from conn.
func hungUp(conn net.Conn) bool {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = n == 0 && err == nil || errors.Is(err, syscall.ECONNRESET)
	})
	return gone || err != nil
}

// awaitOctet returns when there is something to be read from conn, or when its deadline
// has come. It reports whether it could: conn is a socket.
func awaitOctet(conn net.Conn) bool {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	// An error shows when conn is read.
	_ = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return true
}

// reuseAddr lets several connections leave from one port: the data port below
// the control port (RFC 959, 3.2).
func reuseAddr(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
}
