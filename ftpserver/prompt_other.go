//go:build !linux

package ftpserver

import (
	"net"
	"net/netip"
	"syscall"
)

// bareConn is none here.
type bareConn struct{}

// acceptNow leaves it to the usual way.
func (p *passivePlan) acceptNow() (conn bareConn, ok bool) { return bareConn{}, false }

func (bareConn) send(syscall.Conn, *transfer) {}
func (bareConn) receive([]byte) (int, error)  { return 0, nil }
func (bareConn) close()                       {}
func (bareConn) wrap(netip.AddrPort) net.Conn { return nil }
