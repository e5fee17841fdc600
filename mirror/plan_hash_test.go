package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// summing is a FS that hashes by some algorithms, and counts how often it is asked and read.
type summing struct {
	storage.FS
	algs []string
	rtt  time.Duration
	fail error

	mu          sync.Mutex
	asked, read int
}

func (s *summing) Hash(ctx context.Context, name, alg string, r storage.Range) ([]byte, error) {
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	time.Sleep(s.rtt)
	if s.fail != nil {
		return nil, storage.PathError("hash", name, s.fail)
	}
	if !slices.Contains(s.algs, alg) {
		return nil, storage.PathError("hash", name, errors.ErrUnsupported)
	}
	return storage.Hash(ctx, s.FS, name, alg, r)
}

func (s *summing) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read++
	return s.FS.Open(ctx, name, r)
}

// A checksum is asked of both sides where both have it; else one is read, or both.
func TestPlanHash(t *testing.T) {
	src, dst := treeOf(t, "a x", "b x", "c x"), treeOf(t, "a x", "b y", "c x")
	for _, test := range []struct {
		dst, src                             []string
		dstAsked, dstRead, srcAsked, srcRead int
	}{
		{[]string{"SHA-256"}, []string{"SHA-256", "MD5"}, 3, 0, 3, 0},
		{[]string{"CRC32"}, []string{"SHA-512", "CRC32"}, 7, 0, 7, 0}, // each other algorithm once
		{[]string{"MD5"}, []string{"SHA-1"}, 0, 0, 0, 3},
		{[]string{"MD5"}, nil, 0, 0, 0, 3},
		{nil, []string{"MD5"}, 0, 3, 0, 0},
		{nil, nil, 0, 3, 0, 3},
	} {
		there, here := &summing{FS: dst, algs: test.dst}, &summing{FS: src, algs: test.src}
		wantPlan(t, there, here, mirror.Options{Compare: mirror.ByHash, Parallel: 1}, "copy b: differs in contents")
		if there.read != test.dstRead || here.read != test.srcRead || test.dstAsked > 0 && (there.asked != test.dstAsked || here.asked != test.srcAsked) {
			t.Errorf("%q and %q: DST was asked %d times and read %d, SRC %d and %d", test.dst, test.src, there.asked, there.read, here.asked, here.read)
		}
	}
	wantPlan(t, &summing{FS: dst, fail: fs.ErrPermission}, src, mirror.Options{Compare: mirror.ByHash},
		"! hash ftp://dst/a: permission denied", "! hash ftp://dst/b: permission denied", "! hash ftp://dst/c: permission denied")
}

// Contents are compared several at once, in whatever folder they are, and the steps keep
// their order.
func TestPlanHashAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines, want []string
		for i := range 40 {
			lines = append(lines, fmt.Sprintf("d%02d/f x", i))
			want = append(want, fmt.Sprintf("copy d%02d/f: differs in contents", i))
		}
		src := &summing{FS: treeOf(t, lines...), algs: []string{"MD5"}, rtt: rtt}
		for i := range lines {
			lines[i] = lines[i][:len(lines[i])-1] + "y"
		}
		dst := &summing{FS: treeOf(t, lines...), algs: []string{"MD5"}, rtt: rtt}
		// What neither has is found out by the first of them.
		began := time.Now()
		wantPlan(t, dst, src, mirror.Options{Compare: mirror.ByHash, Parallel: 8}, want...)
		if took := time.Since(began); took > 9*rtt {
			t.Errorf("took %v", took)
		}
	})
}
