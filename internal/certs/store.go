package certs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
)

// closeWithin bounds how long the end of a server waits for what it was asking an
// authority for. To give up takes no time, but for what lies on a slow disk.
const closeWithin = 5 * time.Second

// store is where certmagic keeps what it has. It locks while it asks an authority for
// a certificate: by these locks is known when it is done. A process that ended
// before would leave them to the next one, which then waits for nobody.
type store struct {
	*certmagic.FileStorage

	mu   sync.Mutex
	held int
	over bool
	free chan struct{} // closed when over, and no lock is held
}

func newStore(dir string) *store {
	return &store{FileStorage: &certmagic.FileStorage{Path: dir}, free: make(chan struct{})}
}

var errStoreClosed = errors.New("the server is ending")

// Lock implements certmagic.Locker.
func (s *store) Lock(ctx context.Context, name string) error {
	if !s.hold() {
		return errStoreClosed
	}
	err := s.FileStorage.Lock(ctx, name)
	if err != nil {
		s.release()
	}
	return err
}

// TryLock implements certmagic.TryLocker.
func (s *store) TryLock(ctx context.Context, name string) (bool, error) {
	if !s.hold() {
		return false, errStoreClosed
	}
	locked, err := s.FileStorage.TryLock(ctx, name)
	if err != nil || !locked {
		s.release()
	}
	return locked, err
}

// Unlock implements certmagic.Locker.
func (s *store) Unlock(ctx context.Context, name string) error {
	defer s.release()
	return s.FileStorage.Unlock(ctx, name)
}

// hold counts a lock. It reports false when there are to be no more.
func (s *store) hold() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	s.held++
	return true
}

func (s *store) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held--; s.over && s.held == 0 {
		close(s.free)
	}
}

// close refuses further locks, and waits for those that are held.
func (s *store) close() {
	s.mu.Lock()
	s.over = true
	if s.held == 0 {
		close(s.free)
	}
	s.mu.Unlock()
	select {
	case <-s.free:
	case <-time.After(closeWithin):
	}
}
