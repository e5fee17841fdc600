package peers_test

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// few is how many files go each way where it is the programs that are tried and not
// ferry.
const few = 10

// TestTLSClients proves what each foreign client is told to do with TLS, against the
// server that demands the most of it. What else ferry's server asks of them is in
// package interop.
func TestTLSClients(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, c := range peers.TLSClients() {
		for _, cell := range peers.TLSCells() {
			t.Run(c.Name+"/"+cell.String(), func(t *testing.T) {
				t.Parallel()
				if c.OneUse != "" && cell.Version == tls.VersionTLS13 {
					t.Skip(c.OneUse) // TestOneUse shows it
				}
				if testing.Short() && cell.Start == peers.Implicit {
					t.Skip("it is the same but for the beginning")
				}
				tg := peers.StartTLS(t, peers.ProFTPD(), peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
				peers.CheckTLS(t, c, tg, few)
			})
		}
	}
}

// TestOneUse shows that the clients that use a ticket once run out of them where a
// server demands one of each data connection.
func TestOneUse(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, c := range peers.TLSClients() {
		if c.OneUse == "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			cell := peers.TLSCell{Start: peers.Explicit, Version: tls.VersionTLS13}
			tg := peers.StartTLS(t, peers.ProFTPD(), peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
			err := c.Move(t, tg, peers.NewBatch(t, tg, few))
			if err == nil || !strings.Contains(err.Error(), "425 Unable to build data connection") {
				t.Errorf("it went otherwise: %v", err)
			}
		})
	}
}

// TestTLSServers proves the configuration of each foreign server with one client. It
// is lftp because curl begins TLS before the server can have read the command, and
// pyftpdlib 1.5.7 closes a data connection on which something comes that early.
// TLS 1.3 is the affair of TestUnreadTickets.
func TestTLSServers(t *testing.T) {
	ca := peers.NewAuthority(t)
	lftp := peers.TLSClients()[1]
	for _, s := range peers.Servers() {
		for _, start := range []peers.TLSStart{peers.Explicit, peers.Implicit} {
			t.Run(s.Name+"/"+string(start), func(t *testing.T) {
				t.Parallel()
				cell := peers.TLSCell{Start: start, Version: tls.VersionTLS12}
				if proof := s.CannotTLS(cell); proof != "" {
					t.Skip(proof)
				}
				tg := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
				peers.CheckTLS(t, lftp, tg, few)
			})
		}
	}
}
