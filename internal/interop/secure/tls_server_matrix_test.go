package secure_test

import (
	"crypto/tls"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// many is how many files go each way in one session.
const many = 200

// TestTLSServerMatrix lets every foreign client that knows TLS move 200 files to
// ferry's server and 200 back in one session, in each version, by AUTH and on a
// port of TLS. Not an octet may be lost, and nothing refused. It does so under the
// default, which binds data connections to their control connection, and where
// that is demanded of each of them. The clients that cannot do the latter have to be
// refused there, and are skipped then.
func TestTLSServerMatrix(t *testing.T) {
	ca := peers.NewAuthority(t)
	for name, reuse := range map[string]ftpserver.TLSReuse{"bind": ftpserver.ReuseBind, "require": ftpserver.ReuseRequire} {
		for _, c := range peers.TLSClients() {
			for _, cell := range peers.TLSCells() {
				t.Run(name+"/"+c.Name+"/"+cell.String(), func(t *testing.T) {
					if proof := c.Cannot(cell); proof != "" {
						t.Skip(proof)
					}
					shortened(t, cell)
					t.Parallel()
					s := rig.ServeTLS(t, ca, cell, reuse)
					if proof := c.Forgets(cell); proof != "" && reuse == ftpserver.ReuseRequire {
						err := c.Move(t, s.Target, peers.NewBatch(t, s.Target, many/10))
						s.Log.Settled(t)
						if r := s.Log.Refused(); err == nil || len(r) == 0 || r[0].Code != ftp.CodeProtocols {
							t.Errorf("it was not refused for that, but %v: %v", r, err)
						}
						t.Skip(proof)
					}
					moveToFerry(t, s, c)
				})
			}
		}
	}
}

// shortened leaves out the cells that say the least where only short tests are asked
// for.
func shortened(t *testing.T, cell peers.TLSCell) {
	t.Helper()
	if cell.Start == peers.Implicit && cell.Version == tls.VersionTLS12 {
		rig.NotShort(t, "its halves are in other cells")
	}
}

// moveToFerry lets a client move its files, and looks at what the server has seen of it.
func moveToFerry(t *testing.T, s *rig.Server, c peers.TLSClient) {
	n := many
	if testing.Short() {
		n = many / 10
	}
	peers.CheckTLS(t, c, s.Target, n)

	moved := 0
	for _, r := range rig.These[ftpserver.Commanded](s.Log) {
		switch {
		case r.Code >= 400:
			t.Errorf("%s %s was answered %d", r.Verb, r.Arg, r.Code)
		case r.Verb == "STOR" || r.Verb == "RETR":
			moved++
		}
	}
	if moved != 2*n {
		t.Errorf("%d files were moved, want %d", moved, 2*n)
	}
	for _, in := range rig.These[ftpserver.LoggedIn](s.Log) {
		if in.Conn.TLS == nil || in.Conn.TLS.Version != s.TLS.Version {
			t.Errorf("a session logged in over %v, want TLS %s", in.Conn.TLS, s.TLS.Number())
		}
	}
	for _, tr := range rig.These[ftpserver.TransferEnded](s.Log) {
		if tr.Err != nil {
			t.Errorf("%s %s: %v", tr.Verb, tr.Path, tr.Err)
		}
	}
}
