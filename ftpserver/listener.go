package ftpserver

import (
	"context"
	"net"
)

// Listen listens on a TCP address for [Server.Serve] and [Server.ServeListener]. They
// take any other listener as well; where the system lets connections inherit the options
// of their listener, those of this one cost six system calls less each.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	lc := net.ListenConfig{}
	lc.SetMultipathTCP(false) // data connections do not use it either, and it is dearer
	bequeath(&lc)
	ln, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return adopt(ln)
}

// isUrgent reports whether keepUrgent has been done for what ln accepts.
func isUrgent(ln net.Listener) bool {
	_, ours := ln.(*controlListener)
	return ours && bequeaths
}
