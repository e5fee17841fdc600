package storage

import (
	"context"
	"errors"
	"io"
	"iter"
)

// OneByOne returns a Batcher of what the methods of fsys do, one file after the other.
func OneByOne(fsys FS) Batcher { return oneByOne{fsys} }

type oneByOne struct{ fsys FS }

func (o oneByOne) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	drawing := Draw(names)
	defer drawing.Stop()
	for {
		name, ok := drawing.Next(ctx)
		if !ok {
			return ctx.Err()
		}
		r, err := o.fsys.Open(ctx, name, Range{})
		if err != nil {
			err = fn(name, nil, err)
		} else {
			err = errors.Join(fn(name, r, nil), r.Close())
		}
		if err != nil {
			return err
		}
	}
}

func (o oneByOne) WriteFiles(ctx context.Context, files iter.Seq[NewFile], fn func(name string, info Info, err error) error) error {
	drawing := Draw(files)
	defer drawing.Stop()
	for {
		f, ok := drawing.Next(ctx)
		if !ok {
			return ctx.Err()
		}
		info, err := f.store(ctx, o.fsys)
		if err := fn(f.Name, info, PathError("create", f.Name, err)); err != nil {
			return err
		}
	}
}

// store stores one file.
func (f NewFile) store(ctx context.Context, fsys FS) (Info, error) {
	if f.Temp == "" {
		return f.write(ctx, fsys, f.Name)
	}
	info, err := f.write(ctx, fsys, f.Temp)
	if err == nil {
		err = fsys.Rename(ctx, f.Temp, f.Name)
	}
	_, info.Name = Split(f.Name)
	return info, err
}

// write writes one file under a name.
func (f NewFile) write(ctx context.Context, fsys FS, name string) (Info, error) {
	w, err := fsys.Create(ctx, name, CreateOptions{SizeHint: f.Size, Perm: f.Perm, ModTime: f.ModTime})
	if err != nil {
		return Info{}, err
	}
	defer w.Abort()
	r, err := f.Open()
	if err != nil {
		return Info{}, err
	}
	defer r.Close()
	n, err := io.Copy(w, io.LimitReader(r, f.Size+1))
	if err == nil && n != f.Size {
		err = ErrChanged
	}
	if err != nil {
		return Info{}, err
	}
	return w.Commit(ctx)
}
