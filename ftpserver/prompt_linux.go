package ftpserver

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bareConn is a connection that the runtime does not poll: to have it do so takes system
// calls of which a small file needs few.
type bareConn int32

// acceptNow accepts a connection from an address that may, if there is one already.
func (p *passivePlan) acceptNow() (conn bareConn, ok bool) {
	switch ln := p.ln.(type) {
	case *bareListener:
		return ln.acceptNow(p.s)
	case *net.TCPListener:
		if raw, err := ln.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { conn, ok = acceptNow(int(fd), p.s) })
		}
	}
	return conn, ok
}

// acceptNow accepts a connection to the listener fd, if there is one already from an
// address that may make one for s.
func acceptNow(fd int, s *session) (conn bareConn, ok bool) {
	for {
		c, from, err := accept(fd)
		switch {
		case err == unix.EINTR, err == unix.ECONNABORTED:
			continue
		case err != nil:
			return 0, false
		case s.mayConnect(from.Addr()):
			return c, true
		}
		c.close()
	}
}

// accept is accept4(2). That of package unix makes an object of the address.
func accept(fd int) (conn bareConn, peer netip.AddrPort, err error) {
	var addr unix.RawSockaddrInet6 // that of IPv4 is shorter
	size := uint32(unsafe.Sizeof(addr))
	c, _, errno := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&addr)), uintptr(unsafe.Pointer(&size)),
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	if errno != 0 {
		return 0, peer, errno
	}
	return bareConn(c), addressOf(&addr), nil
}

// addressOf returns what the kernel means by addr.
func addressOf(addr *unix.RawSockaddrInet6) netip.AddrPort {
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&addr.Port))[:]) // which is where that of IPv4 is
	if addr.Family == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(addr)).Addr), port)
	}
	ip := netip.AddrFrom16(addr.Addr).Unmap()
	if addr.Scope_id != 0 {
		ip = ip.WithZone(zoneName(addr.Scope_id))
	}
	return netip.AddrPortFrom(ip, port)
}

// zoneName returns what package net calls a zone: as the interface is called, or its number.
func zoneName(scope uint32) string {
	if i, err := net.InterfaceByIndex(int(scope)); err == nil {
		return i.Name
	}
	return strconv.FormatUint(uint64(scope), 10)
}

// send sends what t sends of a file, from its position on, or as much as goes over without
// waiting.
func (c bareConn) send(file syscall.Conn, t *transfer) {
	raw, err := file.SyscallConn()
	if err != nil {
		return
	}
	unix.SetsockoptInt(int(c), unix.IPPROTO_TCP, unix.TCP_CORK, 1) // see cork
	raw.Control(func(fd uintptr) {
		for left := t.size; left > 0; {
			n, err := unix.Sendfile(int(c), int(fd), nil, int(left))
			if err == unix.EINTR {
				continue
			}
			if n <= 0 || err != nil {
				return
			}
			left -= int64(n)
			t.bytes.Add(int64(n))
		}
	})
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
