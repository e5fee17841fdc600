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

// cork has the kernel hold back a segment that is not full until more is written or conn
// is closed, and for 200 ms at most. What comes last then goes together with the FIN: it
// is a segment less, and the client is woken once for both.
func cork(conn net.Conn) {
	setOption(conn, syscall.IPPROTO_TCP, syscall.TCP_CORK, 1)
}
