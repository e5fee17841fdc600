package memnet

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Dial connects from the local address, a *net.TCPAddr, to the address,
// "ip:port". A nil local address, and each part of one that is zero, is chosen
// by the host, the port at random. The network is "tcp", "tcp4" or "tcp6". The
// connection is a *[Conn].
func (h *Host) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	fail := func(err error) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Source: local, Addr: literal(address), Err: err}
	}
	to, err := parse(network, address)
	if err != nil {
		return fail(err)
	}
	if to.Addr().IsUnspecified() {
		return fail(os.NewSyscallError("connect", syscall.EADDRNOTAVAIL))
	}
	if err := wait(ctx, 2*h.net.Latency); err != nil {
		return fail(err)
	}
	defer context.AfterFunc(ctx, func() {
		h.net.mu.Lock()
		defer h.net.mu.Unlock()
		h.net.changed.Broadcast()
	})()
	dialed, accepted, err := h.connect(ctx, local, to)
	if err != nil {
		return fail(err)
	}
	if f := h.net.OnConnect; f != nil {
		f(dialed, accepted)
	}
	if err := h.offer(ctx, to, accepted); err != nil {
		dialed.Abort()
		accepted.Abort()
		return fail(err)
	}
	return dialed, nil
}

// connect makes a connection to the address once there is a listener for it.
func (h *Host) connect(ctx context.Context, local net.Addr, to netip.AddrPort) (dialed, accepted *Conn, err error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	addr, ok := h.source(to.Addr())
	if !ok {
		return nil, nil, os.NewSyscallError("connect", syscall.ENETUNREACH)
	}
	if _, err := h.reach(ctx, to); err != nil {
		return nil, nil, err
	}
	from, err := h.bind(addr, local, to)
	if err != nil {
		return nil, nil, err
	}
	dialed, accepted = h.net.pair(h, from, to)
	return dialed, accepted, nil
}

// offer gives the listener its end. It looks for it again, because the lock was
// let go for OnConnect.
func (h *Host) offer(ctx context.Context, to netip.AddrPort, c *Conn) error {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	l, err := h.reach(ctx, to)
	if err != nil {
		return err
	}
	l.queue = append(l.queue, c)
	l.ready.Broadcast()
	return nil
}

// wait blocks for the duration, or until the context ends, and then returns its
// error.
func wait(ctx context.Context, d time.Duration) error {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// reach waits for the listener at the address to have room for a connection
// from h, and returns it, or the error that a dial to the address comes to.
func (h *Host) reach(ctx context.Context, to netip.AddrPort) (*listener, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		there := h.net.hosts[to.Addr()]
		if there == nil {
			return nil, os.NewSyscallError("connect", syscall.EHOSTUNREACH)
		}
		verdict := Allow
		if there.firewall != nil {
			verdict = there.firewall(to.Port())
		}
		if h.unplugged || there.unplugged {
			verdict = Drop
		}
		l := h.net.listener(to)
		switch {
		case verdict == Drop:
		case verdict == Reject, l == nil:
			return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
		case len(l.queue) < backlog:
			return l, nil
		}
		h.net.changed.Wait()
	}
}

// bind returns the address that a connection to the given one comes from: the
// local one, with addr and a random port where that has none.
func (h *Host) bind(addr netip.Addr, local net.Addr, to netip.AddrPort) (netip.AddrPort, error) {
	none := netip.AddrPort{}
	var port uint16
	if local != nil {
		want, ok := local.(*net.TCPAddr)
		if !ok {
			return none, &net.AddrError{Err: "mismatched local address type", Addr: local.String()}
		}
		at := unmap(want.AddrPort())
		port = at.Port()
		if a := at.Addr(); a.IsValid() && !a.IsUnspecified() {
			addr = a
		}
	}
	if !h.has(addr) {
		return none, os.NewSyscallError("bind", syscall.EADDRNOTAVAIL)
	}
	if addr.Is4() != to.Addr().Is4() {
		return none, &net.AddrError{Err: "local address of another family", Addr: addr.String()}
	}
	taken := func(p uint16) bool {
		from := netip.AddrPortFrom(addr, p)
		return h.net.conns[tuple{from, to}] != nil || h.net.listener(from) != nil
	}
	if port == 0 {
		port = ephemeral(taken)
	} else if h.net.conns[tuple{netip.AddrPortFrom(addr, port), to}] != nil {
		port = 0
	}
	if port == 0 {
		return none, os.NewSyscallError("bind", syscall.EADDRINUSE)
	}
	return netip.AddrPortFrom(addr, port), nil
}
