package ftpserver

import (
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Read implements net.Conn.
func (c *socketConn) Read(p []byte) (n int, err error) {
	file, err := c.begin(reading)
	if err != nil {
		return 0, err
	}
	defer func() { err = c.end(err) }()
	if file == nil {
		n, err := again(func() (int, error) { return unix.Read(int(c.fd), p) })
		switch {
		case err == nil && n == 0 && len(p) > 0:
			return 0, io.EOF
		case err != unix.EAGAIN:
			return max(n, 0), os.NewSyscallError("read", err)
		}
		if file, err = c.poll(); err != nil {
			return 0, err
		}
	}
	return file.Read(p)
}

// Write implements net.Conn.
func (c *socketConn) Write(p []byte) (n int, err error) {
	file, err := c.begin(writing)
	if err != nil {
		return 0, err
	}
	defer func() { err = c.end(err) }()
	if file != nil {
		return file.Write(p)
	}
	for n < len(p) && err != unix.EAGAIN {
		var k int
		k, err = again(func() (int, error) { return unix.Write(int(c.fd), p[n:]) })
		n += max(k, 0)
		if err != nil && err != unix.EAGAIN {
			return n, os.NewSyscallError("write", err)
		}
	}
	if err == nil {
		return n, nil
	}
	if file, err = c.poll(); err != nil {
		return n, err
	}
	k, err := file.Write(p[n:])
	return n + k, err
}

// wait calls f until it reports that it need not wait.
func (c *socketConn) wait(way int, f func(fd uintptr) (done bool)) (err error) {
	file, err := c.begin(way)
	if err != nil {
		return err
	}
	defer func() { err = c.end(err) }()
	if file == nil {
		if f(uintptr(c.fd)) {
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
