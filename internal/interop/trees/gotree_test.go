package trees_test

import (
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestGoTreeByLftp has lftp fetch Go's source tree from ferry's server and put
// it back.
func TestGoTreeByLftp(t *testing.T) {
	rig.NotShort(t, "moves more than ten thousand files twice")
	t.Parallel()
	throughTree(t, lftpTree{}, scratch(t), scratch(t))
}

// TestGoTreeByFerry has ferry itself do the same, on the disk.
func TestGoTreeByFerry(t *testing.T) {
	rig.NotShort(t, "moves more than ten thousand files twice")
	t.Parallel()
	throughTree(t, rig.NewProgram(t), t.TempDir(), t.TempDir())
}

// A treeClient moves directories with all that is in them.
type treeClient interface {
	// Get fetches what the server has into the empty directory local.
	Get(t testing.TB, tg peers.Target, local string)
	// Put stores what is in the directory local on the empty server.
	Put(t testing.TB, tg peers.Target, local string)
}

// throughTree has a client fetch Go's source tree from one server into the directory got,
// and put that on another server, whose directory is back.
func throughTree(t *testing.T, c treeClient, got, back string) {
	want := rig.GoTree(t)
	from := rig.Serve(t, peers.IPv4, rig.Served{Root: want, Can: ftpserver.ReadOnly})
	begun := time.Now()
	c.Get(t, from.Target, got)
	t.Logf("fetched in %v", time.Since(begun))
	rig.SameTree(t, got, want)

	family := peers.IPv6
	if !family.Available() {
		family = peers.IPv4
	}
	to := rig.Serve(t, family, rig.Served{Root: back, Can: ftpserver.ReadWrite, Sync: disk.SyncNever})
	begun = time.Now()
	c.Put(t, to.Target, got)
	t.Logf("put back in %v", time.Since(begun))
	rig.SameTree(t, back, want)
}

type lftpTree struct{}

func (lftpTree) Get(t testing.TB, tg peers.Target, local string) {
	rig.Run(t, rig.Lftp(t, tg, "mirror --parallel=4 / "+local))
}

func (lftpTree) Put(t testing.TB, tg peers.Target, local string) {
	rig.Run(t, rig.Lftp(t, tg, "mirror --reverse --parallel=4 "+local+" /"))
}
