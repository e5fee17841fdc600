package quota

import "sync"

// amount is what is counted.
type amount struct{ files, octets int64 }

func (a amount) plus(b amount) amount  { return amount{a.files + b.files, a.octets + b.octets} }
func (a amount) minus(b amount) amount { return amount{a.files - b.files, a.octets - b.octets} }

// ledger is what is used: the cost of each name in the tree, and of each draft.
type ledger struct {
	max amount

	mu      sync.Mutex // guards all that follows, and every object and draft
	used    amount
	objects map[string]*object // by key: the files that a draft or a writer has to do with
	parts   map[partID]*draft  // the drafts that no writer works on
	writers map[*writer]struct{}
	stale   bool // something was counted that may be otherwise
}

// object is a file that a writer works on in place, or that a draft is to
// replace.
type object struct {
	key     string
	size    int64  // octets counted for it: what it has, or is about to have
	refs    int    // drafts and writers that know it
	inPlace int    // writers in place
	gone    bool   // it has no name any more: it counts as long as writers in place have it
	moving  bool   // it is about to get another name, where no draft of now replaces it
	heir    *draft // the one draft that counts only what it has more than this

	writing sync.RWMutex // held for reading by Write in place, for writing when one ends
}

// draft is contents that are no file yet: what a writer writes, or a part kept
// aside.
type draft struct {
	size   int64
	old    *object // what it is to replace; nil for nothing
	credit amount  // what old gives back then; zero unless the draft is its heir
}

// newDraft returns a draft without contents of what is to be at e. If that is
// no file, writing it will be refused by the FS within, which says why.
func newDraft(e entry) *draft {
	if e.there && !e.file {
		return &draft{credit: amount{1, 0}}
	}
	return &draft{}
}

// cost is what a draft counts.
func (d *draft) cost() amount {
	return amount{1 - d.credit.files, max(d.size-d.credit.octets, 0)}
}

// All methods below need the lock.

// settle changes a draft and counts the difference.
func (l *ledger) settle(d *draft, change func()) {
	cost := d.cost()
	change()
	l.spend(d.cost().minus(cost))
}

// find returns the object of an entry, known or not.
func (l *ledger) find(e entry) *object {
	o := l.objects[e.key]
	if o == nil {
		o = &object{key: e.key, size: e.cost.octets}
		l.objects[e.key] = o
	}
	o.refs++
	return o
}

// spend counts more, or less.
func (l *ledger) spend(a amount) {
	l.used = l.used.plus(a)
	if l.used.files < 0 || l.used.octets < 0 { // others have been at work
		l.used = amount{max(l.used.files, 0), max(l.used.octets, 0)}
		l.stale = true
	}
}

// idle reports whether nothing is counted but the tree.
func (l *ledger) idle() bool { return len(l.writers) == 0 && len(l.parts) == 0 }

// release is the opposite of find.
func (l *ledger) release(o *object) {
	if o.refs--; o.refs == 0 && l.objects[o.key] == o {
		delete(l.objects, o.key)
	}
}

// resize counts another size for a file.
func (l *ledger) resize(o *object, size int64) {
	l.spend(amount{0, size - o.size})
	o.size = size
	if d := o.heir; d != nil && d.credit.octets > size {
		l.settle(d, func() { d.credit.octets = size })
	}
}

// drop counts a file that has lost its name: at once if nobody writes to it,
// else when the last who does ends.
func (l *ledger) drop(o *object) {
	o.gone = true
	if l.objects[o.key] == o {
		delete(l.objects, o.key)
	}
	if d := o.heir; d != nil {
		o.heir = nil
		l.settle(d, func() { d.credit = amount{} })
	}
	l.spend(amount{-1, 0})
	if o.inPlace == 0 {
		l.resize(o, 0)
	}
}

// leave notes that a writer in place has ended.
func (l *ledger) leave(o *object) {
	if o.inPlace--; o.inPlace == 0 && o.gone {
		l.resize(o, 0)
	}
	l.release(o)
}

// leaving takes out the object of a file, nil if there is none, whose name an
// operation may take from it: from then on its key may be that of any new file.
// The operation then says what has come of it, by change, forget or stays.
func (l *ledger) leaving(e entry) *object {
	o := l.objects[e.key]
	if !e.file || o == nil {
		return nil
	}
	o.refs++
	delete(l.objects, e.key)
	return o
}

// stays notes that the file of a leaving object is still there.
func (l *ledger) stays(o *object) {
	if o == nil {
		return
	}
	if l.objects[o.key] == nil && !o.gone {
		l.objects[o.key] = o
	}
	l.release(o)
}

// change counts that what was before, with o leaving, is now what is after.
func (l *ledger) change(before, after entry, o *object) {
	if before.file && after.file && before.key == after.key {
		switch {
		case o == nil:
			l.spend(after.cost.minus(before.cost))
		case o.inPlace == 0:
			l.resize(o, after.cost.octets)
		}
		l.stays(o)
		return
	}
	l.spend(after.cost)
	l.forget(before, o)
}

// forget counts that there is no longer such an entry, with o leaving.
func (l *ledger) forget(e entry, o *object) {
	if o == nil {
		l.spend(amount{}.minus(e.cost))
		return
	}
	l.drop(o)
	l.release(o)
}

// inherit gives d the credit of what it replaces, if nobody has it.
func (l *ledger) inherit(d *draft) {
	if o := d.old; o != nil && o.heir == nil && !o.gone && !o.moving {
		o.heir = d
		l.settle(d, func() { d.credit = amount{1, o.size} })
	}
}

// moved notes whether the file has got the other name. What is written to be
// where it was replaces it no more, and must not count as if it did.
func (l *ledger) moved(o *object, really bool) {
	if o == nil {
		return
	}
	o.moving = false
	part := func(d *draft) {
		if d != nil && d.old == o {
			d.old = nil
			l.release(o)
		}
	}
	if really {
		for w := range l.writers {
			part(w.draft)
		}
		for _, d := range l.parts {
			part(d)
		}
	}
	l.release(o)
}

// end counts a draft no more.
func (l *ledger) end(d *draft) {
	l.spend(amount{}.minus(d.cost()))
	l.disown(d)
}

// disown takes from an ended draft what it was to replace.
func (l *ledger) disown(d *draft) {
	if o := d.old; o != nil {
		if o.heir == d {
			o.heir = nil
		}
		l.release(o)
	}
	d.old, d.credit = nil, amount{}
}

// left returns how much more may be used.
func (l *ledger) left() amount {
	a := l.max.minus(l.used)
	return amount{max(a.files, 0), max(a.octets, 0)}
}

// extend makes d as long as end, or as long as it may be. It returns how long.
func (l *ledger) extend(d *draft, end int64) int64 {
	if end > d.size {
		// What d has less than its credit is free.
		free := max(d.credit.octets-d.size, 0)
		most := min(end-d.size-free, l.left().octets)
		if end-d.size > free {
			end = d.size + free + most
		}
		l.settle(d, func() { d.size = end })
	}
	return end
}
