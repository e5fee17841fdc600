package ftpserver

import (
	"net"
	"syscall"
)

// ackAtOnce has the kernel acknowledge what comes on conn, until something is written
// again. It would wait up to 40 ms for something to send along; and a client with
// Nagle's algorithm on (OpenSSL, Java, Python) waits for that with the next part of
// a handshake, and with the first octets of its file.
func ackAtOnce(conn net.Conn) {
	setOption(conn, syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
}
