package transfer

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/storage"
)

// direct has the contents copied by Direct. It reports false where they have to come
// through here. What has arrived before an error stays, and so does its record.
func (r *run) direct(ctx context.Context, info storage.Info, old *storage.Info, at start) (bool, error) {
	c := r.c
	if c.Direct == nil || at.mark != nil {
		return false, nil
	}
	err := c.Direct(ctx, r.p.local, c.under(r.p), at.off)
	if errors.Is(err, errors.ErrUnsupported) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	r.advance(max(info.Size-at.off, 0))
	late, cancel := reluctant(ctx)
	defer cancel()
	if !info.ModTime.IsZero() && c.Remote.Features().Has(storage.CanSetTime) {
		if err := c.Remote.SetAttr(late, c.under(r.p), storage.Attr{ModTime: info.ModTime}); err != nil {
			c.note(r.p, "its time could not be set: "+err.Error())
		}
	}
	there, err := c.Remote.Stat(late, c.under(r.p))
	if err == nil {
		err = r.checkSent(late, info, there)
	}
	if err != nil {
		return true, err
	}
	return true, r.sent(late, old)
}
