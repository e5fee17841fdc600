//go:build !linux

package ftpclient

import (
	"context"
	"net"
	"net/netip"
)

// bareConn is a connection that costs less than others; see bare_linux.go.
type bareConn struct{ net.Conn }

func dialBare(netip.AddrPort) *bareConn { return nil }

func (*bareConn) stands() bool { return false }

func (b *bareConn) wait(context.Context) (net.Conn, error) { return b, nil }
