package storagetest

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// optioned returns a mutant that creates with other options.
func optioned(bend func(o *storage.CreateOptions)) func(storage.FS) storage.FS {
	return creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
		bend(&o)
		return in.Create(ctx, name, o)
	})
}

// writeMutants returns the mutants that concern writing.
func writeMutants() []mutant {
	return []mutant{
		{"loses an octet", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, writeFn: func(p []byte) (int, error) {
				if len(p) < 9000 {
					return w.Write(p)
				}
				n, err := w.Write(p[:len(p)-1])
				return n + 1, err
			}}
		})},
		{"has always found a file", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, replacesFn: func() (old, known bool) { return true, true }}
		})},
		{"has never found a file", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, replacesFn: func() (old, known bool) { return false, true }}
		})},
		{"overwrites in place", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if o.Mode == storage.Replace {
				o.Mode, o.Len = storage.Resume, 1<<40
			}
			return in.Create(ctx, name, o)
		})},
		{"replaces in pieces", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if _, err := in.Stat(ctx, name); err == nil && o.Mode == storage.Replace {
				o.Mode = storage.Resume
			}
			return in.Create(ctx, name, o)
		})},
		{"makes parents", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if dir, _ := storage.Split(name); dir != "." && storage.ValidName(dir) {
				in.Mkdir(ctx, dir)
			}
			return in.Create(ctx, name, o)
		})},
		{"calls directories existing", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			w, err := in.Create(ctx, name, o)
			if errors.Is(err, storage.ErrIsDir) {
				err = storage.PathError("create", name, fs.ErrExist)
			}
			return w, err
		})},
		{"excludes nobody", optioned(func(o *storage.CreateOptions) {
			if o.Mode == storage.Exclusive {
				o.Mode = storage.Replace
			}
		})},
		{"reserves nothing", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if o.Mode == storage.Exclusive {
				if _, err := in.Stat(ctx, name); err == nil {
					return nil, storage.PathError("create", name, fs.ErrExist)
				}
				o.Mode = storage.Replace
			}
			return in.Create(ctx, name, o)
		})},
		{"believes the hint", optioned(func(o *storage.CreateOptions) {
			if o.SizeHint > 0 {
				o.Mode, o.Len = storage.Resume, o.SizeHint
			}
		})},
		{"ignores the mode", optioned(func(o *storage.CreateOptions) { o.Perm = 0 })},
		{"ignores the time", optioned(func(o *storage.CreateOptions) { o.ModTime = someTime().AddDate(-1, 0, 0) })},
		{"ignores the form", optioned(func(o *storage.CreateOptions) { o.Form = "" })},
		{"ignores the owner", optioned(func(o *storage.CreateOptions) { o.Owner = anna })},
		{"ignores Len", optioned(func(o *storage.CreateOptions) { o.Len = 0 })},
		{"appends to nothing", optioned(func(o *storage.CreateOptions) {
			if o.Mode == storage.Append {
				o.Mode = storage.Replace
			}
		})},
		{"appends to what exists only", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if _, err := in.Stat(ctx, name); err != nil && o.Mode != storage.Replace {
				return nil, err
			}
			return in.Create(ctx, name, o)
		})},
		{"resumes at 0", optioned(func(o *storage.CreateOptions) { o.Offset = 0 })},
		{"changes the mode when it appends", writing(func(in storage.FS, w storage.Writer, name string, o storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, commitFn: func(ctx context.Context) (storage.Info, error) {
				info, err := w.Commit(ctx)
				if o.Perm != 0 {
					in.SetAttr(ctx, name, storage.Attr{Mode: &o.Perm})
				}
				return info, err
			}}
		})},
		{"shows what is written", creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			if w, err := in.Create(ctx, name+".part", storage.CreateOptions{}); err == nil {
				w.Commit(ctx)
			}
			return in.Create(ctx, name, o)
		})},
		{"never ends", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, writeFn: func(p []byte) (int, error) {
				if n, err := w.Write(p); !errors.Is(err, storage.ErrEnded) {
					return n, err
				}
				return len(p), nil
			}}
		})},
		{"commits on Abort", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, abortFn: func() error { w.Commit(context.Background()); return nil }}
		})},
		{"empties the file on Abort", writing(func(in storage.FS, w storage.Writer, name string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, abortFn: func() error {
				w.Abort()
				if w, err := in.Create(context.Background(), name, storage.CreateOptions{}); err == nil {
					w.Commit(context.Background())
				}
				return nil
			}}
		})},
		{"commits on Suspend", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, suspendFn: func(ctx context.Context) error { _, err := w.Commit(ctx); return err }}
		})},
		{"aborts on Suspend", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, suspendFn: func(context.Context) error { return w.Abort() }}
		})},
		{"discards on Abort", writing(func(in storage.FS, w storage.Writer, name string, o storage.CreateOptions) *bentWriter {
			return &bentWriter{Writer: w, abortFn: func() error {
				p, _ := storage.As[storage.Pender](in)
				p.Discard(context.Background(), name, o.Owner)
				return w.Abort()
			}}
		})},
		{"syncs what it was given", writing(func(_ storage.FS, w storage.Writer, _ string, _ storage.CreateOptions) *bentWriter {
			n := 0
			return &bentWriter{
				Writer:  w,
				writeFn: func(p []byte) (int, error) { n = len(p); return w.Write(p) },
				syncFn:  func(context.Context) (int64, error) { return int64(n), nil },
			}
		})},
		{"lets the first win", func(in storage.FS) storage.FS {
			var mu sync.Mutex
			serial, committed := 0, map[string]int{}
			return writing(func(in storage.FS, w storage.Writer, name string, _ storage.CreateOptions) *bentWriter {
				mu.Lock()
				defer mu.Unlock()
				serial++
				mine := serial
				return &bentWriter{Writer: w, commitFn: func(ctx context.Context) (storage.Info, error) {
					mu.Lock()
					defer mu.Unlock()
					if committed[name] > mine {
						return in.Stat(ctx, name)
					}
					committed[name] = mine
					return w.Commit(ctx)
				}}
			})(in)
		}},
		{"always has a part", func(in storage.FS) storage.FS {
			return struct {
				*bent
				storage.Pender
			}{&bent{FS: in}, hoarder{}}
		}},
		{"forgets parts", func(in storage.FS) storage.FS {
			return struct {
				*bent
				storage.Pender
			}{&bent{FS: in}, forgetful{}}
		}},
	}
}

// hoarder has a part for everybody under every name.
type hoarder struct{}

func (hoarder) Pending(_ context.Context, name, _ string) (storage.Info, error) {
	return storage.Info{Name: name, Kind: storage.KindFile, Size: cut}, nil
}

func (hoarder) Discard(context.Context, string, string) error { return nil }

// forgetful has no part at all.
type forgetful struct{}

func (forgetful) Pending(_ context.Context, name, _ string) (storage.Info, error) {
	return storage.Info{}, storage.PathError("pending", name, fs.ErrNotExist)
}

func (forgetful) Discard(context.Context, string, string) error { return nil }
