package interop_test

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
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// largeSize is more than 32 bits can count.
const largeSize = 4<<30 + 12345

const largeName = "large.bin"

// A fileClient moves single files, and goes on where an earlier run was cut.
type fileClient interface {
	download(t testing.TB, tg peers.Target, remote, local string) invocation
	upload(t testing.TB, tg peers.Target, local, remote string) invocation
	// partial returns the place of what has come of a download to local.
	partial(local string) string
}

// TestLargeFile has clients fetch and store a file of 4 GiB, kills them in the
// middle, and has them go on: they may move only the rest, and the file has to
// be whole.
func TestLargeFile(t *testing.T) {
	notShort(t, "moves gigabytes")
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
	}{
		{"curl", curlFile{}, disk.SyncAlways},
		{"ferry", ferryProgram{buildFerry(t), t.TempDir()}, disk.SyncNever},
	}
	for _, c := range clients {
		t.Run(c.name+"/download", func(t *testing.T) {
			s := serve(t, peers.IPv4, served{root: dir, can: ftpserver.ReadOnly})
			local := filepath.Join(t.TempDir(), "got.bin")
			inv := c.download(t, s.Target, largeName, local)
			inTwo(t, s, inv, c.partial(local))
			same(t, local, want)
		})
		t.Run(c.name+"/upload", func(t *testing.T) {
			root := t.TempDir()
			s := serve(t, peers.IPv4, served{root: root, can: ftpserver.ReadWrite, sync: c.sync})
			stored := filepath.Join(root, "stored.bin")
			inv := c.upload(t, s.Target, source, "stored.bin")
			inTwo(t, s, inv, stored)
			same(t, stored, want)
		})
	}
}

// inTwo runs a client, kills it when half of the file has gone over, and runs it
// again. The place says where there is then a part of the file.
func inTwo(t *testing.T, s *server, inv invocation, place string) {
	t.Helper()
	begun := time.Now()
	cut(t, s, inv, largeSize/2)
	info, err := os.Stat(place)
	check(t, err)
	part := info.Size()
	if part == 0 || part >= largeSize {
		t.Fatalf("the part has %d of %d octets", part, int64(largeSize))
	}
	t.Logf("cut at %d after %v", part, time.Since(begun))

	begun = time.Now()
	run(t, inv)
	s.log.settled(t)
	t.Logf("went on for %v", time.Since(begun))
	if last := s.log.last(t); last.Bytes != largeSize-part {
		t.Errorf("%s moved %d octets, and %d were missing", last.Verb, last.Bytes, largeSize-part)
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

func (curlFile) partial(local string) string { return local }

func (curlFile) download(t testing.TB, tg peers.Target, remote, local string) invocation {
	return curlOf(t, tg, "--output", local, tg.URL(remote))
}

func (curlFile) upload(t testing.TB, tg peers.Target, local, remote string) invocation {
	return curlOf(t, tg, "--upload-file", local, tg.URL(remote))
}

func curlOf(t testing.TB, tg peers.Target, args ...string) invocation {
	t.Helper()
	return invocation{path: peers.Require(t, "curl", "curl"), args: append([]string{
		"--disable", "--silent", "--show-error", "--user", tg.User + ":" + tg.Password,
		"--continue-at", "-"}, args...)}
}
