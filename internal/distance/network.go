package distance

import (
	"context"
	"net"
)

// Network is what a Relay listens and dials with.
type Network interface {
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

// system is the operating system's TCP.
type system struct{}

func (system) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAlive: -1}
	lc.SetMultipathTCP(false)
	return lc.Listen(ctx, network, address)
}

func (system) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local, KeepAlive: -1}
	d.SetMultipathTCP(false)
	return d.DialContext(ctx, network, address)
}
