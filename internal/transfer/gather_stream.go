package transfer

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// work begins a stream, and fills the part with it.
func (g *gather) work(ctx, joining context.Context, t *task) error {
	var src storage.Reader
	return g.do(ctx, joining, t, func(ctx context.Context) (end func() error, err error) {
		if src, err = g.open(ctx, t); err != nil {
			return nil, err
		}
		return src.Close, nil
	}, func(m *stream) error { return g.fill(ctx, m, src) })
}

// open opens the file for a task. What stands before it in the part, if anything, has
// been compared then.
func (g *gather) open(ctx context.Context, t *task) (storage.Reader, error) {
	g.mu.Lock()
	before := g.have.before(t.span[0])
	g.mu.Unlock()
	r := storage.Range{Off: t.span[0], Version: g.info.Version}
	if t.span[1] < g.size {
		r.Len = min(t.span[1]+seam, g.size) - r.Off
	}
	c := g.r.c
	return openProven(ctx, c.Remote, g.r.p.remote, r, before, c.Local, g.part)
}

// fill copies a segment, of which the end may come nearer meanwhile.
func (g *gather) fill(ctx context.Context, m *stream, src io.Reader) error {
	b := g.buffer()
	defer b.free()
	buf := b.b
	for {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		n, err := src.Read(buf[:g.room(m, len(buf))])
		if n > 0 {
			if err := g.r.limit(ctx, n); err != nil {
				return &hereError{err}
			}
		}
		own, done, werr := g.store(m, buf[:n])
		switch {
		case werr != nil:
			return werr
		case done && m.end < g.size:
			return g.meet(ctx, m, io.MultiReader(bytes.NewReader(buf[own:n]), src))
		case err == io.EOF && !done:
			return errLength("get", g.r.p.remote, g.size, m.pos, io.ErrUnexpectedEOF)
		case err == io.EOF || g.left(m):
			return nil
		case err != nil:
			return err
		case done && n > own:
			g.mu.Lock()
			g.grown = true
			g.mu.Unlock()
			return nil
		}
	}
}

// room is how much of n octets a segment has a use for, with what it is compared by.
func (g *gather) room(m *stream, n int) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return min(int64(n), m.end-m.pos+seam)
}

// store writes what of p belongs to the segment, and tells how much that is, and
// whether the segment is at its end.
func (g *gather) store(m *stream, p []byte) (own int, done bool, err error) {
	g.mu.Lock()
	at := m.pos
	own = int(min(int64(len(p)), m.end-at))
	g.mu.Unlock()
	// Nobody takes the end of a segment that is about to be written: see begin.
	if own > 0 {
		if _, err := g.w.WriteAt(p[:own], at); err != nil {
			return own, false, &hereError{err}
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	m.pos += int64(own)
	g.have = g.have.add(at, m.pos)
	g.r.advance(int64(own))
	if g.unsaved += int64(own); g.mapped && g.unsaved >= saveOctets {
		poke(g.due)
	}
	return own, m.pos == m.end, nil
}

// meet compares what comes behind a segment with what is there already, if that was
// begun.
func (g *gather) meet(ctx context.Context, m *stream, src io.Reader) error {
	g.mu.Lock()
	n := min(g.have.from(m.end), seam)
	g.mu.Unlock()
	if n == 0 {
		return nil
	}
	there := make([]byte, n)
	if _, err := io.ReadFull(src, there); err != nil {
		return err
	}
	here, err := readRange(ctx, g.r.c.Local, g.part, storage.Range{Off: m.end, Len: n})
	if err != nil {
		return &hereError{err}
	}
	if !bytes.Equal(here, there) {
		return &wrongPart{"its segments do not fit together: the file changes, or the server does not heed where they are to begin"}
	}
	return nil
}

// saver puts on record what is there, again and again, until ctx is done.
func (g *gather) saver(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-g.due:
		case <-time.After(saveEvery):
		}
		begun := time.Now()
		if err := g.persist(ctx); err != nil && ctx.Err() == nil {
			g.cancel(&hereError{err})
			return
		}
		select { // a slow disk has other things to do
		case <-ctx.Done():
		case <-time.After(4 * time.Since(begun)):
		}
	}
}

// saveOctets is how much may come before it is put on record, if it comes that fast.
const saveOctets = 16 << 20

// chart puts on record what is there before octets are written beyond others that are
// not: the length of the part does not tell any more.
func (g *gather) chart(off int64) error {
	if g.mapped || len(g.have) < 2 && g.have.before(off) == off {
		return nil
	}
	g.mapped = true
	return g.save(g.have)
}

// persist brings what is there to stable storage, and then on record, once the length
// of the part does not tell it.
func (g *gather) persist(ctx context.Context) error {
	g.mu.Lock()
	mapped, have := g.mapped, append(spans(nil), g.have...)
	g.unsaved = 0
	g.mu.Unlock()
	if !mapped {
		return nil
	}
	if g.r.c.Local.Features().Has(storage.Durable) {
		if _, err := g.w.Sync(ctx); err != nil {
			return err
		}
	}
	return g.save(have)
}
