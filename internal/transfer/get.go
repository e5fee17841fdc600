package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

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

// GetFile is Get for a remote file that is known already, from a listing, say.
func (c *Copier) GetFile(ctx context.Context, info storage.Info, remote, local string) error {
	p := pair{remote, local}
	return c.report(p, c.get(ctx, info, p))
}

// get downloads the file that info describes.
func (c *Copier) get(ctx context.Context, info storage.Info, p pair) error {
	if wanted, err := c.wanted(ctx, info, p); !wanted {
		return err
	}
	if info.Size >= 0 && info.Size <= small {
		return c.getSmall(ctx, info, p)
	}
	return c.getPart(ctx, info, p)
}

// wanted reports whether a file is to be downloaded; the error is nil if there is
// just nothing to do.
func (c *Copier) wanted(ctx context.Context, info storage.Info, p pair) (bool, error) {
	if info.IsDir() {
		return false, isDir("get", p.remote)
	}
	have, err := c.Local.Stat(ctx, p.local)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case have.IsDir():
		return false, isDir("create", p.local)
	case c.downloaded(info, have):
		c.tidy(ctx, p.local)
		c.skip(p, "is complete")
		return false, nil
	}
	return true, nil
}

// downloaded reports whether the local file is the remote one.
func (c *Copier) downloaded(remote, local storage.Info) bool {
	return !c.Restart && !c.Differs && local.Kind == storage.KindFile && local.Size == remote.Size &&
		sameTime(local.ModTime, remote.ModTime) && (c.Form == "" || local.Form == c.Form)
}

// getSmall downloads a small file in one go.
func (c *Copier) getSmall(ctx context.Context, info storage.Info, p pair) error {
	src, err := c.Remote.Open(ctx, p.remote, storage.Range{})
	if err != nil {
		return err
	}
	defer src.Close()
	w, err := c.createLocal(ctx, p.local, storage.CreateOptions{ModTime: info.ModTime})
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

// createLocal creates a local file of the right form.
func (c *Copier) createLocal(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	o.Form = c.Form
	w, err := c.Local.Create(ctx, name, o)
	if c.Form != "" && errors.Is(err, errors.ErrUnsupported) {
		err = fmt.Errorf("%w: this file system cannot note that a file holds records or pages (form %s)", err, c.Form)
	}
	return w, err
}

// getPart downloads a file by way of its part.
func (c *Copier) getPart(ctx context.Context, info storage.Info, p pair) error {
	part, side := partNames(p.local)
	record := partRecord{facts: factsOf(c.URL(p.remote), info)}
	record.Conversion = c.Conversion
	at, err := c.preparePart(ctx, record, p)
	if err != nil {
		return err
	}
	if err := checkRoom(ctx, c.Local, part, info.Size-at.there()); err != nil {
		c.dropEmpty(ctx, p, at.there())
		return err
	}
	r := c.begin(p, info.Size, at.there())
	err = r.fillPart(ctx, part, at, record, info)
	if why := r.useless(at, err); why != "" && ctx.Err() == nil {
		c.note(p, "begun anew: "+why)
		if err = c.beginPart(ctx, record, p); err != nil {
			return err
		}
		r = c.begin(p, info.Size, 0)
		r.single = true
		err = r.fillPart(ctx, part, start{}, record, info)
	}
	if err != nil {
		r.stopped()
		c.dropEmpty(ctx, p, r.done)
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

// partRecord is the record beside a part.
type partRecord struct {
	facts
	Mark *Mark `json:"mark,omitempty"` // the last that came
	Have spans `json:"have,omitzero"`  // what of the part is there; nil: all of it
}

// useless says why a part is no use after err, and empty if it may be.
func (r *run) useless(at start, err error) string {
	var wrong *wrongPart
	switch {
	case errors.As(err, &wrong):
		return wrong.why
	case r.moved > 0 || at.fresh():
	case badMark(at, err):
		return "the server does not take its restart marker any more"
	case errors.Is(err, errors.ErrUnsupported):
		return "the server sends files from their beginning alone"
	}
	return ""
}

// preparePart returns where the part can be continued. If it cannot, a part is
// begun.
func (c *Copier) preparePart(ctx context.Context, want partRecord, p pair) (start, error) {
	part, side := partNames(p.local)
	if have, err := c.Local.Stat(ctx, part); err == nil {
		at, why := c.continuation(ctx, side, have, want)
		if why == "" {
			return at, nil
		}
		c.note(p, "begun anew: "+why)
	}
	return start{}, c.beginPart(ctx, want, p)
}

// beginPart begins a part: the old one goes before its record does, and the new
// record comes before the new part, so that no part ever stands beside the record
// of another file.
func (c *Copier) beginPart(ctx context.Context, want partRecord, p pair) error {
	part, side := partNames(p.local)
	if err := remove(ctx, c.Local, part); err != nil {
		return err
	}
	if err := save(ctx, c.Local, side, want); err != nil {
		return err
	}
	w, err := c.createLocal(ctx, part, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	_, err = w.Commit(ctx)
	return err
}

// continuation says where a part can be continued, or why it cannot.
func (c *Copier) continuation(ctx context.Context, side string, part storage.Info, want partRecord) (at start, why string) {
	if c.Restart {
		return at, "asked to"
	}
	var was partRecord
	if !load(ctx, c.Local, side, &was) {
		return at, "there is no record of what the part belongs to"
	}
	if why := was.change(want.facts); why != "" {
		return at, why
	}
	if part.Kind != storage.KindFile || c.Conversion == "" && part.Size > want.Size {
		return at, "the part is longer than the whole"
	}
	if was.Have != nil {
		if !was.Have.valid(part.Size) || c.Marks != nil {
			return at, "its record does not fit the part"
		}
		return start{off: part.Size, have: was.Have}, ""
	}
	return c.offered(was.Mark, part.Size, true)
}

// fillPart downloads what the part lacks. What came before an error is kept.
func (r *run) fillPart(ctx context.Context, part string, at start, record partRecord, info storage.Info) error {
	c := r.c
	w, err := c.createLocal(ctx, part, storage.CreateOptions{Mode: storage.Resume, Offset: at.off, ModTime: info.ModTime})
	if err != nil {
		return err
	}
	defer w.Abort()
	if done, err := r.gather(ctx, part, at, record, info, w); done || err != nil {
		return err
	}
	if c.Marks != nil || at.off != r.size {
		_, side := partNames(r.p.local)
		marks := &markLog{save: func(m Mark) error {
			record.Mark = &m
			ctx, cancel := ending(ctx)
			defer cancel()
			return save(ctx, c.Local, side, record)
		}}
		if err := r.fetch(ctx, w, part, at, info.Version, marks); err != nil {
			if r.useless(at, err) != "" {
				return err
			}
			return errors.Join(keep(ctx, w, err), marks.close())
		}
	}
	_, err = w.Commit(ctx)
	return err
}

// fetch downloads the rest of the file.
func (r *run) fetch(ctx context.Context, w io.Writer, part string, at start, version string, marks *markLog) error {
	var src storage.Reader
	var err error
	if r.c.Marks != nil {
		src, err = r.c.Marks.Open(ctx, r.p.remote, at.mark, marks.note)
	} else {
		src, err = openProven(ctx, r.c.Remote, r.p.remote, storage.Range{Off: at.off, Version: version}, at.off, r.c.Local, part)
	}
	if err != nil {
		return err
	}
	defer src.Close()
	return r.receive(ctx, w, src)
}

// receive copies to the end of src and checks that this makes up the whole
// file. A file that has grown meanwhile is whole if its new length came.
func (r *run) receive(ctx context.Context, w io.Writer, src io.ReadCloser) error {
	r.most = r.c.most(r.size)
	if err := r.copy(ctx, w, src); err != nil {
		return err
	}
	if err := src.Close(); err != nil {
		return err
	}
	if r.size < 0 || r.done == r.size || r.c.Conversion != "" {
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

// dropEmpty removes a part, and its record, in which there is nothing to go on from.
func (c *Copier) dropEmpty(ctx context.Context, p pair, done int64) {
	if done > 0 {
		return
	}
	ctx, cancel := ending(ctx)
	defer cancel()
	part, side := partNames(p.local)
	if remove(ctx, c.Local, part) == nil { // in this order, as in beginPart
		_ = remove(ctx, c.Local, side)
	}
}

// tidy removes the record of a part that is no more: a crash may have left it.
func (c *Copier) tidy(ctx context.Context, local string) {
	part, side := partNames(local)
	if _, err := c.Local.Stat(ctx, part); errors.Is(err, fs.ErrNotExist) {
		_ = remove(ctx, c.Local, side) // only tidiness: the file itself is fine
	}
}
