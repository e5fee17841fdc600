package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/storage"
)

// mutant is an FS that breaks the contract in one way.
type mutant struct {
	name string
	make func(in storage.FS) storage.FS
}

// creating returns a mutant whose Create is replaced.
func creating(create func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error)) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS {
		return &bent{FS: in, createFn: func(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			return create(in, ctx, name, o)
		}}
	}
}

// writing returns a mutant whose writers are changed by bend.
func writing(bend func(in storage.FS, w storage.Writer, name string, o storage.CreateOptions) *bentWriter) func(storage.FS) storage.FS {
	return creating(func(in storage.FS, ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
		w, err := in.Create(ctx, name, o)
		if err != nil {
			return nil, err
		}
		return bend(in, w, name, o), nil
	})
}

// naming returns a mutant that gives what it wraps other names.
func naming(other func(name string) string) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS {
		return &bent{
			FS:     in,
			statFn: func(ctx context.Context, name string) (storage.Info, error) { return in.Stat(ctx, other(name)) },
			listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] { return in.List(ctx, other(dir)) },
			openFn: func(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
				return in.Open(ctx, other(name), r)
			},
			createFn: func(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
				return in.Create(ctx, other(name), o)
			},
			mkdirFn: func(ctx context.Context, name string) error { return in.Mkdir(ctx, other(name)) },
			removeFn: func(ctx context.Context, name string, want storage.Kind) error {
				return in.Remove(ctx, other(name), want)
			},
			renameFn: func(ctx context.Context, old, new string) error { return in.Rename(ctx, other(old), other(new)) },
		}
	}
}

// describing returns a mutant whose Stat, and List if list is set, are changed.
func describing(list bool, bend func(info *storage.Info)) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS {
		b := &bent{FS: in, statFn: func(ctx context.Context, name string) (storage.Info, error) {
			info, err := in.Stat(ctx, name)
			bend(&info)
			return info, err
		}}
		if list {
			b.listFn = func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					for info, err := range in.List(ctx, dir) {
						if bend(&info); !yield(info, err) {
							return
						}
					}
				}
			}
		}
		return b
	}
}

// detached returns a mutant that hears of no cancellation.
func detached(in storage.FS) storage.FS {
	off := context.WithoutCancel
	return &bent{
		FS:     in,
		statFn: func(ctx context.Context, name string) (storage.Info, error) { return in.Stat(off(ctx), name) },
		listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] { return in.List(off(ctx), dir) },
		createFn: func(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
			w, err := in.Create(off(ctx), name, o)
			if err != nil {
				return nil, err
			}
			return &bentWriter{Writer: w, commitFn: func(ctx context.Context) (storage.Info, error) { return w.Commit(off(ctx)) }}, nil
		},
		mkdirFn: func(ctx context.Context, name string) error { return in.Mkdir(off(ctx), name) },
	}
}

// live reads the file anew at each Read, whatever has become of it.
type live struct {
	storage.Reader
	in   storage.FS
	name string
	off  int64
}

func (l *live) Read(p []byte) (int, error) {
	r, err := l.in.Open(context.Background(), l.name, storage.Range{Off: l.off})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	n, err := r.Read(p[:min(len(p), 1000)])
	l.off += int64(n)
	return n, err
}

// mutants returns those that concern names, reading and the tree. The others
// are in writemutants_test.go.
func mutants() []mutant {
	var listings, serial atomic.Int64
	all := []mutant{
		{"cleans names", naming(func(name string) string {
			if name = strings.Trim(path.Clean("/"+name), "/"); name == "" {
				return "."
			}
			return name
		})},
		{"trims names", naming(strings.TrimSpace)},
		{"cuts long names", naming(func(name string) string { return name[:min(len(name), 250)] })},
		{"folds case", naming(strings.ToLower)},
		{"refuses deep names", naming(func(name string) string {
			if strings.Count(name, "/") > 20 {
				return ""
			}
			return name
		})},
		{"root without a name", describing(false, func(i *storage.Info) { i.Name = strings.TrimPrefix(i.Name, ".") })},
		{"wrong size", describing(false, func(i *storage.Info) { i.Size++ })},
		{"no targets", describing(true, func(i *storage.Info) { i.Target = "" })},
		{"one ID", describing(true, func(i *storage.Info) { i.ID = "1" })},
		{"changing IDs", describing(true, func(i *storage.Info) { i.ID = fmt.Sprint(serial.Add(1)) })},
		{"one version", describing(true, func(i *storage.Info) { i.Version = "1" })},
		{"changing versions", describing(true, func(i *storage.Info) { i.Version = fmt.Sprint(serial.Add(1)) })},
		{"errors without a path", func(in storage.FS) storage.FS {
			return &bent{FS: in, statFn: func(ctx context.Context, name string) (storage.Info, error) {
				info, err := in.Stat(ctx, name)
				return info, errors.Unwrap(err)
			}}
		}},
		{"everything exists", func(in storage.FS) storage.FS {
			return &bent{FS: in, statFn: func(ctx context.Context, name string) (storage.Info, error) {
				info, _ := in.Stat(ctx, name)
				return info, nil
			}, setAttrFn: func(ctx context.Context, name string, a storage.Attr) error {
				in.SetAttr(ctx, name, a)
				return nil
			}}
		}},
		{"lists the directory itself", func(in storage.FS) storage.FS {
			return &bent{FS: in, listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					if info, err := in.Stat(ctx, dir); yield(info, err) && err == nil {
						in.List(ctx, dir)(yield)
					}
				}
			}}
		}},
		{"lists files as empty", func(in storage.FS) storage.FS {
			return &bent{FS: in, listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					for info, err := range in.List(ctx, dir) {
						if err != nil || !yield(info, nil) {
							return
						}
					}
				}
			}}
		}},
		{"lists a thousand at most", func(in storage.FS) storage.FS {
			return &bent{FS: in, listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					n := 0
					for info, err := range in.List(ctx, dir) {
						if n++; n > 200 || !yield(info, err) {
							return
						}
					}
				}
			}}
		}},
		{"leaks stopped listings", func(in storage.FS) storage.FS {
			listings.Store(0)
			return &bent{FS: in, listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					if listings.Add(1) > 10 {
						yield(storage.Info{}, storage.PathError("list", dir, storage.ErrBusy))
						return
					}
					in.List(ctx, dir)(yield)
				}
			}}
		}},
		{"says something else when cancelled", func(in storage.FS) storage.FS {
			return &bent{FS: in, listFn: func(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
				return func(yield func(storage.Info, error) bool) {
					for info, err := range in.List(ctx, dir) {
						if err != nil {
							err = storage.PathError("list", dir, fs.ErrClosed)
						}
						if !yield(info, err) {
							return
						}
					}
				}
			}}
		}},
		{"hears of no cancellation", detached},
		{"begins at 0", opening(func(r *storage.Range) { r.Off = 0 })},
		{"reads on behind the range", opening(func(r *storage.Range) { r.Len = 0 })},
		{"asks for no version", opening(func(r *storage.Range) { r.Version = "" })},
		{"opens directories as nothing", func(in storage.FS) storage.FS {
			return &bent{FS: in, openFn: func(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
				rd, err := in.Open(ctx, name, r)
				if errors.Is(err, storage.ErrIsDir) {
					err = storage.PathError("open", name, fs.ErrNotExist)
				}
				return rd, err
			}}
		}},
		{"reads what there is now", func(in storage.FS) storage.FS {
			return &bent{FS: in, openFn: func(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
				rd, err := in.Open(ctx, name, r)
				if err != nil || r.Len > 0 {
					return rd, err
				}
				return &live{rd, in, name, r.Off}, nil
			}}
		}},
		{"follows links out of the root", func(in storage.FS) storage.FS {
			return &bent{FS: in, openFn: func(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
				if name == "outside/passwd" {
					name = "file"
				}
				return in.Open(ctx, name, r)
			}}
		}},
		{"makes nothing", func(in storage.FS) storage.FS {
			return &bent{FS: in, mkdirFn: func(context.Context, string) error { return nil }}
		}},
		{"makes what exists", func(in storage.FS) storage.FS {
			return &bent{FS: in, mkdirFn: func(ctx context.Context, name string) error {
				if err := in.Mkdir(ctx, name); !errors.Is(err, fs.ErrExist) {
					return err
				}
				return nil
			}}
		}},
		{"removes nothing", func(in storage.FS) storage.FS {
			return &bent{FS: in, removeFn: func(context.Context, string, storage.Kind) error { return nil }}
		}},
		{"removes whatever it is", func(in storage.FS) storage.FS {
			return &bent{FS: in, removeFn: func(ctx context.Context, name string, want storage.Kind) error {
				return errors.Join(in.Remove(ctx, name, storage.KindFile), in.Remove(ctx, name, storage.KindDir))
			}}
		}},
		{"copies instead of renaming", func(in storage.FS) storage.FS {
			return &bent{FS: in, renameFn: func(ctx context.Context, old, new string) error { return duplicate(ctx, in, old, new) }}
		}},
		{"renames onto directories", func(in storage.FS) storage.FS {
			return &bent{FS: in, renameFn: func(ctx context.Context, old, new string) error {
				in.Remove(ctx, new, storage.KindDir)
				return in.Rename(ctx, old, new)
			}}
		}},
		{"removes before it renames", func(in storage.FS) storage.FS {
			return &bent{FS: in, renameFn: func(ctx context.Context, old, new string) error {
				in.Remove(ctx, new, storage.KindFile)
				return in.Rename(ctx, old, new)
			}}
		}},
		{"dates what it renames", func(in storage.FS) storage.FS {
			return &bent{FS: in, renameFn: func(ctx context.Context, old, new string) error {
				if err := duplicate(ctx, in, old, new); err != nil {
					return err
				}
				return in.Remove(ctx, old, storage.KindFile)
			}}
		}},
		{"sets no attributes", func(in storage.FS) storage.FS {
			return &bent{FS: in, setAttrFn: func(context.Context, string, storage.Attr) error { return nil }}
		}},
		{"sets more attributes", func(in storage.FS) storage.FS {
			return &bent{FS: in, setAttrFn: func(ctx context.Context, name string, a storage.Attr) error {
				mode := fs.FileMode(0o777)
				return in.SetAttr(ctx, name, storage.Attr{Mode: &mode, ModTime: a.ModTime})
			}}
		}},
		{"sets half of the attributes", func(in storage.FS) storage.FS {
			return &bent{FS: in, setAttrFn: func(ctx context.Context, name string, a storage.Attr) error {
				err := in.SetAttr(ctx, name, storage.Attr{ModTime: a.ModTime, Mode: a.Mode})
				if a.Owner != "" {
					return storage.PathError("setattr", name, fs.ErrPermission)
				}
				return err
			}}
		}},
		{"sets times without a promise", func(in storage.FS) storage.FS {
			return &bent{FS: in, features: in.Features() &^ storage.CanSetTime}
		}},
		{"has less than no space", func(in storage.FS) storage.FS {
			return struct {
				*bent
				storage.Spacer
			}{&bent{FS: in}, negative{}}
		}},
	}
	return slices.Concat(all, writeMutants(), copyMutants(), batchMutants(), nameMutants())
}

func opening(bend func(r *storage.Range)) func(storage.FS) storage.FS {
	return func(in storage.FS) storage.FS {
		return &bent{FS: in, openFn: func(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
			bend(&r)
			return in.Open(ctx, name, r)
		}}
	}
}

type negative struct{}

func (negative) Space(context.Context, string) (int64, error) { return math.MinInt64, nil }

func duplicate(ctx context.Context, fsys storage.FS, old, new string) error {
	r, err := fsys.Open(ctx, old, storage.Range{})
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := fsys.Create(ctx, new, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err = io.Copy(w, r); err == nil {
		_, err = w.Commit(ctx)
	}
	return err
}
