package mirror

import (
	"container/list"
	"context"
	"io"
	"sync"

	"github.com/seed-6092453b/ferry/internal/spill"
)

// walk goes through the folders of a plan in its order, and looks at those to come ahead
// of it. All of it but looking and hashing is done by the goroutine that ranges over
// the plan.
type walk struct {
	ctx  context.Context
	p    *planner
	out  *outbox
	wg   sync.WaitGroup
	list *list.List // what is to come, in its order: of *folder, *branch and *leaving

	parallel int
	looking  int          // folders that are being looked at
	looked   chan *folder // those that were, since

	removes *spill.List[item] // of what removal
	clashes *spill.List[item] // of what conflict, folders with all that is in them
	seen    int               // entries of DST
	gap     error             // why nothing may be removed
	stays   map[string]bool   // folders of DST that had to be removed and cannot be
}

// branch stands for the folders in a folder that were not drawn yet.
type branch struct {
	*folder
	next func() (item, error)
}

// leaving stands behind all that is in a folder that only DST has.
type leaving struct{ *folder }

// outlook is how many folders are looked at before their turn comes, and those whose turn
// has come.
const outlook = 64

func newWalk(ctx context.Context, p *planner, yield func(Step, error) bool) *walk {
	w := &walk{
		ctx: ctx, p: p, list: list.New(), parallel: p.o.parallel(),
		removes: spill.NewList(p.budget, itemCodec), clashes: spill.NewList(p.budget, itemCodec),
		stays: make(map[string]bool),
	}
	w.looked = make(chan *folder, w.parallel)
	w.out = newOutbox(ctx, p, w.parallel, yield)
	return w
}

// close ends what is under way. The context must be cancelled.
func (w *walk) close() {
	w.wg.Wait()
	w.out.wait()
	for e := w.list.Front(); e != nil; e = e.Next() {
		switch v := e.Value.(type) {
		case *folder:
			v.close()
		case *branch:
			v.close()
		}
	}
	w.removes.Close()
	w.clashes.Close()
}

// run yields the whole plan.
func (w *walk) run(top *folder) {
	if w.through(top) && w.out.flush() {
		w.finish()
	}
}

// through goes through a folder and all that is in it. It returns false if the plan ends.
func (w *walk) through(top *folder) bool {
	w.list.PushBack(top)
	for e := w.list.Front(); e != nil; e = w.list.Front() {
		if w.ctx.Err() != nil {
			w.out.fatal(context.Cause(w.ctx))
			return false
		}
		if !w.start() {
			return false
		}
		more := true
		switch v := e.Value.(type) {
		case *folder:
			if !v.ready {
				if !w.wait() {
					return false
				}
				continue
			}
			more = w.emit(v)
			w.list.Remove(e)
		case *branch:
			more = w.draw(e, v) != nil || w.out.open()
		case *leaving:
			more = w.leave(v.folder)
			w.list.Remove(e)
		}
		if !more {
			return false
		}
	}
	return true
}

// start has the folders that come next looked at, as many at once as may be.
func (w *walk) start() bool {
	ahead := 0
	for e := w.list.Front(); e != nil && w.looking < w.parallel && ahead < outlook; {
		switch v := e.Value.(type) {
		case *folder:
			ahead++
			if !v.begun {
				w.look(v)
			}
			e = e.Next()
		case *branch:
			next := e.Next()
			if child := w.draw(e, v); child != nil {
				next = child
			}
			e = next
		default:
			e = e.Next()
		}
		if !w.out.open() {
			return false
		}
	}
	return true
}

// draw takes the next folder out of a branch and puts it before that. If there is none,
// the branch is removed, and the result nil.
func (w *walk) draw(e *list.Element, b *branch) *list.Element {
	i, err := b.next()
	if err == nil {
		return w.list.InsertBefore(b.child(i), e)
	}
	w.list.Remove(e)
	b.subs.Close() // the items may be to come still
	if err != io.EOF {
		w.out.fatal(err)
	}
	return nil
}

// look has a folder looked at by a goroutine.
func (w *walk) look(f *folder) {
	f.begun = true
	w.looking++
	w.wg.Go(func() {
		w.p.examine(w.ctx, f)
		w.looked <- f
	})
}

// wait waits until one more folder was looked at, or there is something to yield.
func (w *walk) wait() bool {
	select {
	case f := <-w.looked:
		w.looking--
		f.ready = true
		w.put(f)
		return true
	case <-w.out.first():
		return w.out.drain()
	case <-w.ctx.Done():
		w.out.fatal(context.Cause(w.ctx))
		return false
	}
}

// put has what is in a folder come behind it.
func (w *walk) put(f *folder) {
	for e := w.list.Front(); e != nil; e = e.Next() {
		if e.Value != f {
			continue
		}
		if f.gone() {
			w.list.InsertAfter(&leaving{f}, e)
		}
		w.list.InsertAfter(&branch{f, f.subs.Cursor()}, e)
		return
	}
}

// emit yields what was found in a folder, or keeps it for the end.
func (w *walk) emit(f *folder) bool {
	if f.fatal != nil {
		w.out.fatal(f.fatal)
		return false
	}
	w.seen += f.seen
	if f.gaps && w.gap == nil {
		w.gap = f.errs[0]
	}
	if f.src != nil && f.dst == nil {
		if err := w.keep(f, item{Step: f.make}); err != nil {
			w.out.fatal(err)
			return false
		}
	}
	for _, err := range f.errs {
		if w.p.o.Fatal != nil && w.p.o.Fatal(err) {
			w.out.fatal(err)
			return false
		}
		if !w.out.error(Step{Op: Skip, Name: f.name}, err) {
			return false
		}
	}
	next := f.items.Cursor()
	for {
		i, err := next()
		if err == io.EOF {
			f.items.Close()
			return true
		}
		if err == nil {
			err = w.keep(f, i)
		}
		if err != nil {
			w.out.fatal(err)
			return false
		}
		if !w.out.open() {
			return false
		}
	}
}

// keep yields an item, or keeps it for the end.
func (w *walk) keep(f *folder, i item) error {
	switch i.what {
	case aStep:
		if f.late {
			return w.clashes.Add(i)
		}
		w.out.step(i.Step)
	case toHash:
		w.out.ask(i.Step, w.p.byHash)
	case toStat:
		w.out.ask(i.Step, w.p.byStat)
	case removal:
		return w.removes.Add(i)
	case conflict:
		return w.clashes.Add(i)
	default:
		w.out.error(i.Step, w.p.src.wrong("mirror", i.Name, because{i.err(), i.Reason}))
	}
	return nil
}

// leave is told that all in a folder that only DST has was gone through.
func (w *walk) leave(f *folder) bool {
	if f.stays {
		f.up.stays = true
		w.stays[f.name] = true
		return true
	}
	err := w.removes.Add(item{what: removal, Step: Step{Op: Remove, Name: f.name, Dst: f.dst, Reason: f.why}})
	if err != nil {
		w.out.fatal(err)
	}
	return err == nil
}

// because is an error with its reason and the way out.
type because struct {
	err    error
	reason string
}

func (b because) Error() string { return b.reason }
func (b because) Unwrap() error { return b.err }
