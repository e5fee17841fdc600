package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Put uploads one file. When it fails in the middle, what arrived stays for the
// next Put, where the server keeps it.
func (c *Copier) Put(ctx context.Context, local, remote string) error {
	p := pair{remote, local}
	info, err := c.Local.Stat(ctx, local)
	if err != nil {
		return c.report(p, err)
	}
	old, err := c.statRemote(ctx, remote)
	if err != nil {
		return c.report(p, err)
	}
	return c.report(p, c.put(ctx, info, old, p))
}

// PutFile is Put for a local file that is known already, and of which it is known
// what stands in its place, nil being nothing: both from listings, say.
func (c *Copier) PutFile(ctx context.Context, info storage.Info, old *storage.Info, local, remote string) error {
	p := pair{remote, local}
	return c.report(p, c.putListed(ctx, info, old, p))
}

// toTheMinute reports whether a time may be one that a listing for people tells.
func toTheMinute(info storage.Info) bool {
	return info.ModTime.Equal(info.ModTime.Truncate(time.Minute))
}

// putListed uploads a file of a listing. Where Local is a server, too, what that lists
// for people tells times up to the minute, and in a time zone of its own: then the file
// would seem to have changed once it is looked at for itself.
func (c *Copier) putListed(ctx context.Context, info storage.Info, old *storage.Info, p pair) error {
	if info.Kind == storage.KindFile && toTheMinute(info) {
		var err error
		if info, err = c.Local.Stat(ctx, p.local); err != nil {
			return err
		}
	}
	return c.put(ctx, info, old, p)
}

// statRemote describes what stands under a remote name; nil is nothing.
func (c *Copier) statRemote(ctx context.Context, remote string) (*storage.Info, error) {
	info, err := c.Remote.Stat(ctx, remote)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &info, nil
}

// put uploads the file that info describes, old being what stands in its place.
func (c *Copier) put(ctx context.Context, info storage.Info, old *storage.Info, p pair) error {
	switch {
	case info.IsDir():
		return isDir("put", p.local)
	case info.Kind != storage.KindFile:
		return storage.PathError("put", p.local, fmt.Errorf("%w: a %v", errors.ErrUnsupported, info.Kind))
	case old != nil && old.IsDir():
		return isDir("create", p.remote)
	case old != nil && !c.Restart && !c.Differs && c.uploaded(info, *old):
		c.forget(ctx, p)
		c.skip(p, "is complete")
		return nil
	}
	if c.Sends != nil {
		if err := c.Sends(info); err != nil {
			return storage.PathError("put", p.local, err)
		}
	}
	all := c.scatters(info)
	if !c.TempNames && (all != nil || c.inParts(ctx, info, p)) {
		own := *c
		own.TempNames = true
		c = &own
	}
	at, record, err := c.prepareUpload(ctx, info, old, p)
	if err != nil {
		return err
	}
	r := c.begin(p, info.Size, at.there())
	if all != nil && (at.have != nil || at.fresh()) {
		if record, err = r.scatter(ctx, all, info, at, record); err == nil {
			return r.sent(ctx, old)
		} else if !refusesParts(ctx, err) {
			r.stopped()
			return err
		}
		c.note(p, "the rest is sent in one piece: "+err.Error())
		at.have = spans{}
	}
	if at.have != nil {
		if at, record, err = c.joinParts(ctx, record, p); err != nil {
			return err
		}
		r = c.begin(p, info.Size, at.off)
	}
	if direct, err := r.direct(ctx, info, old, at); direct {
		return err
	}
	err = r.send(ctx, info, old, at, record)
	if badMark(at, err) && r.moved == 0 {
		c.note(p, "begun anew: the server does not take its restart marker any more")
		r = c.begin(p, info.Size, 0)
		err = r.send(ctx, info, old, start{}, record)
	}
	if worthAgain(err) && ctx.Err() == nil {
		c.note(p, "sent again: "+err.Error())
		r = c.begin(p, info.Size, 0)
		err = r.send(ctx, info, old, start{}, record)
	}
	if err != nil {
		if c.resumes(info) {
			r.stopped()
		}
		if r.moved == 0 && at.fresh() {
			c.forget(ctx, p) // there is nothing to go on with
			c.discard(ctx, p)
		} else if !c.resumes(info) || final(err) && c.leftNothing(ctx, p) {
			c.discard(ctx, p)
		}
		return err
	}
	return r.sent(ctx, old)
}

// sent ends an upload that is complete. old is what stands in its place.
func (r *run) sent(ctx context.Context, old *storage.Info) error {
	c := r.c
	if c.Verify != nil {
		if err := c.Verify(ctx, r.p.local, c.under(r.p)); err != nil {
			c.forget(ctx, r.p)
			c.discard(ctx, r.p)
			return err
		}
	}
	if err := r.publish(ctx, old); err != nil {
		return err
	}
	c.forget(ctx, r.p)
	r.finish()
	return nil
}

// final reports whether what a file fails with says that the same will fail again.
func final(err error) bool {
	return slices.ContainsFunc([]error{fs.ErrPermission, fs.ErrExist, fs.ErrNotExist, storage.ErrName, storage.ErrNoSpace,
		storage.ErrQuota, storage.ErrIsDir, storage.ErrNotDir}, func(kind error) bool { return errors.Is(err, kind) })
}

// leftNothing reports whether an upload under a temporary name that has failed has left an
// empty file there.
func (c *Copier) leftNothing(ctx context.Context, p pair) bool {
	if !c.TempNames {
		return false
	}
	ctx, cancel := ending(ctx)
	defer cancel()
	there, err := c.statRemote(ctx, c.under(p))
	return err == nil && there != nil && there.Size == 0
}

// worthAgain reports whether what failed says of itself that the same may succeed if it
// is done again, as it is after a server has lost the end of an upload and will be
// spoken to in another way.
func worthAgain(err error) bool {
	var again interface{ TryAgain() bool }
	return errors.As(err, &again) && again.TryAgain()
}

// uploaded reports whether the remote file is the local one. Where the server
// cannot be told the time of a file, one that is as long and not older is.
func (c *Copier) uploaded(local, remote storage.Info) bool {
	if local.Size != remote.Size || remote.Kind != storage.KindFile {
		return false
	}
	if c.Remote.Features().Has(storage.CanSetTime) {
		return sameTime(local.ModTime, remote.ModTime)
	}
	return !remote.ModTime.Before(local.ModTime)
}

// send uploads from the start on. What was sent before an error is kept.
func (r *run) send(ctx context.Context, info storage.Info, old *storage.Info, at start, record upload) error {
	c := r.c
	src, err := c.Local.Open(ctx, r.p.local, storage.Range{Off: at.off, Version: info.Version})
	if err != nil {
		return err
	}
	defer src.Close()
	marks := &markLog{save: func(m Mark) error {
		record.Mark = &m
		ctx, cancel := ending(ctx)
		defer cancel()
		return c.remember(ctx, r.p, record)
	}}
	var w storage.Writer
	if o := c.createOptions(info, old, at); c.Marks != nil {
		w, err = c.Marks.Create(ctx, c.under(r.p), o, at.mark, marks.note)
	} else {
		w, err = c.Remote.Create(ctx, c.under(r.p), o)
	}
	if err != nil {
		return err
	}
	defer w.Abort()
	if err := r.copy(ctx, w, src); err != nil {
		return errors.Join(keep(ctx, w, err), marks.close())
	}
	late, cancel := reluctant(ctx)
	defer cancel()
	there, err := w.Commit(late)
	if err != nil {
		return errors.Join(err, marks.close())
	}
	return r.checkSent(late, info, there)
}

func (c *Copier) createOptions(info storage.Info, old *storage.Info, at start) storage.CreateOptions {
	o := storage.CreateOptions{SizeHint: info.Size}
	if c.Form != "" {
		o.Form = info.Form
	}
	has := c.Remote.Features()
	if has.Has(storage.CanSetTime) {
		o.ModTime = info.ModTime
	}
	if c.TempNames && old != nil && has.Has(storage.CanSetMode) {
		o.Perm = old.Mode // what is replaced in place keeps its mode
	}
	if at.off > 0 {
		o.Mode, o.Offset, o.SizeHint = storage.Resume, at.off, 0
	}
	return o
}

// checkSent compares what the server has with what was sent, and that with the
// local file, which may have changed meanwhile.
func (r *run) checkSent(ctx context.Context, info, there storage.Info) error {
	if there.Size >= 0 && there.Size != r.done && r.c.Conversion == "" {
		return errLength("put", r.p.remote, r.done, there.Size, storage.ErrChanged)
	}
	now, err := r.c.Local.Stat(ctx, r.p.local)
	if err != nil {
		return err
	}
	was := factsOf("", info)
	if was.Size != now.Size || r.done != now.Size || !was.Modified.Equal(now.ModTime) || differ(was.Version, now.Version) {
		return storage.PathError("put", r.p.local, fmt.Errorf("%w while it was sent: send it again", storage.ErrChanged))
	}
	return nil
}
