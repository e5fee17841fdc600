package storagetest

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// copying returns a mutant that copies otherwise.
func copying(bend func(in storage.FS, ctx context.Context, old, new string) error) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS { return &bentCopier{&bent{FS: in}, bend} }
}

type bentCopier struct {
	*bent
	copyFn func(in storage.FS, ctx context.Context, old, new string) error
}

func (b *bentCopier) Copy(ctx context.Context, old, new string) error {
	return b.copyFn(b.FS, ctx, old, new)
}

// linking returns a mutant that makes links otherwise.
func linking(bend func(in storage.Linker, ctx context.Context, target, name string) error) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS { return &bentLinker{&bent{FS: in}, bend} }
}

type bentLinker struct {
	*bent
	linkFn func(in storage.Linker, ctx context.Context, target, name string) error
}

func (b *bentLinker) Symlink(ctx context.Context, target, name string) error {
	return b.linkFn(b.FS.(storage.Linker), ctx, target, name)
}

// copyMutants returns the mutants that concern Copier and Linker.
func copyMutants() []mutant {
	real := func(in storage.FS) storage.Copier { return in.(storage.Copier) }
	return []mutant{
		{"copies nothing", copying(func(storage.FS, context.Context, string, string) error { return nil })},
		{"moves instead of copying", copying(func(in storage.FS, ctx context.Context, old, new string) error {
			return in.Rename(ctx, old, new)
		})},
		{"links instead of copying", copying(func(in storage.FS, ctx context.Context, old, new string) error {
			in.Remove(ctx, new, storage.KindFile)
			return in.(storage.Linker).Symlink(ctx, old, new)
		})},
		{"empties before it copies", copying(func(in storage.FS, ctx context.Context, old, new string) error {
			w, err := in.Create(ctx, new, storage.CreateOptions{})
			if err == nil {
				w.Commit(ctx)
			}
			return real(in).Copy(ctx, old, new)
		})},
		{"copies contents only", copying(func(in storage.FS, ctx context.Context, old, new string) error {
			if old == new {
				return nil
			}
			return duplicate(ctx, in, old, new)
		})},
		{"copies to the end", copying(func(in storage.FS, ctx context.Context, old, new string) error {
			return real(in).Copy(context.WithoutCancel(ctx), old, new)
		})},
		{"links whatever the target", func(in storage.FS) storage.FS {
			return linking(func(_ storage.Linker, _ context.Context, target, name string) error {
				return in.(interface {
					ForeignLink(target, name string) error
				}).ForeignLink(target, name)
			})(in)
		}},
		{"links to elsewhere", linking(func(in storage.Linker, ctx context.Context, target, name string) error {
			return in.Symlink(ctx, target+"-", name)
		})},
		{"links over what exists", func(in storage.FS) storage.FS {
			return linking(func(l storage.Linker, ctx context.Context, target, name string) error {
				err := l.Symlink(ctx, target, name)
				if errors.Is(err, fs.ErrExist) {
					in.Remove(ctx, name, storage.KindFile)
					return l.Symlink(ctx, target, name)
				}
				return err
			})(in)
		}},
	}
}
