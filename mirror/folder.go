package mirror

import (
	"context"
	"errors"
	"sync"

	"github.com/seed-6092453b/ferry/internal/spill"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// folder is one that a plan goes through. Those that only DST has are to be removed.
type folder struct {
	name string        // below both Roots
	src  *storage.Info // nil: SRC has it not
	dst  *storage.Info // nil: DST has it not, or not yet
	up   *folder       // nil for the Roots
	real string        // what it is called at SRC without the links that lead to it, as far as known
	make Step          // how it is made, if DST has it not
	why  string        // it is removed, if only DST has it
	late bool          // it is made when what is in its way was removed

	begun bool // it is being looked at, or was
	ready bool // what follows is known

	items *spill.List[item] // what is to be done in it
	subs  *spill.List[item] // the folders to go on with, of what descent
	errs  []error           // what could not be found out
	gaps  bool              // one of them means that nothing may be removed
	seen  int               // entries of DST
	stays bool              // it holds something that must not be removed
	fatal error             // nothing else can be done
}

// gone reports whether f is a folder that only DST has.
func (f *folder) gone() bool { return f.src == nil }

// child returns the folder that an item of what descent or lateDescent speaks of.
func (f *folder) child(i item) *folder {
	c := &folder{name: i.Name, dst: i.Dst, up: f, late: f.late}
	if i.Src.Kind == storage.KindUnknown {
		c.why = i.Reason
		return c
	}
	src := i.Src
	c.src, c.real = &src, f.realName(src)
	c.make = Step{Op: Mkdir, Name: i.Name, Src: src, Reason: isNew}
	if i.what == lateDescent {
		c.late, c.dst, c.make = true, nil, i.Step
	}
	return c
}

// realName returns what a folder in f is really called, if info is a link to it.
func (f *folder) realName(info storage.Info) string {
	at := storage.Join(f.real, info.Name)
	if info.Target == "" {
		return at
	}
	if to, err := storage.LinkTarget(info.Target, at); err == nil {
		return to
	}
	return info.Target // it begins with a slash, as no name does
}

// close gives back what was found.
func (f *folder) close() {
	if f.items != nil {
		f.items.Close()
		f.subs.Close()
	}
}

// examine lists a folder on both sides and compares what is in it.
func (p *planner) examine(ctx context.Context, f *folder) {
	var src, dst *listing
	var serr, derr error
	var wg sync.WaitGroup
	if f.src != nil {
		wg.Go(func() { src, serr = p.list(ctx, p.src, f.name) })
	}
	if f.dst != nil {
		wg.Go(func() { dst, derr = p.list(ctx, p.dst, f.name) })
	}
	wg.Wait()
	f.items, f.subs = spill.NewList(p.budget, itemCodec), spill.NewList(p.budget, itemCodec)
	for _, l := range []*listing{src, dst} {
		if l == nil {
			continue
		}
		defer l.entries.Close()
		if l.err != nil {
			f.errs, f.gaps = append(f.errs, l.err), true
		}
	}
	if f.fatal = errors.Join(serr, derr); f.fatal != nil {
		return
	}
	if dst != nil {
		f.seen = dst.count
		if dst.err != nil && !dst.part && !f.gone() {
			return // what is not there cannot be told from what is
		}
	}
	m := &merge{p: p, f: f, ctx: ctx}
	m.run(src, dst)
	f.fatal = m.err
}

// merge goes through the two listings of a folder.
type merge struct {
	p     *planner
	f     *folder
	ctx   context.Context
	temps map[string][]storage.Info // left of copies at DST, by their stems
	err   error                     // of a temporary file
}

func (m *merge) run(src, dst *listing) {
	if dst != nil {
		m.temps = make(map[string][]storage.Info)
		for _, temp := range dst.temps {
			stem, _ := transfer.StemOf(temp.Name)
			m.temps[stem] = append(m.temps[stem], temp)
		}
	}
	if src != nil {
		for _, temp := range src.temps {
			m.skip(temp, nil, "belongs to a copy that is not whole")
		}
	}
	from, err := m.p.stream(src)
	m.fail(err)
	to, err := m.p.stream(dst)
	m.fail(err)
	for m.err == nil && (from.head != nil || to.head != nil) {
		if m.ctx.Err() != nil {
			m.err = m.ctx.Err()
			return
		}
		m.next(from, to)
	}
	if dst != nil {
		for _, temp := range dst.temps {
			stem, _ := transfer.StemOf(temp.Name)
			if _, left := m.temps[stem]; left {
				m.extra(temp, "is left of the copy of a file that is not in SRC")
			}
		}
	}
}

// next takes the entries that come next, all those that are one name at DST.
func (m *merge) next(from, to *stream) {
	key := from.key
	if from.head == nil || to.head != nil && to.key < key {
		key = to.key
	}
	var src, dst *storage.Info
	for to.head != nil && to.key == key && m.err == nil {
		if dst == nil {
			dst = to.head
		}
		m.fail(to.advance())
	}
	there := false // SRC has the name, if only to leave it out
	for from.head != nil && from.key == key && m.err == nil {
		there = true
		src = m.choose(src, from.head, dst)
		m.fail(from.advance())
	}
	switch {
	case src != nil:
		m.entry(*src, dst)
	case dst != nil && !there:
		m.extra(*dst, "is not in SRC")
	case dst != nil:
		m.f.stays = true
	}
}

// choose returns which of two entries of SRC is to have a name that they would share at
// DST: the one that has it already, or else the first.
func (m *merge) choose(old, info *storage.Info, dst *storage.Info) *storage.Info {
	if keep, why := m.keeps(*info); !keep {
		if why != "" {
			m.skip(*info, nil, why)
		}
		return old
	}
	if old == nil {
		return info
	}
	if dst != nil && dst.Name == info.Name {
		old, info = info, old
	}
	m.refuse(storage.ErrName, *info, nil, "differs from "+quoted(old.Name)+" in case or composition only, and DST takes them for one name; rename one of them")
	return old
}

func (m *merge) keeps(info storage.Info) (bool, string) {
	if m.p.o.Keep == nil {
		return true, ""
	}
	return m.p.o.Keep(m.at(info), info)
}

// extra is told of an entry that only DST has.
func (m *merge) extra(dst storage.Info, reason string) {
	if !m.p.o.Delete {
		return
	}
	if keep, _ := m.keeps(dst); !keep || !m.settle(&dst, m.p.dst) {
		m.f.stays = true
		return
	}
	m.remove(dst, reason)
}

// remove has what stands at DST removed, a folder with all that is in it.
func (m *merge) remove(dst storage.Info, reason string) {
	if realDir(dst) {
		m.descend(storage.Info{}, &dst, reason)
		return
	}
	m.add(item{what: removal, Step: Step{Op: Remove, Name: m.at(dst), Dst: &dst, Reason: reason}})
}

// at returns the name below the Roots of an entry.
func (m *merge) at(info storage.Info) string { return storage.Join(m.f.name, info.Name) }

func (m *merge) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (m *merge) add(i item) { m.fail(m.f.items.Add(i)) }

func (m *merge) skip(src storage.Info, dst *storage.Info, reason string) {
	if reason == "" { // Keep has left it out without a word
		return
	}
	m.add(item{Step: Step{Op: Skip, Name: m.at(src), Src: src, Dst: dst, Reason: reason}})
}

// refuse says why something cannot be done, and the way out.
func (m *merge) refuse(err error, src storage.Info, dst *storage.Info, reason string) {
	m.add(item{what: refusal(err), Step: Step{Op: Skip, Name: m.at(src), Src: src, Dst: dst, Reason: reason}})
}

// descend has a folder gone through, of SRC (unless src is zero), of DST (unless dst is nil),
// or of both. reason is why one of DST alone is removed.
func (m *merge) descend(src storage.Info, dst *storage.Info, reason string) {
	name := src.Name
	if dst != nil && name == "" {
		name = dst.Name
	}
	m.fail(m.f.subs.Add(item{what: descent, Step: Step{Name: storage.Join(m.f.name, name), Src: src, Dst: dst, Reason: reason}}))
}

// realDir reports whether info is a folder, and no link to one.
func realDir(info storage.Info) bool { return info.IsDir() && info.Target == "" }

// isLink reports whether info is shown as a symbolic link.
func isLink(info storage.Info) bool { return info.Target != "" || info.Kind == storage.KindSymlink }
