package cli

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
)

// outcome runs a get, put or cp, shows its progress, and says how to go on. from is
// the server that cp copies from, else nil.
func (f *transferFlags) outcome(ctx context.Context, s *stdio, r, from *remote, verb string, run func(*transfer.Copier) error) error {
	show := f.sink(s, r.url, from, verb, f.Verbose > 0)
	job := &transfer.Copier{
		Remote:     r,
		URL:        r.url.Of,
		Conversion: r.Conversion(),
		Form:       r.Form(),
		Sends:      r.Sends,
		Marks:      marksOf(r.Client),
		Restart:    f.Restart,
		Parallel:   f.Parallel,
		Fatal:      fatal,
		Observe:    show.event,
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
		s.say("ferry: interrupted. The same command again goes on from here.")
		return toldError{err}
	case exitCode(err) == exitLost:
		s.say("ferry: the same command again goes on from here.")
	}
	var tree *transfer.TreeError
	if errors.As(err, &tree) {
		s.say("ferry: %s not copied, of %d; the same command again tries them once more",
			plural(tree.Failed, "file or folder was", "files or folders were"), tree.Files)
	}
	return err
}

// fatal reports whether no other file need be tried after err: the server is gone or
// another than it should be, lets nobody in, lists without end, or does not have the
// way in which files are to go over.
func fatal(err error) bool {
	code := exitCode(err)
	return code == exitConnect || code == exitLogin || code == exitTrust || formatFlag(err) != "" || errors.Is(err, ftpclient.ErrListing)
}
