package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
)

// shorten has job copy by ways on which files do not come through here, and verify
// what it has copied, as far as the flags ask for that.
func (c *cpCmd) shorten(s *stdio, job *trees.Copier, dst, src *remote, same bool) {
	if c.Verify {
		job.Verify = func(ctx context.Context, from, to string) error { return sameHash(ctx, dst, to, src, from) }
	}
	if !same && !c.FXP && !c.FXPOnly {
		return
	}
	job.Direct, job.DirectOnly = shortcut{s, dst, src, same, c.FXP || c.FXPOnly, c.FXPOnly}.copy(), c.FXPOnly
	job.Fatal = func(err error) bool {
		var unwilling *unwillingError
		return fatal(err) || errors.As(err, &unwilling)
	}
}

// shortcut is a way on which files do not come through here: on one server, or by FXP
// from one to another.
type shortcut struct {
	s        *stdio
	dst, src *remote
	same     bool // it is one server
	fxp      bool
	only     bool // there is to be no other way
}

// copy returns what copies a file, for trees.Copier and mirror.Options.
func (w shortcut) copy() func(ctx context.Context, from, to string, off int64) error {
	var refused atomic.Bool // no file can be copied in this way, and it was said
	return func(ctx context.Context, from, to string, off int64) error {
		err := error(errors.ErrUnsupported)
		if w.same && off == 0 {
			err = w.src.Copy(ctx, from, to)
		}
		if !w.fxp || refused.Load() || !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		err = w.dst.CopyFrom(ctx, to, w.src.Client, from, off)
		switch {
		case !errors.Is(err, errors.ErrUnsupported):
		case w.only:
			err = &unwillingError{err}
		case !refused.Swap(true):
			w.s.say("ferry: the servers do not copy straight from one to the other, so it comes through here: %s", message(err))
		}
		return err
	}
}

// unwillingError says that two servers do not copy straight from one to the other. It
// does not unwrap: there is no other way to try.
type unwillingError struct{ err error }

func (e *unwillingError) Error() string {
	return withHint(e.err.Error(), "with --fxp in place of --fxp-only files would come through here")
}

// sameHash compares a file with its copy by the hashes that the servers compute.
func sameHash(ctx context.Context, dst storage.FS, to string, src storage.FS, from string) error {
	for _, alg := range storage.HashNames() {
		want, err := serverHash(ctx, src, from, alg)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		} else if err != nil {
			return err
		}
		got, err := serverHash(ctx, dst, to, alg)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
		case err != nil:
			return err
		case !bytes.Equal(got, want):
			return storage.PathError("verify", to, hint(fmt.Errorf("%w: its %s is %x, and that of the file which was copied is %x", storage.ErrChanged, alg, got, want), "copy it again with --restart"))
		default:
			return nil
		}
	}
	return storage.PathError("verify", to, hint(fmt.Errorf("%w: the servers have no hash in common", errors.ErrUnsupported), "the file is copied, and has the right size; leave --verify out"))
}

// serverHash has the server of fsys compute a hash, and never reads the file for it.
func serverHash(ctx context.Context, fsys storage.FS, name, alg string) ([]byte, error) {
	h, ok := storage.As[storage.Hasher](fsys)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return h.Hash(ctx, name, alg, storage.Range{})
}
