package ftpserver

import (
	"cmp"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socketConn is a TCP connection that the runtime polls only since somebody had to wait
// for it, and no more once a thread has it: until then whatever happens on it would wake a
// thread of the runtime for nothing. One of package net is polled from the first to the
// last, takes three system calls more, and several objects for addresses that nobody asks
// for.
type socketConn struct {
	peer netip.AddrPort // not valid if nobody is to know

	mu       sync.Mutex // not held while anybody waits
	fd       bareConn   // stays the same while there are users
	users    int8       // operations under way; the last one closes what is closed
	closed   bool
	eager    bool             // see expect
	blocking bool             // a call of the system may wait
	polled   *os.File         // fd as the runtime polls it; nil if it does not
	deadline [2]time.Duration // of reading and of writing, since epoch; 0: none
}

// epoch is what deadlines are counted from: a time.Time takes three times the room of what
// has passed, and there are ten thousand connections that do nothing.
var epoch = time.Now()

// The ways of octets, for which there are deadlines.
const (
	reading = iota
	writing
)

var _ tcpConn = (*socketConn)(nil)

// wrap makes it a connection like any other.
func (c bareConn) wrap(peer netip.AddrPort) net.Conn {
	// As package net does: what is written between two pauses is not to wait.
	unix.SetsockoptInt(int(c), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	return &socketConn{fd: c, peer: peer}
}

// LocalAddr implements net.Conn: nil of what is closed.
func (c *socketConn) LocalAddr() net.Addr {
	var addr unix.RawSockaddrInet6
	size := uint32(unsafe.Sizeof(addr))
	err := c.control(func(b bareConn) error {
		_, _, errno := unix.Syscall(unix.SYS_GETSOCKNAME, uintptr(b), uintptr(unsafe.Pointer(&addr)), uintptr(unsafe.Pointer(&size)))
		if errno != 0 {
			return errno
		}
		return nil
	})
	if err != nil {
		return nil
	}
	return net.TCPAddrFromAddrPort(addressOf(&addr))
}

// RemoteAddr implements net.Conn.
func (c *socketConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.peer) }

// enter begins an operation, which end ends.
func (c *socketConn) enter() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.users++
	return nil
}

// begin is enter for an operation that may have to wait. The file is nil if the runtime
// does not poll the connection.
func (c *socketConn) begin(way int) (*os.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, net.ErrClosed
	}
	if d := c.deadline[way]; c.polled == nil && d != 0 && d <= time.Since(epoch) {
		return nil, os.ErrDeadlineExceeded
	}
	c.users++
	return c.polled, nil
}

// poll has the runtime poll the connection, within an operation.
func (c *socketConn) poll() (*os.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, net.ErrClosed
	}
	if c.polled == nil {
		c.unblock()
		c.polled = os.NewFile(uintptr(c.fd), "connection")
		c.polled.SetReadDeadline(c.until(reading))
		c.polled.SetWriteDeadline(c.until(writing))
	}
	return c.polled, nil
}

// until returns a deadline.
func (c *socketConn) until(way int) time.Time {
	if c.deadline[way] == 0 {
		return time.Time{}
	}
	return epoch.Add(c.deadline[way])
}

// end ends an operation that came to err, and returns what to say of it.
func (c *socketConn) end(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users--
	if !c.closed {
		return err
	}
	c.finish()
	if err != nil && err != io.EOF {
		return net.ErrClosed
	}
	return err
}

// finish closes the descriptor of what is closed, unless somebody uses it.
func (c *socketConn) finish() (err error) {
	switch {
	case c.users > 0:
	case c.polled != nil:
		err = c.polled.Close()
	default:
		err = os.NewSyscallError("close", unix.Close(int(c.fd)))
	}
	return err
}

// Close implements net.Conn. What waits ends at once.
func (c *socketConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = true
	if c.polled != nil && c.users > 0 {
		c.polled.SetDeadline(aLongTimeAgo)
	}
	return c.finish()
}

// alone calls f with the descriptor of conn, unless that is closed. There must be no other
// operation before f has returned, and the runtime does not poll a socketConn meanwhile.
func alone(conn tcpConn, f func(fd uintptr)) {
	if c, ok := conn.(*socketConn); ok {
		c.unpoll()
	}
	if raw, err := conn.SyscallConn(); err == nil {
		raw.Control(f)
	}
}

// unpoll ends the polling, if nobody waits. Only a descriptor that is closed is no longer
// polled: so there is another for the connection then. Where there is none to be had, the
// old one does, and costs more.
func (c *socketConn) unpoll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.polled == nil || c.users > 0 {
		return
	}
	if fd, err := unix.FcntlInt(uintptr(c.fd), unix.F_DUPFD_CLOEXEC, 0); err == nil {
		c.polled.Close()
		c.polled, c.fd = nil, bareConn(fd)
	}
}

// expect implements eagerConn.
func (c *socketConn) expect(on bool) {
	if on {
		c.unpoll()
	}
	c.eager = on
}

// block has calls of the system wait.
func (c *socketConn) block() error {
	if c.blocking {
		return nil
	}
	limit := unix.NsecToTimeval(int64(eagerTime))
	if err := unix.SetsockoptTimeval(int(c.fd), unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return err
	}
	_, err := unix.FcntlInt(uintptr(c.fd), unix.F_SETFL, 0)
	c.blocking = err == nil
	return err
}

// unblock has calls of the system wait no more.
func (c *socketConn) unblock() {
	if c.blocking {
		c.blocking = false
		// It can fail for nothing but a descriptor that is none.
		_, _ = unix.FcntlInt(uintptr(c.fd), unix.F_SETFL, unix.O_NONBLOCK)
	}
}

// SetDeadline implements net.Conn.
func (c *socketConn) SetDeadline(t time.Time) error {
	return c.limit(t, (*os.File).SetDeadline, reading, writing)
}

// SetReadDeadline implements net.Conn.
func (c *socketConn) SetReadDeadline(t time.Time) error {
	return c.limit(t, (*os.File).SetReadDeadline, reading)
}

// SetWriteDeadline implements net.Conn.
func (c *socketConn) SetWriteDeadline(t time.Time) error {
	return c.limit(t, (*os.File).SetWriteDeadline, writing)
}

// limit sets deadlines: by set, where the runtime keeps them.
func (c *socketConn) limit(t time.Time, set func(*os.File, time.Time) error, ways ...int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	for _, way := range ways {
		c.deadline[way] = 0
		if !t.IsZero() {
			c.deadline[way] = cmp.Or(t.Sub(epoch), -1)
		}
	}
	if c.polled == nil {
		return nil
	}
	return set(c.polled, t)
}
