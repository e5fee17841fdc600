package transfer

import (
	"context"
	"fmt"

	"github.com/seed-6092453b/ferry/storage"
)

// GetTree downloads what the folder remote holds into the folder local, which
// must exist. Folders are made, empty ones too. What cannot be copied is
// reported and left out: the error is then a *TreeError.
func (c *Copier) GetTree(ctx context.Context, remote, local string) error {
	return c.tree(ctx, func(ctx context.Context, t *tree) {
		at := pair{remote, local}
		t.root(at, t.getFolder(ctx, at))
	})
}

func (t *tree) getFolder(ctx context.Context, at pair) error {
	name := func(base string) pair {
		return pair{storage.Join(at.remote, base), storage.Join(at.local, base)}
	}
	refuse := func(base string) (string, error) {
		return "", storage.PathError("get", base, fmt.Errorf("%w: kept for partial copies", storage.ErrName))
	}
	return t.folder(ctx, t.c.Remote, t.c.Local, at.remote, name, refuse, func(info storage.Info, p pair) {
		if !info.IsDir() {
			t.do(ctx, p, func() error { return t.c.get(ctx, info, p) })
			return
		}
		err := mkdir(ctx, t.c.Local, p.local)
		if err == nil {
			err = t.getFolder(ctx, p)
		}
		if err != nil {
			t.done(p, err)
		}
	})
}
