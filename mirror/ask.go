package mirror

import (
	"context"

	"github.com/seed-6092453b/ferry/storage"
)

// These answer whether the copy of a file is needed where the listings do not tell. The
// step is what it turns out to be.

// byHash compares the contents.
func (p *planner) byHash(ctx context.Context, s *Step) (bool, error) {
	equal, err := p.hashes.equal(ctx, s.Name)
	if err != nil || !equal {
		return true, err
	}
	if !p.features.Has(storage.CanSetTime) || !p.later(s.Src, *s.Dst) && !p.later(*s.Dst, s.Src) {
		return false, nil
	}
	s.Op, s.Reason = Touch, "has another time: "+times(s.Src, *s.Dst)
	return true, nil
}

// byStat asks for a time that is more exact than that of a listing.
func (p *planner) byStat(ctx context.Context, s *Step) (bool, error) {
	info, err := p.dst.FS.Stat(ctx, p.dst.at(s.Name))
	if err != nil {
		return true, p.dst.wrong("stat", s.Name, err)
	}
	exact := *s.Dst
	if !info.ModTime.IsZero() {
		exact.ModTime, exact.Coarse = info.ModTime, info.Coarse
	}
	v, reason := p.compare(s.Src, exact)
	s.Dst, s.Reason = &exact, reason
	return v == differs, nil
}

// doubtful reports whether a file of the same size may have been changed since it was
// uploaded to a DST that keeps no other time: within the same minute, where its listing
// shows no second.
func (p *planner) doubtful(src, dst storage.Info) bool {
	if p.o.Compare != ByTime || p.features.Has(storage.CanSetTime) || dst.Coarse == 0 {
		return false
	}
	dst.Coarse = 0
	return p.later(src, dst)
}
