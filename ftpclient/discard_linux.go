package ftpclient

import (
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// drop takes up to n octets that have come on conn, and has the kernel throw them away
// (MSG_TRUNC, tcp(7)). It reports false where that is not to be had: then none was taken.
func drop(conn net.Conn, n int) (dropped int, done bool, err error) {
	var tcp syscall.Conn
	switch c := conn.(type) {
	case *net.TCPConn:
		tcp = c
	case *bareConn:
		tcp = c
	default:
		return 0, false, nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, false, nil
	}
	var errno unix.Errno
	err = raw.Read(func(fd uintptr) bool {
		for {
			var r uintptr
			r, _, errno = unix.Syscall6(unix.SYS_RECVFROM, fd, 0, uintptr(n), unix.MSG_TRUNC, 0, 0)
			dropped = int(r)
			if errno != unix.EINTR {
				return errno != unix.EAGAIN
			}
		}
	})
	switch {
	case err != nil:
		return 0, true, err
	case errno == unix.EFAULT || errno == unix.EINVAL || errno == unix.ENOSYS:
		return 0, false, nil
	case errno != 0:
		return 0, true, &net.OpError{Op: "read", Net: "tcp", Source: conn.LocalAddr(), Addr: conn.RemoteAddr(), Err: os.NewSyscallError("recvfrom", errno)}
	case dropped == 0 && n > 0:
		return 0, true, io.EOF
	}
	return dropped, true, nil
}
