package ftpserver

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// bequeaths: on Linux a connection has the options that its listener had when the
// connection was made.
const bequeaths = true

// What package net sets for each connection that it accepts, unless it is told not to.
const (
	keepAliveIdle     = 15 // seconds
	keepAliveInterval = 15
	keepAliveCount    = 9
)

// bequeath has the listener set up what every control connection is to have. It is done
// before there is a listener, so that no connection can come too early for it.
func bequeath(lc *net.ListenConfig) {
	lc.KeepAlive = -1 // not for each connection
	lc.Control = func(_, _ string, c syscall.RawConn) (err error) {
		lost := c.Control(func(fd uintptr) {
			for _, o := range []struct{ level, name, value int }{
				{syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1}, // see keepUrgent
				{syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1},
				{syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1},
				{syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, keepAliveIdle},
				{syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, keepAliveInterval},
				{syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, keepAliveCount},
			} {
				err = errors.Join(err, os.NewSyscallError("setsockopt", syscall.SetsockoptInt(int(fd), o.level, o.name, o.value)))
			}
		})
		return errors.Join(lost, err)
	}
}

// controlListener is what Listen returns.
type controlListener struct{ bareListener }

// adopt takes over the descriptor of ln, which is of package net: what it accepts would be, too.
func adopt(ln net.Listener) (net.Listener, error) {
	defer ln.Close()
	tcp := ln.(*net.TCPListener)
	f, err := tcp.File()
	if err != nil {
		return nil, err
	}
	return &controlListener{bareListener{at: tcp.Addr().(*net.TCPAddr).AddrPort(), polled: f}}, nil
}

// Accept implements net.Listener.
func (l *controlListener) Accept() (net.Conn, error) {
	c, peer, err := l.next()
	if err != nil {
		return nil, err
	}
	return &socketConn{fd: c, peer: peer}, nil
}
