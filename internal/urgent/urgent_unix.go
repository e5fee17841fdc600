//go:build unix

package urgent

import (
	"net"
	"syscall"
)

// Write sends b with its last octet as urgent data, where the connection
// is the operating system's. Otherwise it sends nothing and returns false.
func Write(conn net.Conn, b []byte) bool {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	sent := false
	raw.Write(func(fd uintptr) bool {
		n, err := syscall.SendmsgN(int(fd), b, nil, nil, syscall.MSG_OOB)
		if err == syscall.EAGAIN {
			return false
		}
		sent = err == nil && n == len(b)
		return true
	})
	return sent
}
