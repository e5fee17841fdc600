package load_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/load"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestPeers has every kind of load put on the servers of others, shortly, and looks what
// is left there.
func TestPeers(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg := peers.Start(t, s, peers.IPv4)
			dir := filepath.Join(tg.Root, "inbox")
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, 0o777); err != nil { // whatever the umask
				t.Fatal(err)
			}
			err := load.Run(t.Context(), load.Options{
				Addr:   tg.Addr(),
				Client: ftpclient.Options{User: tg.User, Password: tg.Password},
				Path:   "inbox", Write: true, Connections: 2, Ramp: 1, Size: 1 << 20, Files: 4, Count: 6, Duration: 1,
			}, func(r load.Result) {
				want := int64(6)
				if r.Kind == load.IdleConns {
					want = 2
				}
				if r.Count != want || r.Errors != nil || r.Stopped != "" || r.Skipped != "" || r.Reached != 2 {
					t.Errorf("%+v", r)
				}
				if r.Kind == load.Upload && r.Octets != 6<<20 || r.Kind == load.Download && r.Octets != 6<<20 {
					t.Errorf("%s: %d octets", r.Kind, r.Octets)
				}
			})
			if err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%v is left, %v", left, err)
			}
		})
	}
}
