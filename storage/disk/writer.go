package disk

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// writer is what all writers have in common: the file, where they are in it,
// and that they end once. It does not implement io.ReaderFrom: splicing from a
// socket is no faster than copying through a large buffer, and often slower.
type writer struct {
	d    *FS
	name string
	f    *os.File
	o    storage.CreateOptions
	how  ending

	copies bool // it is a Copy: nobody could go on with a part of it

	mu      sync.Mutex // FS.Close may end a writer at any time
	ended   bool
	failed  error     // what a Write said; Commit must not publish a part
	pos     int64     // where the next octet goes
	limit   int64     // where the range ends; 0 if there is none
	written time.Time // when Write was last called; zero if never
}

// ending is what Commit, Suspend and Abort do to a file under a temporary name
// (staged) or one written in place (inPlace). Exactly one of them is called, and
// once; it closes and gives back all that the writer holds.
type ending interface {
	commit(ctx context.Context) (storage.Info, error)
	suspend() error
	abort() error
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return 0, w.fail("write", storage.ErrEnded)
	}
	var over error
	if w.limit > 0 && int64(len(p)) > w.limit-w.pos {
		p, over = p[:w.limit-w.pos], storage.ErrOffset
	}
	n, err := w.f.Write(p)
	w.pos += int64(n)
	w.written = time.Now()
	if err == nil {
		err = over
	}
	if err != nil {
		w.failed = w.fail("write", err)
		return n, w.failed
	}
	return n, nil
}

func (w *writer) Sync(ctx context.Context) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := ctx.Err()
	if w.ended {
		err = storage.ErrEnded
	}
	if err == nil {
		err = w.d.sync.sync(w.f)
	}
	if err != nil {
		return 0, w.fail("sync", err)
	}
	return w.pos, nil
}

// Commit publishes the file. It fails, and throws the file away, if a Write
// has failed.
func (w *writer) Commit(ctx context.Context) (storage.Info, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return storage.Info{}, w.fail("commit", storage.ErrEnded)
	}
	defer w.end()
	err := ctx.Err()
	if err == nil {
		err = w.failed
	}
	if err != nil {
		w.how.abort()
		return storage.Info{}, w.fail("commit", err)
	}
	info, err := w.how.commit(ctx)
	if err != nil {
		return storage.Info{}, w.fail("commit", err)
	}
	_, info.Name = storage.Split(w.name)
	return info, nil
}

func (w *writer) Suspend(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return w.fail("suspend", storage.ErrEnded)
	}
	defer w.end()
	if err := ctx.Err(); err != nil {
		w.how.abort()
		return w.fail("suspend", err)
	}
	return w.fail("suspend", w.how.suspend())
}

func (w *writer) Abort() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return nil
	}
	defer w.end()
	return w.fail("abort", w.how.abort())
}

// end notes that w has ended. The lock is held.
func (w *writer) end() {
	w.ended = true
	w.d.leave(w)
}

func (w *writer) fail(op string, err error) error { return w.d.fail(op, w.name, err) }

// syncFile brings f to stable storage if the FS promises so.
func (d *FS) syncFile(f *os.File) error {
	if !d.durable {
		return nil
	}
	return d.sync.sync(f)
}

// syncDir brings the entries of dir to stable storage if the FS promises so.
// Windows cannot be asked to, and keeps them in a journal by itself.
func (d *FS) syncDir(dir *os.Root) error {
	if !d.durable || !canSyncDirs {
		return nil
	}
	f, err := dir.OpenFile(".", os.O_RDONLY|dirFlags, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.sync.sync(f)
}
