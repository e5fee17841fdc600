package charset

import (
	"context"

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
