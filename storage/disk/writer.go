package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// writer is what all writers have in common: the file, where they are in it,
// and that they end once. It does not implement io.ReaderFrom: what Go makes of
// that waits for each part of what comes by itself (see storage.KernelWriter).
type writer struct {
	d      *FS
	name   string
	o      storage.CreateOptions
	at     place // where the file is, or is to be
	f      opened
	how    ending
	staged staged // how, of most: so that it takes no memory of its own

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
	most, over := w.room(len(p))
	if w.ended {
		return 0, over
	}
	n, err := w.f.write(p[:most])
	return n, w.wrote(n, err, over)
}

// WriteBy implements storage.KernelWriter.
func (w *writer) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	most, over := w.room(n)
	if w.ended {
		return 0, over
	}
	n, err := write(w.f.handle(), most)
	if n == 0 && errors.Is(err, errors.ErrUnsupported) {
		return 0, w.fail("write", errors.ErrUnsupported)
	}
	return n, w.wrote(n, err, over)
}

// Replaces implements storage.Replacer.
func (w *writer) Replaces() (old, known bool) { return w.at.taken, true }

// room returns how many of n octets may be written, and what is to be said of the
// others. The lock is held.
func (w *writer) room(n int) (most int, over error) {
	switch {
	case w.ended:
		return 0, w.fail("write", storage.ErrEnded)
	case w.limit > 0 && int64(n) > w.limit-w.pos:
		return int(w.limit - w.pos), storage.ErrOffset
	}
	return n, nil
}

// wrote notes that n octets were written, and returns the error of doing so. The lock
// is held.
func (w *writer) wrote(n int, err, over error) error {
	w.pos += int64(n)
	w.written = time.Now()
	if err == nil {
		err = over
	}
	if err != nil {
		w.failed = w.fail("write", err)
		return w.failed
	}
	return nil
}

// WriteAt holds the lock before and after writing only, so that others write, and
// sync, meanwhile.
func (w *writer) WriteAt(p []byte, off int64) (int, error) {
	w.mu.Lock()
	err := w.failed
	switch {
	case w.ended:
		err = storage.ErrEnded
	case w.limit > 0 || w.o.Mode == storage.Append:
		err = errors.ErrUnsupported
	case off < 0:
		err = storage.ErrOffset
	}
	var f *os.File
	if err == nil {
		f, err = w.f.os()
	}
	w.mu.Unlock()
	if err != nil {
		return 0, w.fail("write", err)
	}
	n, err := f.WriteAt(p, off)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pos = max(w.pos, off+int64(n))
	w.written = time.Now()
	if err != nil && w.failed == nil {
		w.failed = w.fail("write", err)
	}
	return n, w.fail("write", err)
}

// Sync does not keep WriteAt waiting.
func (w *writer) Sync(ctx context.Context) (int64, error) {
	w.mu.Lock()
	err, pos := ctx.Err(), w.pos
	if w.ended {
		err = storage.ErrEnded
	}
	var f *os.File
	if err == nil {
		f, err = w.f.os()
	}
	w.mu.Unlock()
	if err == nil {
		err = w.d.sync.sync(f)
	}
	if err != nil {
		return 0, w.fail("sync", err)
	}
	return pos, nil
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

// syncFile brings o to stable storage if the FS promises so.
func (d *FS) syncFile(o *opened) error {
	if !d.durable {
		return nil
	}
	f, err := o.os()
	if err != nil {
		return err
	}
	return d.sync.sync(f)
}

// syncDir brings the entries of dir, in which o is a file, to stable storage if the FS
// promises so. Windows cannot be asked to, and keeps them in a journal by itself. A
// directory that may not be read cannot be synced either: all of its file system is.
func (d *FS) syncDir(dir *folder, o *opened) error {
	if !d.durable || !canSyncDirs {
		return nil
	}
	f, err := dir.self()
	if err == nil {
		return d.sync.sync(f)
	}
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if f, err = o.os(); err != nil {
		return err
	}
	return syncAround(f)
}
