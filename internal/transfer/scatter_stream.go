package transfer

import (
	"context"
	"io"
	"slices"

	"github.com/seed-6092453b/ferry/storage"
)

// work uploads a segment as a part of its own.
func (s *scatter) work(ctx, joining context.Context, t *task) error {
	var w storage.Writer
	return s.do(ctx, joining, t, func(ctx context.Context) (end func() error, err error) {
		if w, err = s.create(ctx, t.span[0]); err != nil {
			return nil, err
		}
		return w.Abort, nil
	}, func(m *stream) error { return s.fill(ctx, m, t.span[0], w) })
}

// create begins the part that belongs at off, having put that on record.
func (s *scatter) create(ctx context.Context, off int64) (storage.Writer, error) {
	c := s.r.c
	s.mu.Lock()
	var err error
	if !slices.Contains(s.record.Parts, off) {
		s.record.Parts = append(s.record.Parts, off)
		err = c.remember(ctx, s.r.p, s.record)
	}
	s.mu.Unlock()
	if err != nil {
		return nil, &hereError{err}
	}
	return c.Remote.Create(ctx, c.partAt(s.r.p, off), storage.CreateOptions{})
}

// fill fills the part that belongs at off, and notes how far it has got.
func (s *scatter) fill(ctx context.Context, m *stream, off int64, w storage.Writer) error {
	if err := s.send(ctx, m, w); err != nil {
		return s.kept(ctx, m, off, keep(ctx, w, err))
	}
	if _, err := w.Commit(s.late); err != nil {
		return s.kept(ctx, m, off, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived(off, m.pos)
	return nil
}

// send copies a segment, of which the end may come nearer meanwhile.
func (s *scatter) send(ctx context.Context, m *stream, w io.Writer) error {
	c := s.r.c
	s.mu.Lock()
	at := m.pos
	s.mu.Unlock()
	src, err := c.Local.Open(ctx, s.r.p.local, storage.Range{Off: at, Version: s.info.Version})
	if err != nil {
		return &hereError{err}
	}
	defer src.Close()
	b := s.buffer()
	defer b.free()
	buf := b.b
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		s.mu.Lock()
		want := min(int64(len(buf)), m.end-m.pos)
		if m.leave {
			want = 0
		}
		s.mu.Unlock()
		if want == 0 {
			return nil
		}
		n, err := src.Read(buf[:want])
		if n > 0 {
			if err := s.r.limit(ctx, n); err != nil {
				return &hereError{err}
			}
			// Nobody takes the end of a segment that is about to be sent: see begin.
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
			s.mu.Lock()
			m.pos += int64(n)
			s.r.advance(int64(n))
			s.mu.Unlock()
		}
		if err == io.EOF {
			return &hereError{errLength("put", s.r.p.remote, s.size, m.pos, storage.ErrChanged)}
		}
		if err != nil {
			return &hereError{err}
		}
	}
}

// kept finds out how much of a part has arrived that was cut by err, which it returns.
// The rest is to be sent again.
func (s *scatter) kept(ctx context.Context, m *stream, off int64, err error) error {
	c := s.r.c
	ctx, cancel := ending(ctx)
	defer cancel()
	there, serr := c.statRemote(ctx, c.partAt(s.r.p, off))
	s.mu.Lock()
	defer s.mu.Unlock()
	end := off
	if serr == nil && there != nil && there.Size > 0 && off+there.Size <= m.pos {
		end = off + there.Size
	}
	s.r.done -= m.pos - end
	m.pos = end
	s.arrived(off, end)
	return err
}

// arrived notes that the part that begins at off goes up to end. mu is held.
func (s *scatter) arrived(off, end int64) {
	if end > off {
		s.sizes[off] = end - off
		s.have = s.have.add(off, end)
	}
}
