package ftpclient

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// SystemNetwork is the operating system's TCP, which a nil Options.Net stands for.
func SystemNetwork() Network { return systemNetwork{} }

// systemNetwork is the operating system's TCP.
type systemNetwork struct{}

func (systemNetwork) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAlive: -1} // data connections have a stall limit instead
	lc.SetMultipathTCP(false)             // half the cost of a socket
	return lc.Listen(ctx, network, address)
}

func (systemNetwork) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local, KeepAlive: -1}
	if t, ok := local.(*net.TCPAddr); ok {
		d.Control = latePort
		if t.Port != 0 {
			d.Control = reusePort
		}
	}
	d.SetMultipathTCP(false)
	// There is nothing to resolve for a data connection, and no second address to try.
	if to, err := netip.ParseAddrPort(address); err == nil && local != nil {
		if from, ok := local.(*net.TCPAddr); ok && from.AddrPort().IsValid() {
			return connOf(d.DialTCP(ctx, network, from.AddrPort(), to))
		}
	}
	return d.DialContext(ctx, network, address)
}

// connOf is nil where there is no connection.
func connOf(conn *net.TCPConn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// keepAlive switches TCP keep-alive on, where the connection has it: a control
// connection is silent while a long transfer runs, and what is silent is
// forgotten by firewalls.
func keepAlive(conn net.Conn, every time.Duration) {
	if c, ok := conn.(*covered); ok {
		conn = c.below
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok || every == 0 {
		return
	}
	tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: every, Interval: every})
}

// addrOf returns the IP address of a connection's end, if it has one.
func addrOf(a net.Addr) netip.Addr {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
