package mirror

import (
	"context"
	"errors"
	"fmt"
)

// directTries is after how many files in a row that could not be copied directly no more
// are tried.
const directTries = 3

// directly reports whether Options.Direct is worth a try.
func (r *runner) directly() bool {
	if r.o.Direct == nil || r.down {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.direct < directTries && r.refused < directTries
}

// directFor returns what copies one file from SRC to DST without its coming through here.
// That nobody here has seen the octets makes it no excuse for not knowing whether they
// arrived: a copy whose size, or hash where both sides tell one, is not that of the file
// is made anew through here.
func (r *runner) directFor(t *task) func(ctx context.Context, src, dst string, off int64) error {
	return func(ctx context.Context, src, dst string, off int64) error {
		err := r.o.Direct(ctx, src, dst, off)
		if err == nil {
			err = r.arrived(ctx, t, src, dst)
		}
		if ctx.Err() != nil || err != nil && (r.fatal(err) || r.o.DirectOnly && !errors.Is(err, errors.ErrUnsupported)) {
			return err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		switch {
		case err == nil:
			r.direct, r.refused = 0, 0
			return nil
		case errors.Is(err, errors.ErrUnsupported):
			r.refused++
			return err
		}
		r.direct++
		t.relay, t.anew = true, true
		r.tell(Event{Kind: Noted, Step: t.step, Text: "comes through here, since it could not be copied directly: " + err.Error()})
		return &relayError{err}
	}
}

// relayError says that a file is to be copied again in another way. Its cause is told
// already, and does not say whether that may succeed.
type relayError struct{ err error }

func (e *relayError) Error() string { return e.err.Error() }

// arrived compares a copy with the file.
func (r *runner) arrived(ctx context.Context, t *task, src, dst string) error {
	there, err := r.dst.FS.Stat(ctx, dst)
	switch {
	case err != nil:
		return err
	case there.Size < 0 || t.step.Src.Size < 0:
		return fmt.Errorf("%w: nobody tells its size", errCompare)
	case there.Size != t.step.Src.Size:
		return fmt.Errorf("%w: %d octets instead of %d", errCompare, there.Size, t.step.Src.Size)
	}
	err = compareHashes(ctx, r.dst.FS, dst, r.src.FS, src)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
