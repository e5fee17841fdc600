package interop_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestServerMatrix lets every foreign client do every cell with ferry's server.
// No command of theirs may be refused but those that the server does not have
// on purpose: a client that is refused falls back to something worse, and its
// cell passes all the same.
func TestServerMatrix(t *testing.T) {
	for _, c := range peers.Clients() {
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			var servers []*rig.Server
			peers.Matrix(t, c, func(t testing.TB, f peers.Family) peers.Target {
				s := rig.Serve(t, f, rig.Served{Root: t.TempDir(), Can: ftpserver.ReadWrite, Sync: disk.SyncNever})
				servers = append(servers, s)
				return s.Target
			})
			for _, s := range servers {
				for _, r := range s.Log.Refused() {
					if lacking[r.Verb] == "" {
						t.Errorf("%s %s was answered %d", r.Verb, r.Arg, r.Code)
					}
				}
			}
		})
	}
}

// lacking are the commands that the clients send and ferry's server does not
// have, and what that does to the clients.
var lacking = map[string]string{
	"AUTH": "lftp asks for TLS unasked, and goes on in the clear without it",
	"MFF":  "NcFTP sets the time of creation, too, though FEAT does not list it, and then takes MFMT",
}
