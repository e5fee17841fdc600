package ftpserver

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Read implements net.Conn.
func (c *socketConn) Read(p []byte) (n int, err error) {
	file, err := c.begin(reading)
	if err != nil {
		return 0, failure("read", err)
	}
	if file == nil {
		n, err = c.receive(p)
		if err == unix.EAGAIN {
			file, err = c.poll()
		}
	}
	if file != nil {
		n, err = file.Read(p)
	} else if n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return n, failure("read", c.end(err))
}

// receive reads what has come; if the connection is eager it waits for that, but not long.
func (c *socketConn) receive(p []byte) (n int, err error) {
	flags := unix.MSG_DONTWAIT
	if c.eager && c.block() == nil {
		flags = 0
	}
	for {
		if n, err = c.fd.octets(unix.SYS_RECVFROM, p, flags); err != unix.EINTR {
			return n, err
		}
	}
}

// Write implements net.Conn.
func (c *socketConn) Write(p []byte) (n int, err error) {
	file, err := c.begin(writing)
	if err != nil {
		return 0, failure("write", err)
	}
	for file == nil && n < len(p) && err == nil {
		var k int
		switch k, err = c.fd.octets(unix.SYS_SENDTO, p[n:], unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL); err {
		case unix.EINTR:
			err = nil
		case unix.EAGAIN:
			file, err = c.poll()
		default:
			n += k
		}
	}
	if file != nil && err == nil {
		var k int
		k, err = file.Write(p[n:])
		n += k
	}
	return n, failure("write", c.end(err))
}

// octets is recvfrom(2) or sendto(2), without an address and without an object for one.
func (c bareConn) octets(call uintptr, p []byte, flags int) (int, error) {
	n, _, errno := unix.Syscall6(call, uintptr(c), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), uintptr(flags), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// failure is err as package net would have it: TLS takes no other timeout for one that
// passes.
func failure(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if pe, ok := err.(*os.PathError); ok {
		err = pe.Err
	}
	if errno, ok := err.(unix.Errno); ok {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: "tcp", Err: err}
}

// wait calls f until it reports that it need not wait.
func (c *socketConn) wait(way int, f func(fd uintptr) (done bool)) (err error) {
	file, err := c.begin(way)
	if err != nil {
		return err
	}
	defer func() { err = c.end(err) }()
	if file == nil {
		if c.unblock(); f(uintptr(c.fd)) {
			return nil
		}
		if file, err = c.poll(); err != nil {
			return err
		}
	}
	raw, err := file.SyscallConn()
	switch {
	case err != nil:
		return err
	case way == reading:
		return raw.Read(f)
	default:
		return raw.Write(f)
	}
}

// ReadFrom sends an io.LimitedReader of a file by sendfile, as net.TCPConn does. Its errors
// are those of the connection where they are a *net.OpError.
func (c *socketConn) ReadFrom(r io.Reader) (sent int64, err error) {
	from, ok := r.(*io.LimitedReader)
	if !ok {
		return copyFile(c, r)
	}
	file, ok := from.R.(syscall.Conn)
	if !ok {
		return copyFile(c, r)
	}
	in, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	lost := in.Control(func(fd uintptr) {
		err = c.wait(writing, func(to uintptr) bool {
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
	lost := rawSocket{c}.Control(func(fd uintptr) { err = do(bareConn(fd)) })
	if lost != nil {
		return lost
	}
	return err
}

// SyscallConn implements syscall.Conn.
func (c *socketConn) SyscallConn() (syscall.RawConn, error) { return rawSocket{c}, nil }

// rawSocket is the descriptor of a socketConn.
type rawSocket struct{ c *socketConn }

func (r rawSocket) Control(f func(fd uintptr)) error {
	if err := r.c.enter(); err != nil {
		return err
	}
	defer r.c.end(nil)
	f(uintptr(r.c.fd))
	return nil
}

func (r rawSocket) Read(f func(fd uintptr) bool) error  { return r.c.wait(reading, f) }
func (r rawSocket) Write(f func(fd uintptr) bool) error { return r.c.wait(writing, f) }
