package cli

import (
	"context"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// rateLimit bounds how many octets a second all copies of a shell move together. It may
// be changed while they run.
type rateLimit struct {
	pace atomic.Pointer[func(context.Context, int) error] // nil: no limit
}

// change sets the limit in octets a second; 0 is none.
func (l *rateLimit) change(octets int64) {
	if pace := transfer.Pace(octets); pace != nil {
		l.pace.Store(&pace)
	} else {
		l.pace.Store(nil)
	}
}

// wait returns when n octets may be passed on.
func (l *rateLimit) wait(ctx context.Context, n int) error {
	if pace := l.pace.Load(); pace != nil {
		return (*pace)(ctx, n)
	}
	return nil
}
