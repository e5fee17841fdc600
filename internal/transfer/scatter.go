package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-6092453b/ferry/storage"
)

// combiner is what a Remote may offer that makes one file of several.
type combiner interface {
	// Combines reports whether this server does so.
	Combines() bool

	// Combine appends the parts to the target, which may be missing, in their
	// order, and removes them.
	Combine(ctx context.Context, target string, parts ...string) error
}

// scatter is an upload over several streams at once. No two of them may write one file
// over FTP: who ends first would cut it off. So each begins a part, a file under a
// temporary name that has in it where the part belongs, and the server combines them
// in the end. The one that belongs at the beginning has the temporary name of the
// whole, to which the others are appended.
//
// What of it is there tell the lengths of the parts; on record is where they begin.
type scatter struct {
	spread
	info   storage.Info
	record upload // guarded by spread.mu
	sizes  map[int64]int64
	late   context.Context // in which parts are ended
}

// scatters returns what combines the parts of an upload that is to have several
// streams; nil if it is to have one.
func (c *Copier) scatters(info storage.Info) combiner {
	if c.Segments == 1 || c.Segments == 0 && c.Limit != nil || info.Size < worthSegments ||
		c.Conversion != "" || c.Marks != nil || c.Direct != nil || c.Form != "" {
		return nil
	}
	if all, ok := storage.As[combiner](c.Remote); ok && all.Combines() {
		return all
	}
	return nil
}

// inParts reports whether the upload has begun in parts.
func (c *Copier) inParts(ctx context.Context, info storage.Info, p pair) bool {
	var was upload
	return c.resumes(info) && load(ctx, c.Journal, c.key(p), &was) && was.Parts != nil
}

// partAt is the name of the part that belongs at off.
func (c *Copier) partAt(p pair, off int64) string {
	if off == 0 {
		return c.under(p)
	}
	return fmt.Sprintf("%s.%d", c.under(p), off)
}

// scatter uploads the file in parts, and combines them.
func (r *run) scatter(ctx context.Context, all combiner, info storage.Info, at start, record upload) (upload, error) {
	c := r.c
	late, cancel := reluctant(ctx)
	defer cancel()
	s := &scatter{info: info, record: record, sizes: make(map[int64]int64), late: late}
	s.spread = spread{r: r, size: info.Size, pace: newPace(r.segments()), have: slices.Clone(at.have), work: s.work}
	for _, e := range at.have {
		s.sizes[e[0]] = e[1] - e[0]
	}
	err := s.run(ctx, nil)
	for err == nil {
		var again bool
		if again, err = s.recheck(ctx, at.have); !again {
			break
		}
		err = s.run(ctx, nil)
	}
	if err != nil && (len(s.sizes) == 0 || !c.resumes(info)) {
		c.dropParts(ctx, r.p, s.record.Parts)
		c.discard(ctx, r.p)
		c.forget(ctx, r.p)
	}
	if err == nil {
		err = s.combine(late, all)
	}
	if err == nil { // those that never came to anything
		c.dropParts(ctx, r.p, slices.DeleteFunc(slices.Clone(s.record.Parts), func(off int64) bool { return s.sizes[off] > 0 }))
	}
	if err != nil {
		return s.record, err
	}
	if !info.ModTime.IsZero() && c.Remote.Features().Has(storage.CanSetTime) {
		if err := c.Remote.SetAttr(late, c.under(r.p), storage.Attr{ModTime: info.ModTime}); err != nil {
			c.note(r.p, "its time could not be set: "+err.Error())
		}
	}
	there, err := c.Remote.Stat(late, c.under(r.p))
	if err == nil {
		err = r.checkSent(late, info, there)
	}
	return s.record, err
}

// recheck looks whether the parts that were there at first are still as long. A server
// may not have been done yet with what it was sent before the cut, and such a part
// reaches into the next. Those are thrown away, and sent again: it then reports true.
func (s *scatter) recheck(ctx context.Context, old spans) (again bool, err error) {
	c, p := s.r.c, s.r.p
	for _, e := range old {
		off, n := e[0], e[1]-e[0]
		if s.sizes[off] != n {
			continue // it has been sent again
		}
		there, err := c.statRemote(ctx, c.partAt(p, off))
		if err != nil {
			return false, err
		}
		if there != nil && there.Size == n {
			continue
		}
		again = true
		delete(s.sizes, off)
		s.r.done -= n
		if err := remove(ctx, c.Remote, c.partAt(p, off)); err != nil {
			return false, err
		}
	}
	s.have = nil
	for off, n := range s.sizes {
		s.have = s.have.add(off, off+n)
	}
	return again, nil
}

// atOnce is how many parts one command names: its line has an end.
const atOnce = 8

// combine makes one file of the parts.
func (s *scatter) combine(ctx context.Context, all combiner) error {
	c, p := s.r.c, s.r.p
	var offs []int64
	for off := range s.sizes {
		if off > 0 {
			offs = append(offs, off)
		}
	}
	slices.Sort(offs)
	for some := range slices.Chunk(offs, atOnce) {
		var names []string
		for _, off := range some {
			names = append(names, c.partAt(p, off))
		}
		if err := all.Combine(ctx, c.under(p), names...); err != nil {
			return &uncombined{err}
		}
	}
	return nil
}

// uncombined says that the parts are all there, and the server does not combine them.
type uncombined struct{ error }

func (e *uncombined) Unwrap() error { return e.error }

// refusesParts reports whether an upload in parts has failed because the server does not
// combine them, which it may have been willing to.
func refusesParts(ctx context.Context, err error) bool {
	var e *uncombined
	return errors.As(err, &e) && ctx.Err() == nil
}

// gatherParts looks what there is of an upload that was cut, its parts being on record:
// what the parts tell, each compared at its end with the file. What is no use is
// removed. The error says that it is not known.
func (c *Copier) gatherParts(ctx context.Context, p pair, info storage.Info, offs []int64) (have spans, err error) {
	for _, off := range slices.Sorted(slices.Values(offs)) {
		name := c.partAt(p, off)
		there, err := c.statRemote(ctx, name)
		if err != nil {
			return nil, err
		}
		if there == nil {
			continue
		}
		size := there.Size
		useful := size > 0 && off+size <= info.Size && have.before(off+1) == 0
		if useful {
			if err = c.proven(ctx, name, p.local, off, size); err != nil && !errors.As(err, new(*wrongPart)) {
				return nil, err
			}
		}
		if !useful || err != nil {
			if err := remove(ctx, c.Remote, name); err != nil {
				return nil, err
			}
			continue
		}
		have = append(have, span{off, off + size}) // two may touch, and are two files
	}
	return have, nil
}

// joinParts has an upload that went over in parts go on in one piece, behind the first
// of them.
func (c *Copier) joinParts(ctx context.Context, record upload, p pair) (at start, _ upload, err error) {
	there, err := c.statRemote(ctx, c.under(p))
	if err != nil {
		return at, record, err
	}
	if there != nil && there.Size > 0 && there.Size <= record.File.Size {
		at.off = there.Size
	}
	c.dropParts(ctx, p, record.Parts)
	record.Parts = nil
	return at, record, c.remember(ctx, p, record)
}

// dropParts removes the parts of an upload but for the first.
func (c *Copier) dropParts(ctx context.Context, p pair, offs []int64) {
	ctx, cancel := ending(ctx)
	defer cancel()
	for _, off := range offs {
		if off > 0 {
			_ = remove(ctx, c.Remote, c.partAt(p, off)) // it is temporary by its name
		}
	}
}
