package cli

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
)

// outcome runs a get, put or cp, shows its progress, and says how to go on. from is
// the server that cp copies from, else nil.
func (f *transferFlags) outcome(ctx context.Context, s *stdio, r, from *remote, verb string, run func(*trees.Copier) error) error {
	show := f.sink(s, r.url, from, verb, f.Verbose > 0)
	var some atomic.Bool // was copied, now or before
	job := &trees.Copier{
		Copier: transfer.Copier{
			Remote:   r,
			URL:      r.url.Of,
			Format:   transfer.FormatOf(r),
			Restart:  f.Restart,
			Limit:    transfer.Pace(int64(f.LimitRate)),
			Segments: 1,
			Observe: func(e transfer.Event) {
				if e.Kind == transfer.Finished || e.Done > 0 {
					some.Store(true)
				}
				show.event(e)
			},
		},
		Parallel: f.Parallel,
		Fatal:    fatal,
	}
	err := run(job)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	show.close(err)
	switch {
	case err == nil:
		return nil
	case exitCode(err) == exitInterrupted:
		s.interrupted(some.Load())
		return toldError{err}
	case exitCode(err) == exitLost && some.Load():
		s.say("ferry: the same command again goes on from here.")
	}
	var tree *trees.Error
	if errors.As(err, &tree) {
		s.say("ferry: %s not copied, of %d; the same command again tries them once more",
			plural(tree.Failed, "file or folder was", "files or folders were"), tree.Of)
	}
	return err
}

// interrupted tells that a copy has been, and how to go on if any of it was done.
func (s *stdio) interrupted(some bool) {
	if some {
		s.say("ferry: interrupted. The same command again goes on from here.")
	} else {
		s.say("ferry: interrupted.")
	}
}

// fatal reports whether no other file need be tried after err: the server is gone or
// another than it should be, lets nobody in, lists without end, or does not have the
// way in which files are to go over.
func fatal(err error) bool {
	code := exitCode(err)
	return code == exitConnect || code == exitLogin || code == exitTrust || formatFlag(err) != "" || errors.Is(err, ftpclient.ErrListing)
}
