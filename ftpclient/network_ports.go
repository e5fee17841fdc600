package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
)

// ranged is a network on which connections are made from a range of ports alone, as
// strict firewalls want it.
type ranged struct {
	Network
	lo, hi uint16
	made   atomic.Uint32 // the next port to try, counted from lo
}

// Dial tries one port after the other, beginning behind the last one: a port that
// was just used may not be free for a minute (RFC 9293, 3.6.1).
func (r *ranged) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	from := net.TCPAddr{}
	if t, ok := local.(*net.TCPAddr); ok {
		from = *t
	}
	size := uint32(r.hi-r.lo) + 1
	var last error
	for range size {
		at := from
		at.Port = int(r.lo) + int((r.made.Add(1)-1)%size)
		conn, err := r.Network.Dial(ctx, network, &at, address)
		if err == nil || ctx.Err() != nil || !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, syscall.EADDRNOTAVAIL) {
			return conn, err
		}
		last = err
	}
	return nil, fmt.Errorf("no source port from %d to %d is free: %w", r.lo, r.hi, last)
}
