package transfer

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// every is how often a copy tells how far it is.
const every = 50 * time.Millisecond

// run is one copy under way.
type run struct {
	c     *Copier
	p     pair
	size  int64 // of the source; -1 if unknown
	most  int64 // how much the copy may become; 0 no limit
	done  int64 // how much of the copy is there
	moved int64
	start time.Time
	told  time.Time

	single bool // no more than one stream, because of what became of more
}

func (c *Copier) begin(p pair, size, off int64) *run {
	now := time.Now()
	c.emit(p, Event{Kind: Started, Size: size, Done: off})
	return &run{c: c, p: p, size: size, done: off, start: now, told: now}
}

// growth is how much a small file may grow while it is copied.
const growth = 16 << 20

// most is how much a copy of a source of that size may become. A file may grow
// meanwhile, and a conversion makes up to eight octets of one; but whoever announces
// little and sends without end is not to fill the disk. Where nothing is announced,
// there is no limit but the disk's.
func (c *Copier) most(size int64) int64 {
	factor := int64(2)
	if c.Conversion != "" {
		factor = 16
	}
	if size < 0 || size > (math.MaxInt64-growth)/factor {
		return math.MaxInt64
	}
	return factor*size + growth
}

// copy copies from r to w until the end or until ctx is done.
func (r *run) copy(ctx context.Context, dst io.Writer, src io.Reader) error {
	b := r.buffer()
	defer b.free()
	buf := b.b
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := src.Read(buf)
		if n > 0 {
			if err := r.limit(ctx, n); err != nil {
				return err
			}
			wrote, werr := dst.Write(buf[:n])
			r.advance(int64(wrote))
			if werr != nil {
				return werr
			}
			if r.most > 0 && r.done > r.most {
				return errLength("get", r.p.remote, r.size, r.done, storage.ErrChanged)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// limit waits until n octets may be passed on.
func (r *run) limit(ctx context.Context, n int) error {
	if r.c.Limit == nil {
		return nil
	}
	return r.c.Limit(ctx, n)
}

func (r *run) advance(n int64) {
	r.done += n
	r.moved += n
	if now := time.Now(); now.Sub(r.told) >= every {
		r.told = now
		r.c.emit(r.p, Event{Kind: Progress, Size: r.size, Done: r.done})
	}
}

// stopped tells how far a copy has got that is not whole, and that can be gone on with.
func (r *run) stopped() {
	if r.done > 0 {
		r.c.emit(r.p, Event{Kind: Progress, Size: r.size, Done: r.done})
	}
}

func (r *run) finish() {
	r.c.emit(r.p, Event{Kind: Finished, Size: r.done, Done: r.done, Moved: r.moved, Took: time.Since(r.start)})
}

// errLength says that a copy is not as long as its source. It unwraps to
// io.ErrUnexpectedEOF where the source should have had more, else to
// storage.ErrChanged.
func errLength(op, name string, want, got int64, kind error) error {
	return &lengthError{text: fmt.Sprintf("%s %s: %d octets instead of %d", op, name, got, want), kind: kind}
}

type lengthError struct {
	text string
	kind error
}

func (e *lengthError) Error() string { return e.text + ": " + e.kind.Error() }
func (e *lengthError) Unwrap() error { return e.kind }

// checkRoom fails at once where the copy cannot fit.
func checkRoom(ctx context.Context, fsys storage.FS, name string, need int64) error {
	spacer, ok := storage.As[storage.Spacer](fsys)
	if !ok || need <= 0 {
		return nil
	}
	dir, _ := storage.Split(name)
	free, err := spacer.Space(ctx, dir)
	if err != nil || free >= need {
		return nil // who cannot tell is asked by writing
	}
	return storage.PathError("create", name, fmt.Errorf("%w: %d octets needed, %d free", storage.ErrNoSpace, need, free))
}

// isDir is the error for a folder where a file is wanted.
func isDir(op, name string) error { return storage.PathError(op, name, storage.ErrIsDir) }

// keep ends w after err so that the copy can be continued later.
func keep(ctx context.Context, w storage.Writer, err error) error {
	ctx, cancel := ending(ctx)
	defer cancel()
	if lost := w.Suspend(ctx); lost != nil {
		return fmt.Errorf("%w (the end of the part may be lost: %v)", err, lost)
	}
	return err
}
