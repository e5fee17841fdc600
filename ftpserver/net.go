package ftpserver

import (
	"context"
	"net"
)

// systemNetwork is the operating system's TCP.
type systemNetwork struct{}

func (systemNetwork) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAlive: -1} // data connections have a stall limit instead
	lc.SetMultipathTCP(false)             // half the cost of a socket
	return lc.Listen(ctx, network, address)
}

func (systemNetwork) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local, KeepAlive: -1, Control: reuseAddr}
	d.SetMultipathTCP(false)
	return d.DialContext(ctx, network, address)
}
