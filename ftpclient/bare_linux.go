package ftpclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// bareConn is a TCP connection that the runtime's poller does not know before something
// has to be waited for. To a server that is near it stands at once, and a small file has
// come or has gone before anybody could wait for it: that takes half of what a
// net.TCPConn does.
//
// Methods may be called concurrently.
type bareConn struct {
	to *net.TCPAddr

	mu    sync.Mutex
	fd    int       // -1 once file has it, and once it is closed
	file  *os.File  // since something had to be waited for
	read  time.Time // the deadlines, until file knows them
	write time.Time
	wrote bool
}

// dialBare begins to connect to a port. The result is nil where that is not to be had in
// this way, and nothing was sent then.
func dialBare(to netip.AddrPort) *bareConn {
	family, sa := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Port: int(to.Port()), Addr: [4]byte{}})
	switch addr := to.Addr(); {
	case addr.Is4():
		sa.(*unix.SockaddrInet4).Addr = addr.As4()
	case addr.Is6() && addr.Zone() == "":
		family, sa = unix.AF_INET6, &unix.SockaddrInet6{Port: int(to.Port()), Addr: addr.As16()}
	default:
		return nil
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	if err := unix.Connect(fd, sa); err != nil && err != unix.EINPROGRESS {
		unix.Close(fd)
		return nil // whoever tries again is told why
	}
	return &bareConn{to: net.TCPAddrFromAddrPort(to), fd: fd}
}

// stands reports whether it is connected.
func (b *bareConn) stands() bool { return standsNow(b.fd) }

func standsNow(fd int) bool {
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
	n, err := unix.Poll(p, 0)
	return err == nil && n == 1 && p[0].Revents&(unix.POLLOUT|unix.POLLERR) == unix.POLLOUT
}

// wait waits until it is connected. It closes it if that comes to nothing.
func (b *bareConn) wait(ctx context.Context) (net.Conn, error) {
	file, err := b.watched()
	if err == nil {
		stop := context.AfterFunc(ctx, func() { file.SetWriteDeadline(aLongTimeAgo) })
		err = b.connected(file)
		if !stop() {
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		b.Close()
		return nil, b.opError("dial", err)
	}
	return b, nil
}

func (b *bareConn) connected(file *os.File) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		errno, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && errno != 0 {
			err = syscall.Errno(errno)
		}
		if failed = os.NewSyscallError("connect", err); failed != nil {
			return true
		}
		return standsNow(int(fd))
	})
	if err != nil {
		return err
	}
	return failed
}

// watched hands the connection over to the poller.
func (b *bareConn) watched() (*os.File, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.file != nil:
	case b.fd < 0:
		return nil, net.ErrClosed
	default:
		b.file, b.fd = os.NewFile(uintptr(b.fd), "data connection"), -1
		b.file.SetReadDeadline(b.read)
		b.file.SetWriteDeadline(b.write)
	}
	return b.file, nil
}

// atOnce does what needs no waiting, with the descriptor. It reports false where that is
// no more to be had, or where something has to be waited for.
func (b *bareConn) atOnce(deadline *time.Time, do func(fd int) (int, error)) (n int, done bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fd < 0 || !deadline.IsZero() && !deadline.After(time.Now()) {
		return 0, false, nil
	}
	for {
		n, err = do(b.fd)
		if err != unix.EINTR {
			return max(n, 0), err != unix.EAGAIN, err
		}
	}
}

func (b *bareConn) Read(p []byte) (int, error) {
	n, done, err := b.atOnce(&b.read, func(fd int) (int, error) { return unix.Read(fd, p) })
	switch {
	case done && err != nil:
		return n, b.opError("read", os.NewSyscallError("read", err))
	case done && n == 0 && len(p) > 0:
		return 0, io.EOF
	case done:
		return n, nil
	}
	file, err := b.watched()
	if err == nil {
		n, err = file.Read(p)
	}
	return n, b.opError("read", err)
}

func (b *bareConn) Write(p []byte) (int, error) {
	b.hasten()
	n, done, err := b.atOnce(&b.write, func(fd int) (int, error) { return unix.Write(fd, p) })
	switch {
	case done && err != nil:
		return n, b.opError("write", os.NewSyscallError("write", err))
	case n == len(p):
		return n, nil
	}
	file, err := b.watched()
	if err == nil {
		var m int
		m, err = file.Write(p[n:])
		n += m
	}
	return n, b.opError("write", err)
}

// hasten has what is written go out at once, as every TCP connection of Go has it. One that
// only reads needs no system call for that.
func (b *bareConn) hasten() {
	b.mu.Lock()
	first := !b.wrote
	b.wrote = true
	b.mu.Unlock()
	if first {
		_ = b.control("set", func(fd int) error { return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) })
	}
}

func (b *bareConn) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	fd, file := b.fd, b.file
	b.fd, b.file = -1, nil
	switch {
	case file != nil:
		return file.Close()
	case fd >= 0:
		return unix.Close(fd)
	}
	return b.opError("close", net.ErrClosed)
}

func (b *bareConn) SetDeadline(t time.Time) error { return b.setDeadlines(t, &b.read, &b.write) }

func (b *bareConn) SetReadDeadline(t time.Time) error { return b.setDeadlines(t, &b.read) }

func (b *bareConn) SetWriteDeadline(t time.Time) error { return b.setDeadlines(t, &b.write) }

func (b *bareConn) setDeadlines(t time.Time, of ...*time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range of {
		*d = t
	}
	switch {
	case b.file == nil && b.fd < 0:
		return b.opError("set", net.ErrClosed)
	case b.file == nil:
		return nil
	case len(of) == 2:
		return b.file.SetDeadline(t)
	case of[0] == &b.read:
		return b.file.SetReadDeadline(t)
	}
	return b.file.SetWriteDeadline(t)
}

// SetLinger has Close break the connection off, if sec is 0; see net.TCPConn.
func (b *bareConn) SetLinger(sec int) error {
	l := unix.Linger{Linger: int32(max(sec, 0))}
	if sec >= 0 {
		l.Onoff = 1
	}
	return b.control("set", func(fd int) error { return unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &l) })
}

// CloseWrite tells the other side that no more is sent.
func (b *bareConn) CloseWrite() error {
	return b.control("close", func(fd int) error { return unix.Shutdown(fd, unix.SHUT_WR) })
}

// control calls do with the descriptor.
func (b *bareConn) control(op string, do func(fd int) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	switch {
	case b.file != nil:
		var raw syscall.RawConn
		if raw, err = b.file.SyscallConn(); err == nil {
			if cerr := raw.Control(func(fd uintptr) { err = do(int(fd)) }); cerr != nil {
				err = cerr
			}
		}
	case b.fd >= 0:
		err = do(b.fd)
	default:
		err = net.ErrClosed
	}
	return b.opError(op, err)
}

// SyscallConn implements [syscall.Conn].
func (b *bareConn) SyscallConn() (syscall.RawConn, error) {
	file, err := b.watched()
	if err != nil {
		return nil, b.opError("raw", err)
	}
	return file.SyscallConn()
}

func (b *bareConn) RemoteAddr() net.Addr { return b.to }

func (b *bareConn) LocalAddr() net.Addr {
	var at *net.TCPAddr
	b.control("name", func(fd int) error {
		sa, err := unix.Getsockname(fd)
		switch sa := sa.(type) {
		case *unix.SockaddrInet4:
			at = &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}
		case *unix.SockaddrInet6:
			at = &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}
		}
		return err
	})
	if at == nil {
		return &net.TCPAddr{} // it is closed
	}
	return at
}

// opError is err as a net.Conn has it.
func (b *bareConn) opError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	var in *os.PathError
	if errors.As(err, &in) {
		err = in.Err
	}
	if errors.Is(err, os.ErrClosed) {
		err = net.ErrClosed
	}
	return &net.OpError{Op: op, Net: "tcp", Addr: b.to, Err: err}
}
