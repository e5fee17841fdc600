//go:build !linux

package ftpserver

import (
	"context"
	"net"
	"net/netip"
)

// bareListener is none here.
type bareListener struct{ net.Listener }

// listenAt listens on the system's TCP for a data connection in the clear.
func (n systemNetwork) listenAt(ctx context.Context, at netip.AddrPort, _ *bareListener) (net.Listener, error) {
	return n.Listen(ctx, "tcp", at.String())
}
