package ftpserver

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// listenAt listens on the system's TCP for a data connection in the clear. Most often the
// client has connected before it sends its command, and then nobody has to wait: the
// runtime is not told of the listener until somebody does, which then is dearer than to
// have told it at once. The listener is l, if it can be.
func (n systemNetwork) listenAt(ctx context.Context, at netip.AddrPort, l *bareListener) (net.Listener, error) {
	if at.Addr().Zone() != "" {
		return n.Listen(ctx, "tcp", at.String())
	}
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

// bareListener is a listener that the runtime does not poll before Accept is called.
type bareListener struct {
	at  netip.AddrPort
	in4 unix.SockaddrInet4 // what at is to the system, or
	in6 unix.SockaddrInet6

	mu     sync.Mutex // not held while anybody waits
	fd     int        // while ln is nil
	ln     net.Listener
	closed bool
}

func (l *bareListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

// Accept implements net.Listener.
func (l *bareListener) Accept() (net.Conn, error) {
	ln, err := l.polled()
	if err != nil {
		return nil, err
	}
	return ln.Accept()
}

// polled makes it a listener like any other.
func (l *bareListener) polled() (net.Listener, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, net.ErrClosed
	case l.ln != nil:
		return l.ln, nil
	}
	f := os.NewFile(uintptr(l.fd), "listener")
	defer f.Close()
	ln, err := net.FileListener(f)
	if err != nil {
		l.closed = true
		return nil, err
	}
	l.ln = ln
	return ln, nil
}

// acceptNow accepts a connection from an address that may, if there is one already and
// Accept has not been called.
func (l *bareListener) acceptNow(s *session) (conn bareConn, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.ln != nil {
		return 0, false
	}
	return acceptNow(l.fd, s)
}

// Close implements net.Listener.
func (l *bareListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return net.ErrClosed
	case l.ln != nil:
		l.closed = true
		return l.ln.Close()
	}
	l.closed = true
	return unix.Close(l.fd)
}
