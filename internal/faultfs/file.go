package faultfs

import (
	"context"
	"io"

	"github.com/seed-6092453b/ferry/storage"
)

// reader is a Reader with faults. ctx is that of Open: Read has none.
type reader struct {
	storage.Reader
	f    *FS
	ctx  context.Context
	name string
	done int64
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.f.hit(r.ctx, Read, r.name, r.done); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(p[:r.f.clear(Read, r.name, r.done, len(p))])
	r.done += int64(n)
	return n, err
}

// Close closes the inner Reader even where it fails: a fault leaks nothing.
func (r *reader) Close() error {
	err := r.f.hit(r.ctx, Close, r.name, 0)
	if cerr := r.Reader.Close(); err == nil {
		err = cerr
	}
	return err
}

// writer is a Writer with faults. ctx is that of Create: Write has none.
type writer struct {
	w    storage.Writer
	f    *FS
	ctx  context.Context
	name string
	done int64
}

func (w *writer) Write(p []byte) (int, error) {
	total := 0
	for {
		if err := w.f.hit(w.ctx, Write, w.name, w.done); err != nil {
			return total, err
		}
		n, err := w.w.Write(p[:w.f.clear(Write, w.name, w.done, len(p))])
		total += n
		w.done += int64(n)
		p = p[n:]
		if err != nil || len(p) == 0 {
			return total, err
		}
	}
}

// writerAt is a writer that writes anywhere, too. To Rule.After the place is what the
// octets let through are to Write.
type writerAt struct {
	*writer
	at io.WriterAt
}

func (w *writerAt) WriteAt(p []byte, off int64) (int, error) {
	if err := w.f.hit(w.ctx, Write, w.name, off); err != nil {
		return 0, err
	}
	return w.at.WriteAt(p, off)
}

func (w *writer) Sync(ctx context.Context) (int64, error) {
	if err := w.f.hit(ctx, Sync, w.name, 0); err != nil {
		return 0, err
	}
	return w.w.Sync(ctx)
}

// Commit that fails has ended the writer as Abort does.
func (w *writer) Commit(ctx context.Context) (storage.Info, error) {
	if err := w.f.hit(ctx, Commit, w.name, 0); err != nil {
		w.w.Abort()
		return storage.Info{}, err
	}
	return w.w.Commit(ctx)
}

// Suspend that fails has ended the writer as Abort does.
func (w *writer) Suspend(ctx context.Context) error {
	if err := w.f.hit(ctx, Suspend, w.name, 0); err != nil {
		w.w.Abort()
		return err
	}
	return w.w.Suspend(ctx)
}

// Abort aborts the inner Writer even where it fails: a fault leaks nothing.
func (w *writer) Abort() error {
	err := w.f.hit(w.ctx, Abort, w.name, 0)
	if aerr := w.w.Abort(); err == nil {
		err = aerr
	}
	return err
}
