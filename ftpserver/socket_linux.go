package ftpserver

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// socketConn is a TCP connection that the runtime polls, as it would a pipe. One of package
// net takes three system calls more, and several objects for addresses that nobody asks for.
type socketConn struct {
	*os.File
	peer netip.Addr // as accept has it; not valid if nobody is to know
}

var _ tcpConn = (*socketConn)(nil)

// wrap makes it a connection like any other.
func (c bareConn) wrap(peer netip.Addr) net.Conn {
	// As package net does: what is written between two pauses is not to wait.
	unix.SetsockoptInt(int(c), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	return &socketConn{os.NewFile(uintptr(c), "data connection"), peer}
}

// LocalAddr returns nil: nobody asks.
func (*socketConn) LocalAddr() net.Addr { return nil }

// RemoteAddr returns the address without its port.
func (c *socketConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(c.peer, 0))
}

// ReadFrom sends an io.LimitedReader of a file by sendfile, as net.TCPConn does. Its errors
// are those of the connection where they are a *net.OpError.
func (c *socketConn) ReadFrom(r io.Reader) (sent int64, err error) {
	from, ok := r.(*io.LimitedReader)
	if !ok {
		return copyFile(c.File, r)
	}
	file, ok := from.R.(syscall.Conn)
	if !ok {
		return copyFile(c.File, r)
	}
	in, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	out, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	lost := in.Control(func(fd uintptr) {
		err = out.Write(func(to uintptr) bool {
			for from.N > 0 {
				n, err := unix.Sendfile(int(to), int(fd), nil, int(min(from.N, mostAtOnce)))
				switch {
				case err == unix.EINTR:
				case err == unix.EAGAIN:
					return false
				case err != nil:
					failed = os.NewSyscallError("sendfile", err)
					return true
				case n == 0:
					return true
				default:
					sent += int64(n)
					from.N -= int64(n)
				}
			}
			return true
		})
	})
	if failed == nil {
		failed = err
	}
	if failed != nil {
		return sent, &net.OpError{Op: "write", Net: "tcp", Err: failed}
	}
	return sent, lost
}

// SetLinger is that of net.TCPConn.
func (c *socketConn) SetLinger(sec int) error {
	return c.control(func(b bareConn) error { return b.SetLinger(sec) })
}

// CloseWrite is that of net.TCPConn.
func (c *socketConn) CloseWrite() error {
	return c.control(func(b bareConn) error {
		return os.NewSyscallError("shutdown", unix.Shutdown(int(b), unix.SHUT_WR))
	})
}

func (c *socketConn) control(do func(bareConn) error) (err error) {
	raw, lost := c.SyscallConn()
	if lost == nil {
		lost = raw.Control(func(fd uintptr) { err = do(bareConn(fd)) })
	}
	if lost != nil {
		return lost
	}
	return err
}
