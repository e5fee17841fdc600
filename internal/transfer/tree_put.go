package transfer

import (
	"context"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// PutTree uploads what the folder local holds into the folder remote, which is
// made if it is missing. What cannot be copied is reported and left out: the
// error is then a *TreeError.
func (c *Copier) PutTree(ctx context.Context, local, remote string) error {
	return c.tree(ctx, func(ctx context.Context, t *tree) {
		at := pair{remote, local}
		old, err := c.statRemote(ctx, remote)
		if err == nil {
			err = t.putFolder(ctx, at, old)
		}
		t.root(at, err)
	})
}

// putFolder uploads a folder; old is what stands in its place, nil if nothing.
func (t *tree) putFolder(ctx context.Context, at pair, old *storage.Info) error {
	there := make(map[string]*storage.Info)
	switch {
	case old == nil:
		if err := mkdir(ctx, t.c.Remote, at.remote); err != nil {
			return err
		}
	case !old.IsDir():
		return storage.PathError("mkdir", at.remote, storage.ErrNotDir)
	default:
		all, err := entries(ctx, t.c.Remote, at.remote)
		if err != nil && len(all) == 0 {
			return err
		} else if err != nil {
			t.c.note(at, "its listing is not complete: "+err.Error())
		}
		for i := range all {
			there[all[i].Name] = &all[i]
		}
	}
	name := func(base string) pair {
		return pair{storage.Join(at.remote, base), storage.Join(at.local, base)}
	}
	refuse := func(string) (string, error) { return "part of an unfinished download", nil }
	return t.folder(ctx, t.c.Local, t.c.Remote, at.local, name, refuse, func(info storage.Info, p pair) {
		old := there[info.Name]
		if !info.IsDir() {
			t.do(ctx, p, func() error { return t.c.putListed(ctx, info, old, p) })
			return
		}
		if err := t.putFolder(ctx, p, old); err != nil {
			t.done(p, err)
		}
	})
}

// putListed uploads a file of a listing. Where Local is a server, too, what that lists
// for people tells times up to the minute, and in a time zone of its own: then the file
// would seem to have changed once it is looked at for itself.
func (c *Copier) putListed(ctx context.Context, info storage.Info, old *storage.Info, p pair) error {
	if info.Kind == storage.KindFile && info.ModTime.Equal(info.ModTime.Truncate(time.Minute)) {
		var err error
		if info, err = c.Local.Stat(ctx, p.local); err != nil {
			return err
		}
	}
	return c.put(ctx, info, old, p)
}
