package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Get downloads one file. When it fails in the middle, what came is kept for
// the next Get.
func (c *Copier) Get(ctx context.Context, remote, local string) error {
	p := pair{remote, local}
	info, err := c.Remote.Stat(ctx, remote)
	if err != nil {
		return c.report(p, err)
	}
	return c.report(p, c.get(ctx, info, p))
}

// get downloads the file that info describes.
func (c *Copier) get(ctx context.Context, info storage.Info, p pair) error {
	if info.IsDir() {
		return isDir("get", p.remote)
	}
	have, err := c.Local.Stat(ctx, p.local)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case have.IsDir():
		return isDir("create", p.local)
	case !c.Restart && have.Kind == storage.KindFile && have.Size == info.Size && sameTime(have.ModTime, info.ModTime):
		c.tidy(ctx, p.local)
		c.skip(p, "is complete")
		return nil
	}
	if info.Size >= 0 && info.Size <= small {
		return c.getSmall(ctx, info, p)
	}
	return c.getPart(ctx, info, p)
}

// getSmall downloads a small file in one go.
func (c *Copier) getSmall(ctx context.Context, info storage.Info, p pair) error {
	src, err := c.Remote.Open(ctx, p.remote, storage.Range{})
	if err != nil {
		return err
	}
	defer src.Close()
	w, err := c.Local.Create(ctx, p.local, storage.CreateOptions{ModTime: info.ModTime})
	if err != nil {
		return err
	}
	defer w.Abort()
	r := c.begin(p, info.Size, 0)
	if err := r.receive(ctx, w, src); err != nil {
		return err
	}
	if _, err := w.Commit(ctx); err != nil {
		return err
	}
	r.finish()
	return nil
}

// getPart downloads a file by way of its part.
func (c *Copier) getPart(ctx context.Context, info storage.Info, p pair) error {
	part, side := partNames(p.local)
	off, err := c.preparePart(ctx, factsOf(c.URL(p.remote), info), p)
	if err != nil {
		return err
	}
	if err := checkRoom(ctx, c.Local, part, info.Size-off); err != nil {
		return err
	}
	r := c.begin(p, info.Size, off)
	if err := r.fillPart(ctx, part, storage.Range{Off: off, Version: info.Version}, info.ModTime); err != nil {
		return err
	}
	// From here on the whole file is there: an interrupt comes too late.
	ctx, cancel := ending(ctx)
	defer cancel()
	if err := c.Local.Rename(ctx, part, p.local); err != nil {
		return err
	}
	if err := remove(ctx, c.Local, side); err != nil {
		return err
	}
	r.finish()
	return nil
}

// preparePart returns where the part can be continued. If it cannot, a part is
// begun: the old one goes before its record does, and the new record comes
// before the new part, so that no part ever stands beside the record of
// another file.
func (c *Copier) preparePart(ctx context.Context, want facts, p pair) (off int64, err error) {
	part, side := partNames(p.local)
	if have, err := c.Local.Stat(ctx, part); err == nil {
		why := c.distrust(ctx, side, have, want)
		if why == "" {
			return have.Size, nil
		}
		c.note(p, "begun anew: "+why)
	}
	if err := remove(ctx, c.Local, part); err != nil {
		return 0, err
	}
	if err := save(ctx, c.Local, side, want); err != nil {
		return 0, err
	}
	w, err := c.Local.Create(ctx, part, storage.CreateOptions{})
	if err != nil {
		return 0, err
	}
	defer w.Abort()
	_, err = w.Commit(ctx)
	return 0, err
}

// distrust says why a part cannot be continued; empty: it can.
func (c *Copier) distrust(ctx context.Context, side string, part storage.Info, want facts) string {
	if c.Restart {
		return "asked to"
	}
	var was facts
	if !load(ctx, c.Local, side, &was) {
		return "there is no record of what the part belongs to"
	}
	if why := was.change(want); why != "" {
		return why
	}
	if part.Kind != storage.KindFile || part.Size > want.Size {
		return "the part is longer than the whole"
	}
	return ""
}

// fillPart downloads what the part lacks. What came before an error is kept.
func (r *run) fillPart(ctx context.Context, part string, rng storage.Range, modTime time.Time) error {
	w, err := r.c.Local.Create(ctx, part, storage.CreateOptions{Mode: storage.Resume, Offset: rng.Off, ModTime: modTime})
	if err != nil {
		return err
	}
	defer w.Abort()
	if rng.Off != r.size {
		if err := r.fetch(ctx, w, rng); err != nil {
			return keep(ctx, w, err)
		}
	}
	_, err = w.Commit(ctx)
	return err
}

// fetch downloads the rest of the file.
func (r *run) fetch(ctx context.Context, w io.Writer, rng storage.Range) error {
	src, err := r.c.Remote.Open(ctx, r.p.remote, rng)
	if err != nil {
		return err
	}
	defer src.Close()
	return r.receive(ctx, w, src)
}

// receive copies to the end of src and checks that this makes up the whole
// file. A file that has grown meanwhile is whole if its new length came.
func (r *run) receive(ctx context.Context, w io.Writer, src io.ReadCloser) error {
	if err := r.copy(ctx, w, src); err != nil {
		return err
	}
	if err := src.Close(); err != nil {
		return err
	}
	if r.size < 0 || r.done == r.size {
		return nil
	}
	now, err := r.c.Remote.Stat(ctx, r.p.remote)
	switch {
	case err != nil:
		return err
	case now.Size == r.size && r.done < r.size:
		return errLength("get", r.p.remote, r.size, r.done, io.ErrUnexpectedEOF)
	case now.Size != r.done || r.done < r.size:
		return errLength("get", r.p.remote, now.Size, r.done, storage.ErrChanged)
	}
	r.c.note(r.p, fmt.Sprintf("has grown meanwhile, from %d octets to %d", r.size, r.done))
	return nil
}

// tidy removes the record of a part that is no more: a crash may have left it.
func (c *Copier) tidy(ctx context.Context, local string) {
	part, side := partNames(local)
	if _, err := c.Local.Stat(ctx, part); errors.Is(err, fs.ErrNotExist) {
		_ = remove(ctx, c.Local, side) // only tidiness: the file itself is fine
	}
}
