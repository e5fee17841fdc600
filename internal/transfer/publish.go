package transfer

import (
	"context"
	"fmt"

	"github.com/seed-6092453b/ferry/storage"
)

// under is the remote name that an upload is written to.
func (c *Copier) under(p pair) string {
	if !c.TempNames {
		return p.remote
	}
	part, _ := partNames(p.remote)
	return part
}

// discard removes what an upload has left under its temporary name, if that is what
// it has, and nothing will go on with it.
func (c *Copier) discard(ctx context.Context, p pair) {
	if !c.TempNames {
		return
	}
	ctx, cancel := ending(ctx)
	defer cancel()
	_ = remove(ctx, c.Remote, c.under(p)) // whoever uploads the file next will replace it
}

// publish gives an upload that is whole its own name. old is what had that name when
// the upload began.
func (r *run) publish(ctx context.Context, old *storage.Info) error {
	c, name, temp := r.c, r.p.remote, r.c.under(r.p)
	if temp == name {
		return nil
	}
	ctx, cancel := reluctant(ctx)
	defer cancel()
	aside := temp + ".old"
	err := c.Remote.Rename(ctx, temp, name)
	if err == nil || r.renamed(ctx, temp) {
		if r.moved < r.done {
			_ = remove(ctx, c.Remote, aside) // that the run before may have left
		}
		return nil
	}
	if old == nil || old.Kind != storage.KindFile {
		return unpublished(err, temp)
	}
	// Not every server renames onto a file. What has to make room is moved aside
	// first, and removed last: so there is always one of the two under some name.
	if rerr := remove(ctx, c.Remote, aside); rerr != nil {
		return unpublished(err, temp)
	}
	if rerr := c.Remote.Rename(ctx, name, aside); rerr != nil {
		return unpublished(err, temp)
	}
	if again := c.Remote.Rename(ctx, temp, name); again != nil {
		if back := c.Remote.Rename(ctx, aside, name); back != nil {
			return unpublished(fmt.Errorf("%w (and the old file is %s now: %v)", again, aside, back), temp)
		}
		return unpublished(again, temp)
	}
	c.note(r.p, "the server does not rename onto a file: the old one was moved aside for a moment")
	if err := remove(ctx, c.Remote, aside); err != nil {
		c.note(r.p, "the old file could not be removed, and is "+aside+" now: "+err.Error())
	}
	return nil
}

// renamed looks whether a rename that has failed was done all the same, as it may be
// where the connection was lost before the reply came.
func (r *run) renamed(ctx context.Context, temp string) bool {
	if there, err := r.c.statRemote(ctx, temp); err != nil || there != nil {
		return false
	}
	now, err := r.c.Remote.Stat(ctx, r.p.remote)
	return err == nil && (r.c.Conversion != "" || now.Size == r.done)
}

// unpublished says where an upload is that is whole and could not be given its name.
func unpublished(err error, temp string) error {
	return fmt.Errorf("%w (all of it is there, as %s: the same again goes on with that)", err, temp)
}
