package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"

	"github.com/seed-6092453b/ferry/storage"
)

// many is what a Remote may offer that reads many small files faster together than
// one by one.
type many interface {
	// Pipelines reports whether it does so with this server.
	Pipelines() bool

	// ReadFiles calls fn for each name in order, with its contents or with an
	// error. After an error of its own, fn has not been called for the rest.
	ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error
}

// maxBatch is how many small files are read together.
const maxBatch = 128

// file is a remote file and where it goes.
type file struct {
	info storage.Info
	p    pair
}

// collect has a small file downloaded together with others.
func (t *tree) collect(ctx context.Context, f file) {
	t.small = append(t.small, f)
	if len(t.small) == maxBatch {
		t.flush(ctx)
	}
}

// flush hands what was collected to a worker.
func (t *tree) flush(ctx context.Context) {
	if list := t.small; len(list) > 0 {
		t.small = nil
		t.hand(ctx, func() { t.getMany(ctx, list) })
	}
}

// getMany downloads small files. What does not come at the first go, for whatever
// reason, is downloaded by itself, which knows better what to do then.
func (t *tree) getMany(ctx context.Context, list []file) {
	var want []file
	for _, f := range list {
		wanted, err := t.c.wanted(ctx, f.info, f.p)
		if wanted {
			want = append(want, f)
		} else if ctx.Err() == nil {
			t.done(f.p, err)
		}
	}
	var alone []file
	next := 0
	err := t.many.ReadFiles(ctx, namesOf(want), func(_ string, r io.Reader, err error) error {
		f := want[next]
		next++
		var b []byte
		if err == nil {
			b, err = t.c.readSmall(f.info, r)
		}
		if err != nil {
			alone = append(alone, f)
			return ctx.Err()
		}
		err = t.c.storeSmall(ctx, f.info, f.p, io.NopCloser(bytes.NewReader(b)))
		if ctx.Err() == nil {
			t.done(f.p, err)
		}
		return ctx.Err()
	})
	if err != nil {
		alone = append(alone, want[next:]...)
	}
	for _, f := range alone {
		if ctx.Err() != nil {
			return
		}
		t.done(f.p, t.c.get(ctx, f.info, f.p))
	}
}

// errNotSmall says that a file has become another since it was listed.
var errNotSmall = errors.New("another file than was listed")

// readSmall reads a file that is as long as its listing said.
func (c *Copier) readSmall(info storage.Info, r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, 2*small))
	if err == nil && (len(b) == 2*small || c.Conversion == "" && int64(len(b)) != info.Size) {
		err = errNotSmall
	}
	return b, err
}

func namesOf(list []file) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range list {
			if !yield(f.p.remote) {
				return
			}
		}
	}
}
