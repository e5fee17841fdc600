package quota

import (
	"context"
	"io/fs"
	"math"

	"github.com/seed-6092453b/ferry/storage"
)

// Create begins to write as the FS within does. A file too many, and a SizeHint
// for which there is no room, are storage.ErrQuota at once.
func (q *FS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := q.create(ctx, name, o)
	if err != nil {
		return nil, storage.PathError("create", name, err)
	}
	return w, nil
}

func (q *FS) create(ctx context.Context, name string, o storage.CreateOptions) (*writer, error) {
	// An error that the FS within knows of comes before the count.
	if _, err := q.look(ctx, name); err != nil {
		return nil, err
	}
	if err := q.Count(ctx); err != nil {
		return nil, err
	}
	real, sure, unlock, err := q.lockPlace(ctx, name)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if o.Mode == storage.Exclusive && real != name {
		return nil, fs.ErrExist // a link is an object
	}
	look := q.look
	if !sure {
		look = q.lookThrough
	}
	before, err := look(ctx, real)
	if err != nil {
		return nil, err
	}
	w := &writer{q: q, name: real, asked: name, blind: !sure, o: o}
	if err := q.reserve(ctx, w, before); err != nil {
		return nil, err
	}
	w.w, err = q.inner.Create(ctx, name, o)
	if err != nil {
		w.giveBack(ctx)
		return nil, err
	}
	q.created(ctx, w, before)
	return w, nil
}

// reserve finds out what w is going to write, and counts the file that it may
// become.
func (q *FS) reserve(ctx context.Context, w *writer, before entry) error {
	l := &q.ledger
	goesOn := w.o.Mode == storage.Append || w.o.Mode == storage.Resume
	var part storage.Info
	isPart := false
	if goesOn && q.pender != nil {
		info, err := q.pender.Pending(ctx, w.name, w.o.Owner)
		part, isPart = info, err == nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	id := partID{w.name, w.o.Owner}
	switch {
	case isPart:
		for other := range l.writers {
			if other.continues && other.id == id {
				return storage.ErrBusy
			}
		}
		w.continues = true
		if w.draft = l.parts[id]; w.draft != nil {
			delete(l.parts, id)
		} else { // kept before this FS was made
			w.draft = &draft{size: part.Size}
			l.spend(w.draft.cost())
		}
		w.id = id
	case goesOn && before.file:
		w.object = l.find(before)
		w.object.inPlace++
	default:
		w.draft = newDraft(before)
		l.spend(w.draft.cost())
		if before.file && !w.blind {
			w.draft.old = l.find(before)
		}
		q.inheritLocked(w.draft)
		if w.draft.credit.files == 0 && q.fullLocked() {
			l.end(w.draft)
			return storage.ErrQuota
		}
	}
	if need := w.hinted(part.Size, before); need > 0 && !q.fitsLocked(w.draft, need) {
		w.giveBackLocked()
		return storage.ErrQuota
	}
	l.writers[w] = struct{}{}
	return nil
}

// hinted returns how much will be written beyond what is there, if the hint is
// right.
func (w *writer) hinted(part int64, before entry) int64 {
	need := w.o.SizeHint
	switch {
	case w.o.Mode == storage.Append:
	case w.continues:
		need -= part
	case w.object != nil:
		need -= before.cost.octets
	}
	return need
}

// fitsLocked reports whether d, or an object if d is nil, can grow by need.
func (q *FS) fitsLocked(d *draft, need int64) bool {
	room := func() int64 {
		room := q.ledger.left().octets
		if d != nil {
			room += min(max(d.credit.octets-d.size, 0), math.MaxInt64-room)
		}
		return room
	}
	if room() < need {
		q.refreshLocked()
	}
	return room() >= need
}

// fullLocked reports whether there are more files than may be.
func (q *FS) fullLocked() bool {
	l := &q.ledger
	if l.used.files > l.max.files {
		q.refreshLocked()
	}
	return l.used.files > l.max.files
}

// inheritLocked gives d the credit of what it replaces. A part that has it may
// have ended.
func (q *FS) inheritLocked(d *draft) {
	if o := d.old; o != nil && o.heir != nil && o.heir != d {
		q.refreshLocked()
	}
	q.ledger.inherit(d)
}

// created counts what has come of the tree already: the name that Exclusive
// reserves, a file that is replaced in place.
func (q *FS) created(ctx context.Context, w *writer, before entry) {
	after, err := q.look(ctx, w.name)
	l := &q.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case w.object != nil:
		// Nobody has more to say of where an Append begins than what is counted.
		if w.pos = w.o.Offset; w.o.Mode == storage.Append {
			w.pos = w.object.size
		}
	case w.o.Mode == storage.Append:
		w.pos = w.draft.size
	case w.o.Mode == storage.Resume:
		w.pos = w.o.Offset
	}
	if err != nil || w.blind {
		return
	}
	l.change(before, after, l.leaving(before))
	if before.file && after.file && before.key == after.key && (after.cost != before.cost || !q.Features().Has(storage.Atomic)) {
		w.emptied = true
	}
	if d := w.draft; d != nil && after.file && (d.old == nil || d.old.gone) {
		if d.old != nil {
			l.release(d.old)
		}
		d.old = l.find(after)
		l.inherit(d)
	}
}

// giveBack is for a writer that has come to nothing.
func (w *writer) giveBack(ctx context.Context) {
	part := w.continues && w.q.pending(ctx, w.id)
	l := &w.q.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if part {
		l.keep(w.id, w.draft)
		w.draft = nil
	}
	w.giveBackLocked()
}

// giveBackLocked takes w, which has written nothing, out of the ledger. A part
// stays.
func (w *writer) giveBackLocked() {
	l := &w.q.ledger
	delete(l.writers, w)
	switch {
	case w.object != nil:
		l.leave(w.object)
	case w.continues && w.draft != nil:
		l.keep(w.id, w.draft)
	case w.draft != nil:
		l.end(w.draft)
	}
	w.object, w.draft = nil, nil
}

// pending reports whether the FS within keeps that part.
func (q *FS) pending(ctx context.Context, id partID) bool {
	if q.pender == nil {
		return false
	}
	_, err := q.pender.Pending(context.WithoutCancel(ctx), id.name, id.owner)
	return err == nil
}
