package disk

import (
	"os"
	"sync"
)

// syncer brings files to stable storage, for many at once where it can. While
// one caller waits for the disk, those that come meanwhile gather; they are
// then served together, as long as all takes.
type syncer struct {
	all func([]*os.File) []error // brings each to stable storage: an error for each

	mu   sync.Mutex
	busy bool
	next *syncBatch // gathers while busy
}

type syncBatch struct {
	files []*os.File
	errs  []error
	begin chan struct{} // closed when no more files may join
	done  chan struct{} // closed when errs is there
}

// sync returns when everything done to f before the call is on stable storage.
// For a directory that is its entries.
func (s *syncer) sync(f *os.File) error {
	if !syncTogether {
		return f.Sync()
	}
	s.mu.Lock()
	if !s.busy {
		s.busy = true
		s.mu.Unlock()
		err := s.all([]*os.File{f})[0]
		s.pass()
		return err
	}
	if s.next == nil {
		s.next = &syncBatch{begin: make(chan struct{}), done: make(chan struct{})}
	}
	b := s.next
	i := len(b.files)
	b.files = append(b.files, f)
	s.mu.Unlock()

	if i > 0 {
		<-b.done
		return b.errs[i]
	}
	<-b.begin
	b.errs = s.all(b.files)
	close(b.done)
	s.pass()
	return b.errs[0]
}

// pass lets the batch that has gathered begin, if there is one.
func (s *syncer) pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.busy = false
		return
	}
	close(s.next.begin)
	s.next = nil
}
