package interop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestGoTreeByLftp has lftp fetch Go's source tree from ferry's server and put
// it back.
func TestGoTreeByLftp(t *testing.T) {
	notShort(t, "moves more than ten thousand files twice")
	throughTree(t, lftpTree{})
}

// TestGoTreeByFerry has ferry itself do the same.
func TestGoTreeByFerry(t *testing.T) {
	notShort(t, "moves more than ten thousand files twice")
	throughTree(t, ferryProgram{buildFerry(t), t.TempDir()})
}

// A treeClient moves directories with all that is in them.
type treeClient interface {
	// get fetches what the server has into the empty directory local.
	get(t testing.TB, tg peers.Target, local string)
	// put stores what is in the directory local on the empty server.
	put(t testing.TB, tg peers.Target, local string)
}

// throughTree has a client fetch Go's source tree from one server and put what it
// got on another.
func throughTree(t *testing.T, c treeClient) {
	want, got, back := goTree(t), t.TempDir(), t.TempDir()

	from := serve(t, peers.IPv4, served{root: want, can: ftpserver.ReadOnly})
	begun := time.Now()
	c.get(t, from.Target, got)
	t.Logf("fetched in %v", time.Since(begun))
	sameTree(t, got, want)

	family := peers.IPv6
	if !family.Available() {
		family = peers.IPv4
	}
	to := serve(t, family, served{root: back, can: ftpserver.ReadWrite, sync: disk.SyncNever})
	begun = time.Now()
	c.put(t, to.Target, got)
	t.Logf("put back in %v", time.Since(begun))
	sameTree(t, back, want)
}

type lftpTree struct{}

func (lftpTree) get(t testing.TB, tg peers.Target, local string) {
	run(t, lftpDo(t, tg, "mirror --parallel=4 / "+local))
}

func (lftpTree) put(t testing.TB, tg peers.Target, local string) {
	run(t, lftpDo(t, tg, "mirror --reverse --parallel=4 "+local+" /"))
}

// lftpDo is lftp doing these commands once it is connected.
func lftpDo(t testing.TB, tg peers.Target, do ...string) invocation {
	t.Helper()
	script := append([]string{
		"set cmd:fail-exit yes",
		"set net:timeout 60",
		"open -u " + tg.User + "," + tg.Password + " " + tg.URL(""),
	}, do...)
	return invocation{path: peers.Require(t, "lftp", "lftp"), args: []string{"--norc", "-c", strings.Join(script, "\n")}}
}
