package ftpserver

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// bareConn is a connection that the runtime does not poll: to have it do so, and to ask for
// both addresses, takes as many system calls as a small file does.
type bareConn int

// acceptNow accepts a connection from an address that may, if there is one already.
func (p *passivePlan) acceptNow() (conn bareConn, ok bool) {
	accept := func(fd int) {
		for {
			c, from, err := syscall.Accept4(fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
			switch {
			case err == syscall.EINTR, err == syscall.ECONNABORTED:
				continue
			case err != nil:
				return
			case p.allow(addrOf(from)):
				conn, ok = bareConn(c), true
				return
			}
			unix.Close(c)
		}
	}
	switch ln := p.ln.(type) {
	case *bareListener:
		ln.control(accept)
	case *net.TCPListener:
		if raw, err := ln.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { accept(int(fd)) })
		}
	}
	return conn, ok
}

// addrOf is the address of a peer, without its zone.
func addrOf(a syscall.Sockaddr) netip.Addr {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *syscall.SockaddrInet6:
		return netip.AddrFrom16(a.Addr).Unmap()
	}
	return netip.Addr{}
}

// send sends size octets of a file, from its position on, or as many as go over without
// waiting.
func (c bareConn) send(file syscall.Conn, size int64) (sent int64) {
	raw, err := file.SyscallConn()
	if err != nil {
		return 0
	}
	unix.SetsockoptInt(int(c), unix.IPPROTO_TCP, unix.TCP_CORK, 1) // see cork
	raw.Control(func(fd uintptr) {
		for sent < size {
			n, err := unix.Sendfile(int(c), int(fd), nil, int(size-sent))
			if err == unix.EINTR {
				continue
			}
			if n <= 0 || err != nil {
				return
			}
			sent += int64(n)
		}
	})
	return sent
}

// receive fills p, or takes what has come if that is less. An error, io.EOF among them,
// is the end of what will come.
func (c bareConn) receive(p []byte) (n int, err error) {
	for n < len(p) {
		k, err := unix.Read(int(c), p[n:])
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return n, nil
		case err != nil:
			return n, os.NewSyscallError("read", err)
		case k == 0:
			return n, io.EOF
		default:
			n += k
		}
	}
	return n, nil
}

// SetLinger is that of net.TCPConn.
func (c bareConn) SetLinger(sec int) error {
	l := unix.Linger{Onoff: 1, Linger: int32(sec)}
	return os.NewSyscallError("setsockopt", unix.SetsockoptLinger(int(c), unix.SOL_SOCKET, unix.SO_LINGER, &l))
}

func (c bareConn) close() { unix.Close(int(c)) }

// wrap makes it a connection like any other.
func (c bareConn) wrap() (net.Conn, error) {
	f := os.NewFile(uintptr(c), "data connection")
	defer f.Close()
	return net.FileConn(f)
}
