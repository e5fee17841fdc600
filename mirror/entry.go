package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// maxDepth is how many folders may lie in one another. Where a server does not tell its
// folders apart, a link that leads back has no end but this.
const maxDepth = 256

// entry decides what becomes of an entry of SRC, whatever stands at DST.
func (m *merge) entry(src storage.Info, dst *storage.Info) {
	if !m.settle(&src, m.p.src) || dst != nil && !m.settle(dst, m.p.dst) {
		return
	}
	links := m.p.o.Links
	switch {
	case isLink(src) && links == LinksSkip:
		m.skip(src, dst, "is a symbolic link")
	case isLink(src) && links == LinksKeep:
		m.link(src, dst)
	case src.Kind == storage.KindSymlink:
		m.skip(src, dst, "is a symbolic link that leads nowhere in the tree")
	case src.Kind == storage.KindOther:
		m.skip(src, dst, "is neither file nor folder")
	case src.IsDir() && isLink(src) && links == LinksFiles:
		m.skip(src, dst, "is a symbolic link to a folder")
	case src.IsDir():
		m.folder(src, dst)
	default:
		m.file(src, dst)
	}
}

// settle asks what an entry is if its listing did not say. False: that cannot be known.
func (m *merge) settle(info *storage.Info, t Tree) bool {
	if info.Kind != storage.KindUnknown {
		return true
	}
	name := m.at(*info)
	var found storage.Info
	err := m.p.insist(m.ctx, func() (err error) {
		found, err = t.FS.Stat(m.ctx, t.at(name))
		return err
	})
	if err != nil {
		m.f.errs = append(m.f.errs, t.wrong("stat", name, err))
		return false
	}
	if info.Kind = found.Kind; info.Kind == storage.KindUnknown {
		info.Kind = storage.KindFile
	}
	return true
}

// folder is entry for a folder, or a link to one that is to be followed.
func (m *merge) folder(src storage.Info, dst *storage.Info) {
	switch {
	case m.loops(src):
		m.skip(src, dst, "leads back to a folder that it lies in")
	case m.p.comparable() && m.p.src.called(m.at(src)) == m.p.dst.called("."):
		m.skip(src, dst, "is where the copy goes")
	case m.f.depth() >= maxDepth:
		m.refuse(storage.ErrName, src, dst, "lies in more than "+strconv.Itoa(maxDepth)+" folders, or in one that a link leads back to; leave it out")
	case dst != nil && (realDir(*dst) || m.p.o.Through && dst.IsDir()):
		m.descend(src, dst, "")
	case dst == nil && m.wrongName(src):
	case dst == nil:
		m.descend(src, nil, "")
	default:
		m.clash(storage.ErrNotDir, Step{Op: Mkdir, Src: src, Dst: dst, Reason: "is a folder, where DST has " + kindOf(*dst)})
	}
}

// loops reports whether a folder, or what a link leads to, is one of those that it lies in.
func (m *merge) loops(src storage.Info) bool {
	real := m.f.realName(src)
	for f := m.f; f != nil; f = f.up {
		if src.ID != "" && f.src.ID == src.ID || isLink(src) && f.real == real {
			return true
		}
	}
	return false
}

// depth is how many folders f lies in.
func (f *folder) depth() int {
	n := 0
	for ; f.up != nil; f = f.up {
		n++
	}
	return n
}

// file is entry for a file, or a link to one.
func (m *merge) file(src storage.Info, dst *storage.Info) {
	stem := transfer.Stem(src.Name)
	left := m.temps[stem]
	delete(m.temps, stem) // for this copy to take up
	step := Step{Op: Copy, Name: m.at(src), Src: src, Dst: dst, Reason: isNew}
	switch {
	case dst == nil && m.wrongName(src):
	case dst == nil:
		m.copy(aStep, step)
	case dst.Kind != storage.KindFile || isLink(*dst) && !m.p.o.Through:
		if dst.Kind == storage.KindFile && !m.p.o.Delete { // which might remove what the link leads to
			if v, _ := m.p.compare(src, *dst); v == same {
				m.isSame(src, dst)
				return
			}
		}
		err := storage.ErrIsDir
		if !realDir(*dst) {
			err = fs.ErrExist
		}
		step.Reason = "is a file, where DST has " + kindOf(*dst)
		m.clash(err, step)
	default:
		v, reason := m.p.compare(src, *dst)
		step.Reason = reason
		switch v {
		case same:
			if m.p.doubtful(src, *dst) {
				m.copy(toStat, step)
				return
			}
			for _, temp := range left {
				m.add(item{what: aStep, Step: Step{Op: Remove, Name: m.at(temp), Dst: &temp, Reason: "is left of a copy that is whole"}})
			}
			m.isSame(src, dst)
		case differs:
			m.copy(aStep, step)
		case unknown:
			m.copy(toHash, step)
		case newer:
			m.skip(src, dst, reason)
		}
	}
}

// isSame is told of a file that needs no copy.
func (m *merge) isSame(src storage.Info, dst *storage.Info) {
	if m.p.o.Same {
		m.skip(src, dst, isSame)
	}
}

// copy adds the copy of a file, unless it is too old.
func (m *merge) copy(what what, step Step) {
	if m.p.sinceBars(step.Src) {
		m.skip(step.Src, step.Dst, fmt.Sprintf("was last modified %s", when(step.Src)))
		return
	}
	m.add(item{what: what, Step: step})
}

// link is entry for a symbolic link that is to be one at DST.
func (m *merge) link(src storage.Info, dst *storage.Info) {
	step := Step{Op: Link, Name: m.at(src), Src: src, Dst: dst, Target: src.Target, Reason: isNew}
	switch {
	case dst != nil && isLink(*dst) && dst.Target == src.Target:
	case src.Target == "":
		m.skip(src, dst, "is a symbolic link, and where it leads is not told")
	case leavesTree(src.Target, step.Name):
		m.refuse(storage.ErrName, src, dst, "may lead out of the tree, to "+quoted(src.Target)+"; have links left out or followed")
	case m.p.linker == nil:
		m.refuse(errors.ErrUnsupported, src, dst, "is a symbolic link, and DST makes none; have links left out or followed")
	case dst == nil && m.wrongName(src):
	case dst == nil:
		m.add(item{Step: step})
	case isLink(*dst):
		step.Reason = "leads to " + quoted(src.Target) + ", not to " + quoted(dst.Target)
		m.add(item{Step: step})
	default:
		step.Reason = "is a symbolic link, where DST has " + kindOf(*dst)
		m.clash(fs.ErrExist, step)
	}
}

// leavesTree reports whether a link called name may lead out of the tree. What ".." means
// behind a name depends on whether that is a link, too.
func leavesTree(target, name string) bool {
	_, err := storage.LinkTarget(target, name)
	below := false
	for elem := range strings.SplitSeq(target, "/") {
		if elem == ".." && below {
			return true
		}
		below = below || elem != ".." && elem != "." && elem != ""
	}
	return err != nil
}

// clash is told of a step that something of another kind is in the way of. That is
// removed if Options.Delete has it that anything is.
func (m *merge) clash(err error, step Step) {
	dst := *step.Dst
	keep, _ := m.keeps(dst)
	switch {
	case !keep:
		m.refuse(err, step.Src, step.Dst, step.Reason+" that is to be left alone")
	case !m.p.o.Delete:
		m.refuse(err, step.Src, step.Dst, step.Reason+"; remove that, or have deleted what SRC has not")
	default:
		step.Name = m.at(step.Src)
		if step.Op == Copy && m.p.sinceBars(step.Src) {
			m.copy(aStep, step)
			return
		}
		m.remove(dst, "is in the way of another kind of thing in SRC")
		if step.Op == Mkdir {
			m.fail(m.f.subs.Add(item{what: lateDescent, Step: step}))
		} else {
			m.add(item{what: conflict, Step: step})
		}
	}
}

// kindOf says in words what stands at DST.
func kindOf(info storage.Info) string {
	switch {
	case isLink(info):
		return "a symbolic link"
	case info.IsDir():
		return "a folder"
	case info.Kind == storage.KindFile:
		return "a file"
	}
	return "something else"
}

// quoted puts a name into a sentence.
func quoted(name string) string { return strconv.Quote(name) }
