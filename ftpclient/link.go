package ftpclient

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// link is a data connection that is being made, in a goroutine that ends with
// done.
type link struct {
	addr   string     // where to, or where the server is to come to
	active bool       // the server connects
	named  netip.Addr // the address that was told to the other side, or by it; may not be valid
	cancel context.CancelFunc
	done   chan struct{} // closed when conn and err are set
	conn   net.Conn
	err    error
	kept   *dataConn // the one that served the transfer before; nil if it is a new one
	unsafe error     // err, if TLS is what failed on a connection that stood

	// foreign is set while it is being made, if somebody else than the server has
	// answered.
	foreign atomic.Pointer[error]
}

// keptLink is a data connection that stands already.
func keptLink(d *dataConn) *link {
	l := standing(d.RemoteAddr().String(), d.Conn)
	l.kept = d
	return l
}

// standing is the link of a connection that stands.
func standing(addr string, conn net.Conn) *link {
	return &link{addr: addr, cancel: func() {}, done: stands, conn: conn}
}

// stands is closed.
var stands = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// newLink starts to make a data connection. open must heed its context.
func (c *Conn) newLink(ctx context.Context, limit time.Duration, addr string, open func(context.Context) (net.Conn, error)) *link {
	l := &link{addr: addr, done: make(chan struct{})}
	if limit > 0 {
		ctx, l.cancel = context.WithTimeout(ctx, limit)
	} else {
		ctx, l.cancel = context.WithCancel(ctx)
	}
	work := func() {
		defer l.cancel()
		defer close(l.done)
		l.conn, l.err = open(ctx)
	}
	select {
	case c.linker <- work:
	default:
		go c.link(work)
	}
	return l
}

// link makes data connections, one after the other, as long as the control connection
// stands. A goroutine for each would have to grow its stack for each.
func (c *Conn) link(work func()) {
	for {
		work()
		select {
		case work = <-c.linker:
		case <-c.down:
			return
		}
	}
}

// settles waits until it is known whether the data connection stands, and reports whether
// that came to be. What the server connects to may never come; what it listens on is there at
// once or not at all.
func (l *link) settles(ctx context.Context, limit time.Duration) bool {
	select {
	case <-l.done:
		return true
	default:
		if l.active {
			return false
		}
	}
	timer, stop := after(limit)
	defer stop()
	select {
	case <-l.done:
		return true
	case <-ctx.Done():
	case <-timer:
	}
	return false
}

// drop gives the data connection up, made or not. The server cannot take that
// for the end of a file.
func (l *link) drop() {
	l.cancel()
	<-l.done
	if l.conn != nil {
		reset(l.conn)
	}
}

// dialLink connects to a port of the server. The host is that of the control
// connection, whatever the reply said: an address in it is wrong behind many a
// NAT, and would make the client anybody's proxy (RFC 2577, 3).
func (c *Conn) dialLink(ctx context.Context, port uint16, limit time.Duration) *link {
	host := c.o.host
	self, peer := c.ends()
	if peer.IsValid() {
		host = peer.String()
	}
	addr := net.JoinHostPort(host, portString(port))
	if b := c.dialBare(self, netip.AddrPortFrom(peer, port)); b != nil {
		if b.stands() {
			return standing(addr, b)
		}
		return c.newLink(ctx, limit, addr, b.wait)
	}
	return c.newLink(ctx, limit, addr, func(ctx context.Context) (net.Conn, error) {
		conn, err := c.o.Net.Dial(ctx, "tcp", c.source(self), addr)
		if err != nil && ctx.Err() != nil && !errors.Is(err, ErrProxy) {
			err = context.Cause(ctx)
		}
		return conn, err
	})
}

// dialBare begins to make a data connection without a net.Conn, where nothing has to be
// chosen for it: the system gives it the address of the control connection by itself. Nil
// where that is not so, or cannot be had.
func (c *Conn) dialBare(self netip.Addr, to netip.AddrPort) *bareConn {
	if _, ok := c.o.Net.(systemNetwork); !ok || c.o.Local.IsValid() || !to.IsValid() {
		return nil
	}
	if c.routed != self {
		probe, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to)) // sends nothing
		if err != nil {
			return nil
		}
		defer probe.Close()
		if probe.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap() != self {
			return nil
		}
		c.routed = self
	}
	return dialBare(to)
}

// source is the local address of data connections: that of the control
// connection, which servers compare.
func (c *Conn) source(self netip.Addr) net.Addr {
	if !self.IsValid() {
		return c.o.local()
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(self, 0))
}

// acceptLink waits for the server to connect. Others that do are sent away and
// do no harm (RFC 2577, 4).
func (c *Conn) acceptLink(ctx context.Context, ln net.Listener, from netip.Addr, limit time.Duration) *link {
	l := c.newLink(ctx, limit, ln.Addr().String(), func(ctx context.Context) (net.Conn, error) {
		defer ln.Close()
		stop := context.AfterFunc(ctx, func() { ln.Close() })
		defer stop()
		for {
			conn, err := ln.Accept()
			if err != nil {
				if ctx.Err() != nil {
					err = context.Cause(ctx)
				}
				return nil, err
			}
			if addrOf(conn.RemoteAddr()) == from || !from.IsValid() {
				return conn, nil
			}
			conn.Close()
		}
	})
	l.active = true
	return l
}

// reset closes a connection so that the other side cannot take what came for the
// whole: without the mark of the end that TLS would set.
func reset(conn net.Conn) {
	conn = unwrap(conn)
	if l, ok := conn.(interface{ SetLinger(int) error }); ok {
		l.SetLinger(0)
	}
	conn.Close()
}
