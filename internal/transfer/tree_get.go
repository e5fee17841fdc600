package transfer

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-6092453b/ferry/storage"
)

// GetTree downloads what the folder remote holds into the folder local, which
// must exist. Folders are made, empty ones too. What cannot be copied is
// reported and left out: the error is then a *TreeError.
func (c *Copier) GetTree(ctx context.Context, remote, local string) error {
	return c.tree(ctx, func(ctx context.Context, t *tree) {
		at := pair{remote, local}
		info, err := c.Remote.Stat(ctx, remote)
		if m, ok := storage.As[many](c.Remote); ok && err == nil && m.Pipelines() {
			t.many = m
		}
		if err == nil {
			err = t.getFolder(ctx, at, []string{info.ID})
		}
		t.flush(ctx)
		t.root(at, err)
	})
}

// getFolder downloads a folder. above holds the IDs of it and of those it lies
// in: few servers show a symbolic link to a folder as one, and it may lead back.
func (t *tree) getFolder(ctx context.Context, at pair, above []string) error {
	name := func(base string) pair {
		return pair{storage.Join(at.remote, base), storage.Join(at.local, base)}
	}
	refuse := func(base string) (string, error) {
		return "", storage.PathError("get", base, fmt.Errorf("%w: kept for partial copies", storage.ErrName))
	}
	return t.folder(ctx, t.c.Remote, t.c.Local, at.remote, name, refuse, func(info storage.Info, p pair) {
		if t.many != nil && !info.IsDir() && info.Size >= 0 && info.Size <= small {
			t.collect(ctx, file{info, p})
			return
		}
		if !info.IsDir() {
			t.do(ctx, p, func() error { return t.c.get(ctx, info, p) })
			return
		}
		if info.ID != "" && slices.Contains(above, info.ID) {
			t.c.skip(p, "leads back to a folder that it lies in")
			return
		}
		err := mkdir(ctx, t.c.Local, p.local)
		if err == nil {
			err = t.getFolder(ctx, p, append(slices.Clip(above), info.ID))
		}
		if err != nil {
			t.done(p, err)
		}
	})
}
