package memnet

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// backlog is how many connections wait to be accepted before dials hang.
const backlog = 128

// A listener accepts the connections made to one port, of one address or, where
// at has an unspecified one, of all addresses of its host and family.
type listener struct {
	host     *Host
	family   string // "tcp", "tcp4" or "tcp6"
	at       netip.AddrPort
	ready    *sync.Cond // queue, deadline or closed have changed
	queue    []*Conn
	deadline deadline
	closed   bool
}

// Listen opens a listener on the address, "ip:port", or ":port" for all of the
// host's addresses. Port 0 picks a free one at random. The network is "tcp",
// "tcp4" or "tcp6". The listener has SetDeadline, as a *net.TCPListener has.
func (h *Host) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	fail := func(err error) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	at, err := parse(network, address)
	if err != nil {
		return fail(err)
	}
	n := h.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if !at.Addr().IsUnspecified() && !h.has(at.Addr()) {
		return fail(os.NewSyscallError("bind", syscall.EADDRNOTAVAIL))
	}
	l := &listener{host: h, family: network, at: at, ready: sync.NewCond(&n.mu)}
	l.deadline.cond = l.ready
	if at.Port() == 0 {
		l.at = netip.AddrPortFrom(at.Addr(), ephemeral(func(p uint16) bool {
			l.at = netip.AddrPortFrom(at.Addr(), p)
			return n.conflicts(l)
		}))
	}
	if l.at.Port() == 0 || n.conflicts(l) {
		return fail(os.NewSyscallError("bind", syscall.EADDRINUSE))
	}
	n.listeners[l] = struct{}{}
	n.changed.Broadcast()
	return l, nil
}

// covers reports whether a connection to the address is one for the listener.
func (l *listener) covers(a netip.AddrPort) bool {
	if a.Port() != l.at.Port() || !l.host.has(a.Addr()) {
		return false
	}
	if !l.at.Addr().IsUnspecified() {
		return a.Addr() == l.at.Addr()
	}
	return l.family == "tcp" || a.Addr().Is4() == (l.family == "tcp4")
}

// conflicts reports whether another listener has some of the addresses of l.
func (n *Net) conflicts(l *listener) bool {
	for o := range n.listeners {
		for _, a := range l.host.addrs {
			at := netip.AddrPortFrom(a, l.at.Port())
			if l.covers(at) && o.covers(at) {
				return true
			}
		}
	}
	return false
}

// listener returns the one that a connection to the address is for, or nil.
func (n *Net) listener(a netip.AddrPort) *listener {
	for l := range n.listeners {
		if l.covers(a) {
			return l
		}
	}
	return nil
}

// Accept returns the next connection, a *[Conn].
func (l *listener) Accept() (net.Conn, error) {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	for {
		switch {
		case l.closed:
			return nil, l.opError("accept", net.ErrClosed)
		case l.deadline.expired:
			return nil, l.opError("accept", os.ErrDeadlineExceeded)
		case len(l.queue) > 0:
			c := l.queue[0]
			l.queue = l.queue[1:]
			l.host.net.changed.Broadcast() // the backlog has room
			return c, nil
		}
		l.ready.Wait()
	}
}

// Close makes the port refuse connections and resets those not yet accepted.
func (l *listener) Close() error {
	n := l.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if l.closed {
		return l.opError("close", net.ErrClosed)
	}
	l.closed = true
	l.deadline.set(time.Time{})
	delete(n.listeners, l)
	for _, c := range l.queue {
		c.close(true)
	}
	l.queue = nil
	l.ready.Broadcast()
	n.changed.Broadcast()
	return nil
}

// SetDeadline makes Accept fail with a timeout from t on, and never where t is
// zero.
func (l *listener) SetDeadline(t time.Time) error {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	if l.closed {
		return l.opError("set", net.ErrClosed)
	}
	l.deadline.set(t)
	return nil
}

// Addr returns the address listened on, a *net.TCPAddr.
func (l *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

func (l *listener) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.Addr(), Err: err}
}
