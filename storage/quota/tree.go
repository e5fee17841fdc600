package quota

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Mkdir implements storage.FS.
func (q *FS) Mkdir(ctx context.Context, name string) error {
	return storage.PathError("mkdir", name, q.make(ctx, name, q.lock, func() error { return q.inner.Mkdir(ctx, name) }))
}

type linker struct {
	q *FS
	l storage.Linker
}

// Symlink implements storage.Linker. It changes where other names lead.
func (l linker) Symlink(ctx context.Context, target, name string) error {
	all := func(...string) func() { return l.q.lockTree() }
	err := l.q.make(ctx, name, all, func() error { return l.l.Symlink(ctx, target, name) })
	return storage.PathError("symlink", name, err)
}

// make makes an object without octets.
func (q *FS) make(ctx context.Context, name string, lock func(...string) func(), do func() error) error {
	if _, err := q.look(ctx, name); err != nil {
		return err
	}
	if err := q.Count(ctx); err != nil {
		return err
	}
	defer lock(name)()
	before, err := q.look(ctx, name)
	if err != nil {
		return err
	}
	if before.there {
		return do() // which is bound to fail
	}
	l := &q.ledger
	l.mu.Lock()
	l.spend(amount{1, 0})
	full := q.fullLocked()
	if full {
		l.spend(amount{-1, 0})
	}
	l.mu.Unlock()
	if full {
		return storage.ErrQuota
	}
	err = do()
	after, lookErr := q.look(context.WithoutCancel(ctx), name)
	if err != nil && lookErr == nil && !after.there {
		l.mu.Lock()
		l.spend(amount{-1, 0})
		l.mu.Unlock()
	}
	return err
}

// Remove implements storage.FS.
func (q *FS) Remove(ctx context.Context, name string, want storage.Kind) error {
	return storage.PathError("remove", name, q.remove(ctx, name, want))
}

func (q *FS) remove(ctx context.Context, name string, want storage.Kind) error {
	if _, err := q.look(ctx, name); err != nil {
		return err
	}
	if err := q.Count(ctx); err != nil {
		return err
	}
	unlock := q.lock(name)
	before, err := q.look(ctx, name)
	if before.link { // another object may take its place, and other names lead there
		unlock()
		unlock = q.lockTree()
		before, err = q.look(ctx, name)
	}
	defer unlock()
	if err != nil {
		return err
	}
	l := &q.ledger
	l.mu.Lock()
	object := l.leaving(before)
	l.mu.Unlock()
	err = q.inner.Remove(ctx, name, want)
	after, lookErr := q.look(context.WithoutCancel(ctx), name)
	l.mu.Lock()
	defer l.mu.Unlock()
	if lookErr == nil && !after.there {
		l.forget(before, object)
	} else {
		l.stays(object)
	}
	return err
}

// Rename implements storage.FS.
func (q *FS) Rename(ctx context.Context, old, new string) error {
	if _, err := q.look(ctx, old); err != nil {
		return storage.PathError("rename", old, err)
	}
	if err := q.Count(ctx); err != nil {
		return storage.PathError("rename", old, err)
	}
	unlock := q.lock(old, new)
	from, to, err := q.lookTwo(ctx, old, new)
	if err == nil && (!from.file || to.link) { // it changes where other names lead
		unlock()
		unlock = q.lockTree()
		from, to, err = q.lookTwo(ctx, old, new)
	}
	defer unlock()
	if err != nil {
		return storage.PathError("rename", old, err)
	}
	object, ok := q.keepsBoth(from)
	if !ok {
		return storage.PathError("rename", old, storage.ErrBusy)
	}
	l := &q.ledger
	l.mu.Lock()
	replaced := l.leaving(to)
	l.mu.Unlock()
	renameErr := q.inner.Rename(ctx, old, new)
	fromNow, toNow, err := q.lookTwo(context.WithoutCancel(ctx), old, new)
	l.mu.Lock()
	defer l.mu.Unlock()
	unmoved := err != nil || !from.there || fromNow.there || !toNow.there
	l.moved(object, !unmoved || err != nil)
	if unmoved {
		l.stays(replaced)
		// Nothing has moved, or not to another name; or a link that the names
		// went by has, and who knows what it has replaced.
		same := old == new || from.file && from.key == to.key
		l.stale = l.stale || renameErr == nil && to.there && !same
		return renameErr
	}
	l.move(old, new)
	if to.there {
		l.forget(to, replaced)
	}
	return renameErr
}

// keepsBoth reports whether there is room both for a file that is about to be
// renamed and for what somebody is just writing to replace it. From now on both
// count, and whoever gets the object must say by moved what has come of it.
func (q *FS) keepsBoth(e entry) (moving *object, ok bool) {
	l := &q.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.objects[e.key]
	if !e.file || o == nil {
		return nil, true
	}
	o.refs++
	if o.heir != nil {
		q.refreshLocked() // it may be a part that has ended
	}
	if d := o.heir; d != nil {
		credit := d.credit
		l.settle(d, func() { d.credit = amount{} })
		if l.used.files > l.max.files || l.used.octets > l.max.octets {
			l.settle(d, func() { d.credit = credit })
			l.release(o)
			return nil, false
		}
		o.heir = nil
	}
	o.moving = true
	return o, true
}

// lookTwo looks at both names of a Rename.
func (q *FS) lookTwo(ctx context.Context, old, new string) (from, to entry, err error) {
	if from, err = q.look(ctx, old); err == nil && storage.ValidName(new) {
		to, err = q.look(ctx, new)
	}
	return from, to, err
}

// move notes where the files of open writers are now. It needs the lock.
func (l *ledger) move(old, new string) {
	for w := range l.writers {
		if w.name == old && w.object != nil {
			w.name = new // a draft takes the name it was begun for
		} else if rest, below := strings.CutPrefix(w.name, old+"/"); below {
			w.name = new + "/" + rest
		}
	}
}

type copier struct {
	q *FS
	c storage.Copier
}

// Copy implements storage.Copier.
func (c copier) Copy(ctx context.Context, old, new string) error {
	q := c.q
	for _, name := range []string{old, new} {
		if _, err := q.look(ctx, name); err != nil {
			return storage.PathError("copy", name, err)
		}
	}
	if err := q.Count(ctx); err != nil {
		return storage.PathError("copy", old, err)
	}
	done, err := c.copy(ctx, old, new)
	if !done {
		return storage.Copy(ctx, struct{ storage.FS }{q}, old, new)
	}
	return err
}

// copy copies within a room that is counted before. It does nothing if that is
// not known: somebody writes to the file, or a link is in the way.
func (c copier) copy(ctx context.Context, old, new string) (done bool, err error) {
	q, l := c.q, &c.q.ledger
	defer q.lock(old, new)()
	from, to, err := q.lookTwo(ctx, old, new)
	switch {
	case err != nil:
		return true, storage.PathError("copy", old, err)
	case from.link || to.link:
		return false, nil
	}
	l.mu.Lock()
	if o := l.objects[from.key]; from.file && o != nil && o.inPlace > 0 {
		l.mu.Unlock()
		return false, nil
	}
	d := newDraft(to)
	l.spend(d.cost())
	if to.file {
		d.old = l.find(to)
		q.inheritLocked(d)
	}
	fits := q.fitsLocked(d, from.cost.octets) && (d.credit.files > 0 || !q.fullLocked())
	var replaced *object
	if fits {
		l.extend(d, from.cost.octets)
		replaced = l.leaving(to)
	} else {
		l.end(d)
	}
	l.mu.Unlock()
	if !fits {
		return true, storage.PathError("copy", new, storage.ErrQuota)
	}
	err = c.c.Copy(ctx, old, new)
	after, lookErr := q.look(context.WithoutCancel(ctx), new)
	l.mu.Lock()
	defer l.mu.Unlock()
	if lookErr == nil {
		l.change(to, after, replaced)
	} else {
		l.stays(replaced)
	}
	l.end(d)
	return true, err
}
