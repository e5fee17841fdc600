package storage

import (
	"context"
	"io/fs"
	"iter"
)

// ReadOnly returns fsys as it can be read: whatever would write is
// fs.ErrPermission, and Features has only what can be seen by reading
// (RealDirs, CaseFolding).
//
// Of the optional interfaces, Pender tells what is kept but discards nothing,
// Spacer says that there is no room, Batcher reads, and Copier and Linker refuse. (Opening a
// file ends the parts kept beside it, here as anywhere.)
func ReadOnly(fsys FS) FS { return &readOnly{fsys} }

type readOnly struct{ fsys FS }

func (f *readOnly) Stat(ctx context.Context, name string) (Info, error) {
	return f.fsys.Stat(ctx, name)
}

func (f *readOnly) List(ctx context.Context, dir string) iter.Seq2[Info, error] {
	return f.fsys.List(ctx, dir)
}

func (f *readOnly) Open(ctx context.Context, name string, r Range) (Reader, error) {
	return f.fsys.Open(ctx, name, r)
}

func (f *readOnly) Features() Features {
	return f.fsys.Features() & (RealDirs | CaseFolding)
}

func (f *readOnly) Create(_ context.Context, name string, _ CreateOptions) (Writer, error) {
	return nil, refuse("create", name)
}

func (f *readOnly) Mkdir(_ context.Context, name string) error {
	return refuse("mkdir", name)
}

func (f *readOnly) Remove(_ context.Context, name string, _ Kind) error {
	return refuse("remove", name)
}

func (f *readOnly) Rename(_ context.Context, old, new string) error {
	return refuseTwo("rename", old, new)
}

func (f *readOnly) SetAttr(_ context.Context, name string, _ Attr) error {
	return refuse("setattr", name)
}

// refuse returns the error of whatever would write to name.
func refuse(op, name string) error {
	if !ValidName(name) {
		return PathError(op, name, ErrName)
	}
	return PathError(op, name, fs.ErrPermission)
}

// refuseTwo is refuse for what would write to one of two names.
func refuseTwo(op, old, new string) error {
	if !ValidName(new) {
		return refuse(op, new)
	}
	return refuse(op, old)
}

// Forward implements Forwarder.
func (f *readOnly) Forward(want any) any {
	switch want.(type) {
	case *Pender:
		if p, ok := As[Pender](f.fsys); ok {
			return readOnlyPender{p}
		}
	case *Spacer:
		if s, ok := As[Spacer](f.fsys); ok {
			return readOnlySpacer{s}
		}
	case *Hasher:
		if h, ok := As[Hasher](f.fsys); ok {
			return h
		}
	case *Batcher:
		if b, ok := As[Batcher](f.fsys); ok {
			return readOnlyBatcher{b}
		}
	case *Namer:
		if n, ok := As[Namer](f.fsys); ok {
			return n
		}
	case *Quoter:
		if q, ok := As[Quoter](f.fsys); ok {
			return q
		}
	case *Copier:
		if _, ok := As[Copier](f.fsys); ok {
			return readOnlyCopier{}
		}
	case *Linker:
		if _, ok := As[Linker](f.fsys); ok {
			return readOnlyLinker{}
		}
	}
	return nil
}

type readOnlyPender struct{ p Pender }

func (f readOnlyPender) Pending(ctx context.Context, name, owner string) (Info, error) {
	return f.p.Pending(ctx, name, owner)
}

func (f readOnlyPender) Discard(_ context.Context, name, _ string) error {
	return refuse("discard", name)
}

type readOnlySpacer struct{ s Spacer }

func (f readOnlySpacer) Space(ctx context.Context, dir string) (int64, error) {
	_, err := f.s.Space(ctx, dir)
	return 0, err
}

type readOnlyCopier struct{}

func (readOnlyCopier) Copy(_ context.Context, old, new string) error {
	return refuseTwo("copy", old, new)
}

type readOnlyLinker struct{}

func (readOnlyLinker) Symlink(_ context.Context, _, name string) error {
	return refuse("symlink", name)
}

type readOnlyBatcher struct{ Batcher }

func (f readOnlyBatcher) WriteFiles(ctx context.Context, files iter.Seq[NewFile], fn func(name string, info Info, err error) error) error {
	drawing := Draw(files)
	defer drawing.Stop()
	for {
		file, ok := drawing.Next(ctx)
		if !ok {
			return ctx.Err()
		}
		if err := fn(file.Name, Info{}, refuse("create", file.Name)); err != nil {
			return err
		}
	}
}
