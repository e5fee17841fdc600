package largefiles

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/peers"
)

const size = 100 << 20

// grain is a file in which no two places are alike, and its hash.
type grain struct {
	path string
	hash []byte
}

// harvest makes one, once for all tests.
var harvest = sync.OnceValues(func() (grain, error) {
	g := grain{path: filepath.Join(barn, name)}
	f, err := os.Create(g.path)
	if err != nil {
		return g, err
	}
	h := sha256.New()
	src := io.LimitReader(rand.NewChaCha8([32]byte{1}), size)
	_, err = io.CopyBuffer(io.MultiWriter(f, h), struct{ io.Reader }{src}, make([]byte, 1<<20))
	g.hash = h.Sum(nil)
	return g, errors.Join(err, f.Close())
})

// sow writes the file that is to be copied into a folder, and returns its hash.
func sow(t *testing.T, dir string) []byte {
	t.Helper()
	g, err := harvest()
	check(t, err)
	src, err := os.Open(g.path)
	check(t, err)
	defer src.Close()
	f, err := os.Create(filepath.Join(dir, name))
	check(t, err)
	_, err = io.Copy(f, src)
	check(t, err)
	check(t, f.Close())
	check(t, os.Chmod(f.Name(), 0o666))
	then := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	check(t, os.Chtimes(f.Name(), then, then))
	return g.hash
}

// wantSame demands that the copy in dir has that hash, and that there is nothing else.
func wantSame(t *testing.T, dir string, want []byte) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	check(t, err)
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	check(t, err)
	if !bytes.Equal(h.Sum(nil), want) {
		t.Error("the copy is another file")
	}
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		if e.Name() != name && e.Name() != "journal" {
			t.Errorf("left %s behind", e.Name())
		}
	}
}

// TestDownload has each server send a file in segments: all of it comes, and little
// more, and none of the connections is lost for it.
func TestDownload(t *testing.T) {
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			target := s.start(t)
			want := sow(t, target.Root)
			for _, segments := range []int{1, 4} {
				j := job{Server: target, Dir: t.TempDir(), Segments: segments}
				res, err := j.run(t.Context())
				check(t, err)
				wantSame(t, j.Dir, want)
				if len(res.notes) > 0 {
					t.Errorf("%d segments: told %q", segments, res.notes)
				}
				if n := len(res.ranges); n < segments {
					t.Errorf("%d segments: %d were begun", segments, n)
				}
				// Each stream begins with 64 KiB that are there, and ends with 16 KiB of the
				// next one, by which the two are compared. It takes no more than that: a
				// segment is not shortened where its stream may be reading.
				if over := res.read.Load() - size; over < 0 || over > int64(len(res.ranges))*(80<<10) {
					t.Errorf("%d segments: %d octets too many over %d streams", segments, over, len(res.ranges))
				}
			}
		})
	}
}

// TestDownloadKilled kills the client in the middle: what had come does not come again.
func TestDownloadKilled(t *testing.T) {
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			target := s.start(t)
			want := sow(t, target.Root)
			for _, segments := range []int{1, 4} {
				const first = size * 2 / 3
				j := job{Server: target, Dir: t.TempDir(), Segments: segments, Die: first}
				j.killed(t)
				j.Die, j.Goes = 0, true
				res, err := j.run(t.Context())
				check(t, err)
				wantSame(t, j.Dir, want)
				if len(res.notes) > 0 {
					t.Errorf("%d segments: told %q", segments, res.notes)
				}
				// Of one stream the length of the part tells all; of several, what came
				// since the last record is not known: that was no earlier than halfway.
				again := res.read.Load() - (size - first)
				if segments == 1 && again > 1<<20 || again > first/2+1<<20 {
					t.Errorf("%d segments: %d octets came again", segments, again)
				}
			}
		})
	}
}

// server is one to be tested with.
type server struct {
	name  string
	start func(t *testing.T) peers.Target
}

func servers() []server {
	list := []server{{"ferry", serveFerry}}
	for _, s := range peers.Servers() {
		list = append(list, server{s.Name, func(t *testing.T) peers.Target { return peers.Start(t, s, peers.IPv4) }})
	}
	return list
}
