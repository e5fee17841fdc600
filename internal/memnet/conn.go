package memnet

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// A Conn is one end of a connection. It has the methods of a *net.TCPConn that
// a protocol needs; its addresses are *net.TCPAddr and its errors *net.OpError
// around what the net package would give, except for io.EOF, which is bare.
type Conn struct {
	net           *Net
	local, remote netip.AddrPort
	in, out       *stream
	rd, wd        deadline
	linger        bool // closing resets: SetLinger(0)
	closed        bool
}

var _ net.Conn = (*Conn)(nil)

// pair makes the two ends of a connection from host h.
func (n *Net) pair(h *Host, from, to netip.AddrPort) (dialed, accepted *Conn) {
	there := n.hosts[to.Addr()]
	up, down := newStream(n, h, there), newStream(n, there, h)
	up.back, down.back = down, up
	dialed = newConn(n, from, to, down, up)
	accepted = newConn(n, to, from, up, down)
	return dialed, accepted
}

func newConn(n *Net, local, remote netip.AddrPort, in, out *stream) *Conn {
	c := &Conn{net: n, local: local, remote: remote, in: in, out: out}
	c.rd.cond, c.wd.cond = in.changed, out.changed
	n.conns[tuple{local, remote}] = c
	return c
}

// Read returns what has arrived, waiting for at least one byte. After the other
// end's FIN it returns io.EOF. After a reset it still returns the bytes that
// arrived before, as Linux does, and then ECONNRESET.
func (c *Conn) Read(p []byte) (int, error) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, c.opError("read", net.ErrClosed)
		case c.rd.expired:
			return 0, c.opError("read", os.ErrDeadlineExceeded)
		case len(p) == 0:
			return 0, nil
		case len(c.in.buf) > 0:
			return c.in.take(p), nil
		case c.in.eof:
			return 0, io.EOF
		case c.in.reset:
			return 0, c.opError("read", os.NewSyscallError("read", syscall.ECONNRESET))
		}
		c.in.changed.Wait()
	}
}

// Write sends p, waiting while the receiver's window is full.
func (c *Conn) Write(p []byte) (int, error) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	sent := 0
	for {
		switch {
		case c.closed:
			return sent, c.opError("write", net.ErrClosed)
		case c.wd.expired:
			return sent, c.opError("write", os.ErrDeadlineExceeded)
		case c.out.ended, c.out.severed && c.in.eof:
			return sent, c.opError("write", os.NewSyscallError("write", syscall.EPIPE))
		case c.out.severed:
			return sent, c.opError("write", os.NewSyscallError("write", syscall.ECONNRESET))
		case len(p) == 0:
			return 0, nil
		case c.out.room() > 0:
			k := min(c.out.room(), len(p)-sent)
			c.out.send(p[sent : sent+k])
			sent += k
			if sent == len(p) {
				return sent, nil
			}
		default:
			c.out.changed.Wait()
		}
	}
}

// CloseWrite sends a FIN: the other end reads io.EOF after what was written.
func (c *Conn) CloseWrite() error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.out.end()
	return nil
}

// Close closes the end. As a TCP socket does, it sends a reset instead of a FIN
// where something that arrived has not been read, or after SetLinger(0).
func (c *Conn) Close() error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.close(c.linger || len(c.in.buf) > 0)
	return nil
}

// Abort closes the end with a reset. It does nothing where it is closed.
func (c *Conn) Abort() {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	c.close(true)
}

func (c *Conn) close(reset bool) {
	if c.closed {
		return
	}
	c.closed = true
	c.rd.set(time.Time{})
	c.wd.set(time.Time{})
	delete(c.net.conns, tuple{c.local, c.remote})
	c.in.abandon()
	if reset {
		c.out.abort()
	} else {
		c.out.end()
	}
	c.out.changed.Broadcast()
}

// SetLinger with 0 makes Close send a reset. Any other value undoes that.
func (c *Conn) SetLinger(sec int) error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	c.linger = sec == 0
	return nil
}

// LocalAddr returns this end's address, a *net.TCPAddr.
func (c *Conn) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(c.local) }

// RemoteAddr returns the other end's address, a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.rd, &c.wd) }

// SetReadDeadline makes Read fail with a timeout from t on, and never where t
// is zero.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, &c.rd) }

// SetWriteDeadline makes Write fail with a timeout from t on, and never where t
// is zero.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.wd) }

func (c *Conn) setDeadlines(t time.Time, ds ...*deadline) error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	for _, d := range ds {
		d.set(t)
	}
	return nil
}

func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
