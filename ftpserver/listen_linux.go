package ftpserver

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// listenAt listens on the system's TCP for a data connection in the clear, by l. Most often
// the client has connected before it sends its command, and then nobody has to wait: the
// runtime is not told of the listener until somebody does.
func (systemNetwork) listenAt(_ context.Context, at netip.AddrPort, l *bareListener) (net.Listener, error) {
	family, addr := unix.AF_INET6, unix.Sockaddr(&l.in6)
	l.in6.Port, l.in6.Addr = int(at.Port()), at.Addr().As16()
	if at.Addr().Is4() {
		family, addr = unix.AF_INET, &l.in4
		l.in4.Port, l.in4.Addr = int(at.Port()), at.Addr().As4()
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	err = os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
	if err == nil {
		err = os.NewSyscallError("bind", unix.Bind(fd, addr))
	}
	if err == nil {
		err = os.NewSyscallError("listen", unix.Listen(fd, unix.SOMAXCONN))
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	l.fd, l.at = fd, at
	return l, nil
}

// bareListener is a listener that the runtime need not poll before Accept is called.
type bareListener struct {
	at  netip.AddrPort
	in4 unix.SockaddrInet4 // what at is to the system, or
	in6 unix.SockaddrInet6

	mu     sync.Mutex // not held while anybody waits
	fd     int
	polled *os.File // fd, once it is waited for; nil before
	closed bool
}

func (l *bareListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

// Accept implements net.Listener.
func (l *bareListener) Accept() (net.Conn, error) {
	c, peer, err := l.next()
	if err != nil {
		return nil, err
	}
	return c.wrap(peer), nil
}

// next accepts the next connection.
func (l *bareListener) next() (conn bareConn, peer netip.AddrPort, err error) {
	raw, err := l.poll()
	if err != nil {
		return 0, peer, err
	}
	closed := raw.Read(func(fd uintptr) bool {
		for {
			conn, peer, err = accept(int(fd))
			if err != unix.EINTR && err != unix.ECONNABORTED {
				return err != unix.EAGAIN
			}
		}
	})
	if closed != nil {
		return 0, peer, net.ErrClosed
	}
	return conn, peer, os.NewSyscallError("accept4", err)
}

// poll has the runtime poll the listener.
func (l *bareListener) poll() (syscall.RawConn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, net.ErrClosed
	}
	if l.polled == nil {
		l.polled = os.NewFile(uintptr(l.fd), "listener")
	}
	return l.polled.SyscallConn()
}

// acceptNow accepts a connection from an address that may, if there is one already and
// Accept has not been called.
func (l *bareListener) acceptNow(s *session) (conn bareConn, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.polled != nil {
		return 0, false
	}
	return acceptNow(l.fd, s)
}

// Close implements net.Listener.
func (l *bareListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	if l.polled != nil {
		return l.polled.Close()
	}
	return unix.Close(l.fd)
}
