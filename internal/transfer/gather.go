package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/seed-6092453b/ferry/storage"
)

// gather is a download over several streams at once, which fill the part in place.
//
// Where two segments meet the one is compared with what the other has begun with:
// the server has heeded the offsets then, and sent one and the same file.
type gather struct {
	spread
	part string
	w    anywhere
	info storage.Info
	save func(spans) error // puts on record what of the part is there
	due  chan struct{}     // so much has come that it should be put on record

	// What spread.mu guards, too:
	unsaved int64 // octets since have was put on record
	grown   bool  // there is more of the file than there was
	mapped  bool  // have is on record: the length of the part does not tell any more
}

// anywhere is a Writer into which octets can be written in any order.
type anywhere interface {
	storage.Writer
	io.WriterAt
}

// gather fills the part over several streams, if that can be and may be worth it; false
// if not. What came before an error is kept.
func (r *run) gather(ctx context.Context, part string, at start, record partRecord, info storage.Info, w storage.Writer) (bool, error) {
	c := r.c
	any, ok := w.(anywhere)
	if at.have != nil && !ok {
		return false, &wrongPart{"it has gaps, which cannot be filled in this file system"}
	}
	have := slices.Clone(at.have)
	if have == nil {
		have = have.add(0, at.off)
	}
	segments := r.segments()
	large := segments != 1 && info.Size-have.total() >= worthSegments
	if !ok || c.Marks != nil || c.Conversion != "" || at.have == nil && !large {
		return false, nil
	}
	g := &gather{part: part, w: any, info: info, mapped: at.have != nil, due: make(chan struct{}, 1)}
	g.spread = spread{r: r, size: info.Size, pace: newPace(segments), have: have, work: g.work, before: g.chart}
	g.save = func(have spans) error {
		record.Have = append(spans{}, have...) // not nil, though it may be empty
		ctx, cancel := ending(ctx)
		defer cancel()
		_, side := partNames(r.p.local)
		return save(ctx, c.Local, side, record)
	}
	err := g.run(ctx, g.saver)
	if err == nil && g.mapped {
		err = g.persist(ctx)
	}
	if err == nil && (g.mapped || g.grown) {
		err = r.unchanged(ctx, record.facts)
	}
	if err == nil {
		_, err = w.Commit(ctx)
		return true, err
	}
	if r.useless(at, err) != "" {
		return true, err
	}
	err = keep(ctx, w, err)
	if g.mapped {
		err = errors.Join(err, g.save(g.have))
	}
	return true, err
}

// unchanged looks whether the file that came in pieces is still the one that it was.
func (r *run) unchanged(ctx context.Context, was facts) error {
	c := r.c
	now, err := c.Remote.Stat(ctx, r.p.remote)
	if err != nil {
		return err
	}
	is := factsOf(c.URL(r.p.remote), now)
	is.Conversion = was.Conversion
	if now.Size > was.Size {
		c.note(r.p, fmt.Sprintf("has grown meanwhile, from %d octets to %d, of which the first are here", was.Size, now.Size))
		return nil
	}
	if why := was.change(is); why != "" && !(was.Modified.IsZero() && was.Size == is.Size) {
		return storage.PathError("get", r.p.remote, fmt.Errorf("%w while it came: %s", storage.ErrChanged, why))
	}
	return nil
}

// segments is over how many streams the file may go; 0 is as many as help.
func (r *run) segments() int {
	if r.single || r.c.Segments == 0 && r.c.Limit != nil {
		return 1
	}
	return r.c.Segments
}
