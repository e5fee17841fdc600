package storage

import "context"

// Forward implements Forwarder.
func (s *subFS) Forward(want any) any {
	switch want.(type) {
	case *Pender:
		if p, ok := As[Pender](s.fsys); ok {
			return subPender{s, p}
		}
	case *Spacer:
		if p, ok := As[Spacer](s.fsys); ok {
			return subSpacer{s, p}
		}
	case *Hasher:
		if h, ok := As[Hasher](s.fsys); ok {
			return subHasher{s, h}
		}
	case *Copier:
		if c, ok := As[Copier](s.fsys); ok {
			return subCopier{s, c}
		}
	case *Linker:
		if l, ok := As[Linker](s.fsys); ok {
			return subLinker{s, l}
		}
	case *Batcher:
		if b, ok := As[Batcher](s.fsys); ok {
			return NamedBatcher(b, func(_ context.Context, name string) (string, error) { return s.full("open", name) })
		}
	case *Namer:
		if n, ok := As[Namer](s.fsys); ok {
			return subNamer{s, n}
		}
	case *Quoter:
		if q, ok := As[Quoter](s.fsys); ok { // on the whole, wherever one stands
			return q
		}
	}
	return nil
}

type subPender struct {
	s *subFS
	p Pender
}

func (f subPender) Pending(ctx context.Context, name, owner string) (Info, error) {
	full, err := f.s.full("pending", name)
	if err != nil {
		return Info{}, err
	}
	info, err := f.p.Pending(ctx, full, owner)
	return f.s.info(name, info), PathError("pending", name, err)
}

func (f subPender) Discard(ctx context.Context, name, owner string) error {
	full, err := f.s.full("discard", name)
	if err != nil {
		return err
	}
	return PathError("discard", name, f.p.Discard(ctx, full, owner))
}

type subSpacer struct {
	s *subFS
	p Spacer
}

func (f subSpacer) Space(ctx context.Context, dir string) (int64, error) {
	full, err := f.s.full("space", dir)
	if err != nil {
		return 0, err
	}
	free, err := f.p.Space(ctx, full)
	return free, PathError("space", dir, err)
}

type subHasher struct {
	s *subFS
	h Hasher
}

func (f subHasher) Hash(ctx context.Context, name, alg string, r Range) ([]byte, error) {
	full, err := f.s.full("hash", name)
	if err != nil {
		return nil, err
	}
	sum, err := f.h.Hash(ctx, full, alg, r)
	return sum, PathError("hash", name, err)
}

type subCopier struct {
	s *subFS
	c Copier
}

func (f subCopier) Copy(ctx context.Context, old, new string) error {
	return f.s.two("copy", old, new, func(from, to string) error { return f.c.Copy(ctx, from, to) })
}

type subLinker struct {
	s *subFS
	l Linker
}

func (f subLinker) Symlink(ctx context.Context, target, name string) error {
	full, err := f.s.full("symlink", name)
	if err != nil {
		return err
	}
	// What stays below fsys may yet leave dir.
	if _, err := LinkTarget(target, name); err != nil {
		return err
	}
	return PathError("symlink", name, f.l.Symlink(ctx, target, full))
}

type subNamer struct {
	s *subFS
	n Namer
}

func (f subNamer) CheckName(ctx context.Context, name string) error {
	full, err := f.s.full("check", name)
	if err != nil {
		return err
	}
	return PathError("check", name, f.n.CheckName(ctx, full))
}
