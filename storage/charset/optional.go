package charset

import (
	"context"
	"io"
	"iter"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Forward implements storage.Forwarder.
func (v *view) Forward(want any) any {
	switch want.(type) {
	case *storage.Pender:
		if p, ok := storage.As[storage.Pender](v.fsys); ok {
			return pender{v, p}
		}
	case *storage.Spacer:
		if s, ok := storage.As[storage.Spacer](v.fsys); ok {
			return spacer{v, s}
		}
	case *storage.Hasher:
		if h, ok := storage.As[storage.Hasher](v.fsys); ok {
			return hasher{v, h}
		}
	case *storage.Copier:
		if c, ok := storage.As[storage.Copier](v.fsys); ok {
			return copier{v, c}
		}
	case *storage.Linker:
		if l, ok := storage.As[storage.Linker](v.fsys); ok {
			return linker{v, l}
		}
	case *storage.Batcher:
		if b, ok := storage.As[storage.Batcher](v.fsys); ok {
			return batcher{v, b}
		}
	case *storage.Namer:
		if n, ok := storage.As[storage.Namer](v.fsys); ok {
			return namer{v, n}
		}
	case *storage.Quoter:
		if q, ok := storage.As[storage.Quoter](v.fsys); ok {
			return q
		}
	}
	return nil
}

type pender struct {
	v *view
	p storage.Pender
}

func (f pender) Pending(ctx context.Context, name, owner string) (storage.Info, error) {
	inside, err := f.v.inside(ctx, "pending", name)
	if err != nil {
		return storage.Info{}, err
	}
	info, err := f.p.Pending(ctx, inside, owner)
	if err != nil {
		return storage.Info{}, storage.PathError("pending", name, err)
	}
	return f.v.info(name, info), nil
}

func (f pender) Discard(ctx context.Context, name, owner string) error {
	inside, err := f.v.inside(ctx, "discard", name)
	if err != nil {
		return err
	}
	return storage.PathError("discard", name, f.p.Discard(ctx, inside, owner))
}

type spacer struct {
	v *view
	s storage.Spacer
}

func (f spacer) Space(ctx context.Context, dir string) (int64, error) {
	inside, err := f.v.inside(ctx, "space", dir)
	if err != nil {
		return 0, err
	}
	free, err := f.s.Space(ctx, inside)
	return free, storage.PathError("space", dir, err)
}

type hasher struct {
	v *view
	h storage.Hasher
}

func (f hasher) Hash(ctx context.Context, name, alg string, r storage.Range) ([]byte, error) {
	inside, err := f.v.inside(ctx, "hash", name)
	if err != nil {
		return nil, err
	}
	sum, err := f.h.Hash(ctx, inside, alg, r)
	return sum, storage.PathError("hash", name, err)
}

type copier struct {
	v *view
	c storage.Copier
}

func (f copier) Copy(ctx context.Context, old, new string) error {
	return f.v.two(ctx, "copy", old, new, func(from, to string) error {
		f.v.soil(to)
		return f.c.Copy(ctx, from, to)
	})
}

type linker struct {
	v *view
	l storage.Linker
}

func (f linker) Symlink(ctx context.Context, target, name string) error {
	if _, err := storage.LinkTarget(target, name); err != nil {
		return err
	}
	inside, err := f.v.inside(ctx, "symlink", name)
	if err != nil {
		return err
	}
	dir, _ := storage.Split(inside)
	to, err := f.v.leads(ctx, dir, target)
	if err != nil {
		return storage.PathError("symlink", name, err)
	}
	f.v.soil(inside)
	return storage.PathError("symlink", name, f.l.Symlink(ctx, to, inside))
}

// leads returns what a link in a directory of fsys has to say to lead where
// target leads outside.
func (v *view) leads(ctx context.Context, dir, target string) (string, error) {
	elems := strings.Split(target, "/")
	for i, elem := range elems {
		switch elem {
		case "", ".":
		case "..":
			dir, _ = storage.Split(dir)
		default:
			inside, err := v.element(ctx, dir, elem)
			if err != nil {
				return "", err
			}
			elems[i], dir = inside, storage.Join(dir, inside)
		}
	}
	return strings.Join(elems, "/"), nil
}

type batcher struct {
	v *view
	b storage.Batcher
}

func (f batcher) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	b := storage.NamedBatcher(f.b, func(ctx context.Context, name string) (string, error) {
		return f.v.inside(ctx, "open", name)
	})
	return b.ReadFiles(ctx, names, fn)
}

func (f batcher) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(name string, info storage.Info, err error) error) error {
	b := storage.NamedBatcher(f.b, func(ctx context.Context, name string) (string, error) {
		inside, err := f.v.inside(ctx, "create", name)
		if err == nil {
			f.v.soil(inside)
		}
		return inside, err
	})
	return b.WriteFiles(ctx, files, fn)
}

type namer struct {
	v *view
	n storage.Namer
}

func (f namer) CheckName(ctx context.Context, name string) error {
	inside, err := f.v.inside(ctx, "check", name)
	if err != nil {
		return err
	}
	return storage.PathError("check", name, f.n.CheckName(ctx, inside))
}
