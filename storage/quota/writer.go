package quota

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/storage"
)

// writer counts what another writer writes: for a draft, or for an object in
// place.
type writer struct {
	q     *FS
	w     storage.Writer
	o     storage.CreateOptions
	asked string // what the FS within knows the file by
	blind bool   // it is not known where the file comes to be
	ended bool

	draft     *draft
	continues bool    // draft is a part that was kept
	id        partID  // of that part
	emptied   bool    // Replace has begun by emptying the file
	object    *object // nil unless it writes in place
	pos       int64   // where the next octet goes

	name string // where the file is by now; guarded by the ledger
}

// Write writes what there is room for.
func (w *writer) Write(p []byte) (int, error) {
	return w.put(len(p), func(n int) (int, error) { return w.w.Write(p[:n]) })
}

// WriteBy implements storage.KernelWriter.
func (w *writer) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	k, ok := w.w.(storage.KernelWriter)
	if !ok {
		return 0, storage.PathError("write", w.asked, errors.ErrUnsupported)
	}
	return w.put(n, func(n int) (int, error) { return k.WriteBy(n, write) })
}

// Replaces implements storage.Replacer.
func (w *writer) Replaces() (old, known bool) { return storage.Replaces(w.w) }

// put has write write as many of want octets as there is room for.
func (w *writer) put(want int, write func(n int) (int, error)) (int, error) {
	if w.ended {
		return write(want)
	}
	if w.object != nil {
		w.object.writing.RLock()
		defer w.object.writing.RUnlock()
	}
	had := w.size()
	granted := w.grant(w.pos + int64(want))
	var over error
	if n := max(granted-w.pos, 0); n < int64(want) {
		if want, over = int(n), storage.PathError("write", w.asked, storage.ErrQuota); n == 0 {
			return 0, over
		}
	}
	n, err := write(want)
	w.pos += int64(n)
	if d := w.draft; d != nil && n < want {
		l := &w.q.ledger
		l.mu.Lock()
		l.settle(d, func() { d.size = max(had, w.pos) })
		l.mu.Unlock()
	}
	if err == nil {
		err = over
	}
	return n, err
}

// size returns how long the draft is, 0 if there is none.
func (w *writer) size() int64 {
	if w.draft == nil {
		return 0
	}
	return w.draft.size
}

// grant counts that the file is going to be as long as end, and returns how long
// it may be. What a range has no place for is not written, nor counted.
func (w *writer) grant(end int64) int64 {
	want := end
	if w.o.Mode == storage.Resume && w.o.Len > 0 {
		want = min(want, w.o.Offset+w.o.Len)
	}
	l := &w.q.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	grow := func() int64 {
		if w.draft != nil {
			return l.extend(w.draft, want)
		}
		more := min(max(want-w.object.size, 0), l.left().octets)
		l.resize(w.object, w.object.size+more)
		return min(want, w.object.size)
	}
	granted := grow()
	if granted < want {
		w.q.refreshLocked()
		if w.draft != nil {
			l.inherit(w.draft)
		}
		granted = grow()
	}
	if granted == want {
		return end
	}
	return granted
}

// Sync implements storage.Writer.
func (w *writer) Sync(ctx context.Context) (int64, error) { return w.w.Sync(ctx) }

// Commit implements storage.Writer.
func (w *writer) Commit(ctx context.Context) (info storage.Info, err error) {
	w.end(ctx, func() outcome {
		// What is published counts, whoever wants to know.
		if info, err = w.w.Commit(storage.WithDetails(ctx, storage.AllDetails)); err != nil {
			return aborted
		}
		return outcome{published: &info}
	})
	return info, err
}

// Suspend implements storage.Writer.
func (w *writer) Suspend(ctx context.Context) (err error) {
	w.end(ctx, func() outcome {
		if err = w.w.Suspend(ctx); err != nil {
			return aborted
		}
		return outcome{}
	})
	return err
}

// Abort implements storage.Writer.
func (w *writer) Abort() (err error) {
	w.end(context.Background(), func() outcome {
		err = w.w.Abort()
		return aborted
	})
	return err
}

// outcome is how a writer has ended: aborted, published by Commit, or neither,
// for Suspend.
type outcome struct {
	aborted   bool
	published *storage.Info
}

var aborted = outcome{aborted: true}

// end ends the writer by do, once, and counts what comes of it.
func (w *writer) end(ctx context.Context, do func() outcome) {
	if w.ended {
		do()
		return
	}
	w.ended = true
	ctx = context.WithoutCancel(ctx) // by now it is to be found out what happened
	if w.object != nil {
		w.endInPlace(ctx, do)
		return
	}
	defer w.lock()()
	before, err := w.q.look(ctx, w.name)
	w.blind = w.blind || err != nil
	l := &w.q.ledger
	l.mu.Lock()
	replaced := l.leaving(before)
	l.mu.Unlock()
	how := do()
	after, err := w.q.look(ctx, w.name)
	w.blind = w.blind || err != nil
	id, size, isPart := w.part(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.writers, w)
	if o := w.draft.old; o != nil && o.heir == w.draft && o.key != before.key {
		l.stale = true // what it was to replace is not to be seen any more
	}
	if w.blind {
		l.stays(replaced)
	} else {
		l.change(before, after, replaced)
	}
	switch {
	case how.published != nil:
		if w.blind || !after.file || after.key != w.q.key(w.name, *how.published) {
			// It has come to be where nobody can see what it replaced.
			l.spend(costOf(*how.published))
			l.stale = true
		}
		l.end(w.draft)
	case !how.aborted && !w.blind && after.file && after.key != before.key: // by Suspend
		l.end(w.draft)
	case isPart && (!how.aborted || w.continues):
		l.keep(id, w.draft, size)
	case how.aborted, w.continues, w.emptied:
		l.end(w.draft)
	default: // likewise, and it stays counted
		l.disown(w.draft)
		l.stale = true
	}
}

// lock locks the name of the file, whatever it is by then.
func (w *writer) lock() (unlock func()) {
	for {
		name := w.at()
		unlock := w.q.lock(name)
		if w.at() == name {
			return unlock
		}
		unlock()
	}
}

// at returns where the file is.
func (w *writer) at() string {
	w.q.ledger.mu.Lock()
	defer w.q.ledger.mu.Unlock()
	return w.name
}

// part returns by what name the FS within keeps what the writer wrote, and how
// long that is.
func (w *writer) part(ctx context.Context) (id partID, size int64, ok bool) {
	for _, name := range []string{w.name, w.asked} {
		id := partID{name, w.o.Owner}
		if size, ok := w.q.pending(ctx, id); ok {
			return id, size, true
		}
	}
	return partID{}, 0, false
}

// endInPlace ends a writer in place: then the file is as long as it is.
func (w *writer) endInPlace(ctx context.Context, do func() outcome) {
	w.object.writing.Lock()
	defer w.object.writing.Unlock()
	do()
	defer w.lock()()
	after, err := w.q.lookThrough(ctx, w.name)
	l := &w.q.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.writers, w)
	switch {
	case w.object.gone:
	case err == nil && after.key == w.object.key:
		l.resize(w.object, after.cost.octets)
	default:
		l.stale = true
	}
	l.leave(w.object)
}
