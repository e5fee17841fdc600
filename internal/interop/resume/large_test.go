package resume_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// largeSize is more than 32 bits can count.
const largeSize = 4<<30 + 12345

const largeName = "large.bin"

// A fileClient moves single files, and goes on where an earlier run was cut.
type fileClient interface {
	Download(t testing.TB, tg peers.Target, remote, local string) rig.Invocation
	Upload(t testing.TB, tg peers.Target, local, remote string) rig.Invocation
	// Partial returns the place of what has come of a download to local.
	Partial(local string) string
}

// TestLargeFile has clients fetch and store a file of 4 GiB, kills them in the
// middle, and has them go on: they may move only the rest, and the file has to
// be whole.
func TestLargeFile(t *testing.T) {
	rig.NotShort(t, "moves gigabytes")
	t.Parallel()
	dir := t.TempDir()
	roomFor(t, dir, 2*largeSize)
	source := filepath.Join(dir, largeName)
	begun := time.Now()
	want := writeLarge(t, source)
	t.Logf("written and hashed in %v", time.Since(begun))

	clients := []struct {
		name string
		fileClient
		sync disk.SyncMode // of the server that takes the upload
		// Octets of a part that are fetched once more. No fewer can be: that the part and
		// the file belong together is not known of FTP but by looking (REST is told an
		// offset, and nothing of what stands before it; RFC 3659, 5).
		proof int64
	}{
		{"curl", curlFile{}, disk.SyncAlways, 0},
		{"ferry", rig.NewProgram(t), disk.SyncNever, 64 << 10},
	}
	for _, c := range clients {
		t.Run(c.name+"/download", func(t *testing.T) {
			s := rig.Serve(t, peers.IPv4, rig.Served{Root: dir, Can: ftpserver.ReadOnly})
			local := filepath.Join(t.TempDir(), "got.bin")
			inv := c.Download(t, s.Target, largeName, local)
			inTwo(t, s, inv, c.Partial(local), c.proof)
			same(t, local, want)
		})
		t.Run(c.name+"/upload", func(t *testing.T) {
			root := t.TempDir()
			s := rig.Serve(t, peers.IPv4, rig.Served{Root: root, Can: ftpserver.ReadWrite, Sync: c.sync})
			stored := filepath.Join(root, "stored.bin")
			inv := c.Upload(t, s.Target, source, "stored.bin")
			inTwo(t, s, inv, stored, 0)
			same(t, stored, want)
		})
	}
}

// inTwo runs a client, kills it when half of the file has gone over, and runs it
// again. The place says where there is then a part of the file, of which so many octets are
// moved again.
func inTwo(t *testing.T, s *rig.Server, inv rig.Invocation, place string, proof int64) {
	t.Helper()
	begun := time.Now()
	rig.Cut(t, s, inv, largeSize/2)
	info, err := os.Stat(place)
	check(t, err)
	part := info.Size()
	if part == 0 || part >= largeSize {
		t.Fatalf("the part has %d of %d octets", part, int64(largeSize))
	}
	t.Logf("cut at %d after %v", part, time.Since(begun))

	begun = time.Now()
	rig.Run(t, inv)
	s.Log.Settled(t)
	t.Logf("went on for %v", time.Since(begun))
	if last := s.Log.Last(t); last.Bytes != largeSize-part+proof {
		t.Errorf("%s moved %d octets, and %d were missing and %d to be compared", last.Verb, last.Bytes, largeSize-part, proof)
	}
}

// roomFor skips the test where the disk is too small for it.
func roomFor(t testing.TB, dir string, octets int64) {
	t.Helper()
	fsys, err := disk.Open(dir, disk.Options{})
	check(t, err)
	defer fsys.Close()
	free, err := fsys.Space(context.Background(), ".")
	check(t, err)
	if free < octets {
		t.Skipf("%s has room for %d octets, and %d are needed", dir, free, octets)
	}
}

// writeLarge writes a file that no two places of are alike, and returns its hash.
func writeLarge(t testing.TB, name string) [sha256.Size]byte {
	t.Helper()
	f, err := os.Create(name)
	check(t, err)
	defer f.Close()
	h := sha256.New()
	src := io.LimitReader(rand.NewChaCha8([32]byte{4}), largeSize)
	_, err = io.CopyBuffer(io.MultiWriter(f, h), struct{ io.Reader }{src}, make([]byte, 1<<20))
	check(t, err)
	check(t, f.Close())
	return [sha256.Size]byte(h.Sum(nil))
}

// same fails the test unless the file has the hash.
func same(t testing.TB, name string, want [sha256.Size]byte) {
	t.Helper()
	f, err := os.Open(name)
	check(t, err)
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, bufio.NewReaderSize(f, 1<<20))
	check(t, err)
	if got := [sha256.Size]byte(h.Sum(nil)); got != want || n != largeSize {
		t.Errorf("%s has %d octets of hash %x, want %d of %x", filepath.Base(name), n, got, int64(largeSize), want)
	}
}

type curlFile struct{}

func (curlFile) Partial(local string) string { return local }

func (curlFile) Download(t testing.TB, tg peers.Target, remote, local string) rig.Invocation {
	return rig.Curl(t, tg, "--output", local, tg.URL(remote))
}

func (curlFile) Upload(t testing.TB, tg peers.Target, local, remote string) rig.Invocation {
	return rig.Curl(t, tg, "--upload-file", local, tg.URL(remote))
}
