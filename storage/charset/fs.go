package charset

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

func (v *view) Stat(ctx context.Context, name string) (storage.Info, error) {
	inside, err := v.inside(ctx, "stat", name)
	if err != nil {
		return storage.Info{}, err
	}
	info, err := v.fsys.Stat(ctx, inside)
	if err != nil {
		return storage.Info{}, storage.PathError("stat", name, err)
	}
	return v.info(name, info), nil
}

func (v *view) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	inside, err := v.inside(ctx, "open", name)
	if err != nil {
		return nil, err
	}
	rd, err := v.fsys.Open(ctx, inside, r)
	if err != nil {
		return nil, storage.PathError("open", name, err)
	}
	return storage.NamedReader(rd, name), nil
}

func (v *view) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	inside, err := v.inside(ctx, "create", name)
	if err != nil {
		return nil, err
	}
	v.soil(inside)
	w, err := v.fsys.Create(ctx, inside, o)
	if err != nil {
		return nil, storage.PathError("create", name, err)
	}
	return storage.NamedWriter(w, name), nil
}

func (v *view) Mkdir(ctx context.Context, name string) error {
	inside, err := v.inside(ctx, "mkdir", name)
	if err != nil {
		return err
	}
	v.soil(inside)
	err = v.fsys.Mkdir(ctx, inside)
	if err == nil {
		v.clean.add(inside)
	}
	return storage.PathError("mkdir", name, err)
}

func (v *view) Remove(ctx context.Context, name string, want storage.Kind) error {
	inside, err := v.inside(ctx, "remove", name)
	if err != nil {
		return err
	}
	if want == storage.KindDir {
		v.clean.forget()
	}
	return storage.PathError("remove", name, v.fsys.Remove(ctx, inside, want))
}

func (v *view) Rename(ctx context.Context, old, new string) error {
	return v.two(ctx, "rename", old, new, func(from, to string) error {
		v.clean.forget()
		return v.fsys.Rename(ctx, from, to)
	})
}

// two does what has two names, and returns its error about the one that it is
// about.
func (v *view) two(ctx context.Context, op, old, new string, do func(from, to string) error) error {
	from, err := v.inside(ctx, op, old)
	if err != nil {
		return err
	}
	to, err := v.inside(ctx, op, new)
	if err != nil {
		return err
	}
	err = do(from, to)
	if pe, ok := errors.AsType[*fs.PathError](err); ok && pe.Path == to {
		return storage.PathError(op, new, err)
	}
	return storage.PathError(op, old, err)
}

func (v *view) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	inside, err := v.inside(ctx, "setattr", name)
	if err != nil {
		return err
	}
	return storage.PathError("setattr", name, v.fsys.SetAttr(ctx, inside, a))
}

func (v *view) Features() storage.Features { return v.fsys.Features() }
