package mirror

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// hashes compares files by checksum.
type hashes struct {
	sides [2]hashSide
}

// hashSide is what is known of the checksums of a side.
type hashSide struct {
	Tree
	hasher storage.Hasher // nil: all is read

	mu   sync.Mutex
	none map[string]bool // algorithms that the side has not got
}

func newHashes(a, b Tree) *hashes {
	h := &hashes{}
	for i, s := range []Tree{a, b} {
		h.sides[i].Tree = s
		h.sides[i].none = make(map[string]bool)
		h.sides[i].hasher, _ = storage.As[storage.Hasher](s.FS)
	}
	return h
}

// equal reports whether the file called name is the same on both sides: by a checksum that
// both tell, or else that one does while the other is read, or else both are read.
func (h *hashes) equal(ctx context.Context, name string) (bool, error) {
	for _, sides := range [][2]bool{{true, true}, {true, false}, {false, true}} {
		for _, alg := range storage.HashNames() {
			if !h.told(alg, sides) {
				continue
			}
			equal, err := h.both(ctx, name, alg, sides)
			if !errors.Is(err, errors.ErrUnsupported) {
				return equal, err
			}
		}
	}
	return h.both(ctx, name, storage.HashNames()[0], [2]bool{})
}

// told reports whether those sides that are asked for may tell the checksum, and the
// others do not.
func (h *hashes) told(alg string, asked [2]bool) bool {
	for i := range h.sides {
		if h.sides[i].has(alg) != asked[i] {
			return false
		}
	}
	return true
}

// both compares one checksum, asked for where asked says so, and else by reading. It is
// errors.ErrUnsupported if one side turns out not to have it.
func (h *hashes) both(ctx context.Context, name, alg string, asked [2]bool) (bool, error) {
	var sums [2][]byte
	var errs [2]error
	var wg sync.WaitGroup
	for i := range h.sides {
		wg.Go(func() { sums[i], errs[i] = h.sides[i].sum(ctx, name, alg, asked[i]) })
	}
	wg.Wait()
	for _, err := range errs {
		if errors.Is(err, errors.ErrUnsupported) {
			return false, err
		}
	}
	return bytes.Equal(sums[0], sums[1]), errors.Join(errs[0], errs[1])
}

// has reports whether the side may tell a checksum.
func (s *hashSide) has(alg string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hasher != nil && !s.none[alg]
}

func (s *hashSide) sum(ctx context.Context, name, alg string, ask bool) ([]byte, error) {
	if !ask {
		sum, err := storage.Hash(ctx, readOnlyBy(s.FS), s.at(name), alg, storage.Range{})
		return sum, s.named(name, err)
	}
	sum, err := s.hasher.Hash(ctx, s.at(name), alg, storage.Range{})
	if errors.Is(err, errors.ErrUnsupported) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.none[alg] = true
	}
	return sum, s.named(name, err)
}

func (s *hashSide) named(name string, err error) error {
	if err == nil {
		return nil
	}
	return s.wrong("hash", name, err)
}

// readOnlyBy is an FS whose files are read to be hashed.
func readOnlyBy(fsys storage.FS) storage.FS { return struct{ storage.FS }{fsys} }
