package storagetest

import (
	"context"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// batching returns a mutant that moves many files otherwise than one by one.
func batching(bend func(b *bentBatcher)) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS {
		b := &bentBatcher{bent: &bent{FS: in}}
		bend(b)
		return b
	}
}

// bentBatcher changes what a Batcher is given and what it tells.
type bentBatcher struct {
	*bent
	names func(iter.Seq[string]) iter.Seq[string]
	files func(iter.Seq[storage.NewFile]) iter.Seq[storage.NewFile]
	ctx   func(context.Context) context.Context
	deaf  bool // to the errors of the function
}

func (b *bentBatcher) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(string, io.Reader, error) error) error {
	if b.names != nil {
		names = b.names(names)
	}
	if b.ctx != nil {
		ctx = b.ctx(ctx)
	}
	return storage.OneByOne(b.FS).ReadFiles(ctx, names, func(name string, r io.Reader, err error) error {
		return b.heed(fn(name, r, err))
	})
}

func (b *bentBatcher) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(string, storage.Info, error) error) error {
	if b.files != nil {
		files = b.files(files)
	}
	if b.ctx != nil {
		ctx = b.ctx(ctx)
	}
	return storage.OneByOne(b.FS).WriteFiles(ctx, files, func(name string, info storage.Info, err error) error {
		return b.heed(fn(name, info, err))
	})
}

func (b *bentBatcher) heed(err error) error {
	if b.deaf {
		return nil
	}
	return err
}

// changed maps what a sequence yields.
func changed[T any](change func(T) T) func(iter.Seq[T]) iter.Seq[T] {
	return func(seq iter.Seq[T]) iter.Seq[T] {
		return func(yield func(T) bool) {
			for v := range seq {
				if !yield(change(v)) {
					return
				}
			}
		}
	}
}

// batchMutants returns the mutants that concern Batcher.
func batchMutants() []mutant {
	type seq = iter.Seq[storage.NewFile]
	return []mutant{
		{"sorts what it reads", batching(func(b *bentBatcher) {
			b.names = func(s iter.Seq[string]) iter.Seq[string] { return slices.Values(slices.Sorted(s)) }
		})},
		{"reads another file", batching(func(b *bentBatcher) {
			b.names = changed(func(name string) string {
				if name == "old" {
					return "empty"
				}
				return name
			})
		})},
		{"writes the first only", batching(func(b *bentBatcher) {
			b.files = func(s seq) seq {
				return func(yield func(storage.NewFile) bool) {
					for f := range s {
						yield(f)
						return
					}
				}
			}
		})},
		{"forgets times", batching(func(b *bentBatcher) {
			b.files = changed(func(f storage.NewFile) storage.NewFile { f.ModTime = time.Time{}; return f })
		})},
		{"takes any size", batching(func(b *bentBatcher) {
			b.files = changed(func(f storage.NewFile) storage.NewFile {
				if r, err := f.Open(); err == nil {
					data, _ := io.ReadAll(r)
					g := newFile(f.Name, string(data))
					f.Open, f.Size = g.Open, g.Size
				}
				return f
			})
		})},
		{"goes on after errors", batching(func(b *bentBatcher) { b.deaf = true })},
		{"collects what it reads", batching(func(b *bentBatcher) {
			b.names = func(s iter.Seq[string]) iter.Seq[string] { return slices.Values(slices.Collect(s)) }
		})},
		{"collects what it writes", batching(func(b *bentBatcher) {
			b.files = func(s seq) seq { return slices.Values(slices.Collect(s)) }
		})},
		{"batches to the end", batching(func(b *bentBatcher) {
			b.ctx = context.WithoutCancel
			b.names = func(iter.Seq[string]) iter.Seq[string] { return slices.Values([]string{"old"}) }
		})},
	}
}
