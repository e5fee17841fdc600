package mirror

import (
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	isNew  = "is new"      // the reason why what DST has not is made
	isSame = "is complete" // and why nothing is done with what it has
)

// verdict says what a comparison of two files has come to.
type verdict uint8

const (
	same verdict = iota
	differs
	unknown // the contents have to be compared
	newer   // DST has a newer one, which is to be left alone
)

// compare compares a file of SRC with that at DST, by what the listings say. The reason is
// that of the verdict.
func (p *planner) compare(src, dst storage.Info) (verdict, string) {
	v, reason := p.look(src, dst)
	if v != same && p.o.Newer && p.later(dst, src) {
		return newer, "is newer at DST: " + times(dst, src)
	}
	return v, reason
}

func (p *planner) look(src, dst storage.Info) (verdict, string) {
	sized := src.Size >= 0 && dst.Size >= 0
	switch {
	case p.o.Compare == ByNothing:
		return differs, "is copied anew"
	case sized && src.Size != dst.Size:
		return differs, fmt.Sprintf("differs in size: %d octets, %d at DST", src.Size, dst.Size)
	case p.o.Compare == ByHash:
		return unknown, "differs in contents"
	case p.o.Compare == BySize && sized:
		return same, ""
	case src.ModTime.IsZero() || dst.ModTime.IsZero():
		if sized {
			return same, ""
		}
		return differs, "may be another: neither size nor time can be compared"
	case p.later(src, dst):
		return differs, "is newer: " + times(src, dst)
	case p.later(dst, src) && p.features.Has(storage.CanSetTime):
		return differs, "is older: " + times(src, dst)
	}
	return same, ""
}

// later reports whether a was certainly modified after b.
func (p *planner) later(a, b storage.Info) bool {
	if a.ModTime.IsZero() || b.ModTime.IsZero() {
		return false
	}
	window := p.o.Window
	if window <= 0 {
		window = time.Second
	}
	return a.ModTime.Sub(b.ModTime) > b.Coarse+window
}

// sinceBars reports whether a file of SRC is not new enough.
func (p *planner) sinceBars(src storage.Info) bool {
	return !p.o.Since.IsZero() && !src.ModTime.IsZero() && !src.ModTime.Add(src.Coarse).After(p.o.Since)
}

// times says when two files were modified, the latter being the one at the other side.
func times(a, b storage.Info) string {
	return when(a) + ", not " + when(b)
}

// when writes a time as exactly as it is known.
func when(i storage.Info) string {
	layout := time.DateTime
	switch {
	case i.Coarse >= 24*time.Hour:
		layout = time.DateOnly
	case i.Coarse >= time.Minute:
		layout = "2006-01-02 15:04"
	}
	return i.ModTime.UTC().Format(layout)
}
