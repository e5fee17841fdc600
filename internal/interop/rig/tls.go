package rig

import (
	"crypto/tls"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// ServeTLS runs ferry's server where both connections have to be protected.
func ServeTLS(t testing.TB, ca *peers.Authority, cell peers.TLSCell, reuse ftpserver.TLSReuse) *Server {
	t.Helper()
	s := Serve(t, peers.IPv4, Served{
		Root: t.TempDir(), Can: ftpserver.ReadWrite, Sync: disk.SyncNever,
		On: ftpserver.Listener{Implicit: cell.Start == peers.Implicit, Security: ftpserver.SecurityData},
		Set: func(config *ftpserver.Config) {
			config.TLS = ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{ca.Server}}, Reuse: reuse}
		},
	})
	s.TLS = &peers.Protection{TLSCell: cell, Authority: ca}
	return s
}
