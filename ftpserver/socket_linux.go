package ftpserver

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// socketConn is a TCP connection that the runtime polls only since somebody had to wait
// for it, and no more once a thread has it: until then whatever happens on it would wake a
// thread of the runtime for nothing. One of package net is polled from the first to the
// last, takes three system calls more, and several objects for addresses that nobody asks
// for.
type socketConn struct {
	peer netip.Addr // as accept has it; not valid if nobody is to know

	mu       sync.Mutex // not held while anybody waits
	fd       bareConn   // stays the same while there are users
	polled   *os.File   // fd as the runtime polls it; nil if it does not
	users    int        // operations under way; the last one closes what is closed
	closed   bool
	deadline [2]time.Time // of reading and of writing
}

// The ways of octets, for which there are deadlines.
const (
	reading = iota
	writing
)

var _ tcpConn = (*socketConn)(nil)

// wrap makes it a connection like any other.
func (c bareConn) wrap(peer netip.Addr) net.Conn {
	// As package net does: what is written between two pauses is not to wait.
	unix.SetsockoptInt(int(c), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	return &socketConn{fd: c, peer: peer}
}

// LocalAddr returns nil: nobody asks.
func (*socketConn) LocalAddr() net.Addr { return nil }

// RemoteAddr returns the address without its port.
func (c *socketConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(c.peer, 0))
}

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
	if t := c.deadline[way]; c.polled == nil && !t.IsZero() && !time.Now().Before(t) {
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
		c.polled = os.NewFile(uintptr(c.fd), "data connection")
		c.polled.SetReadDeadline(c.deadline[reading])
		c.polled.SetWriteDeadline(c.deadline[writing])
	}
	return c.polled, nil
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
		c.deadline[way] = t
	}
	if c.polled == nil {
		return nil
	}
	return set(c.polled, t)
}
