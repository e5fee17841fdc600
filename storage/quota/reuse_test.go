package quota_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// reuse is an FS that gives one new file the ID of "old", as a disk does with the
// number of an inode, and calls then as soon as that is gone: to make the new one.
type reuse struct {
	storage.FS
	fresh, id string // the new file, and the ID of the old one
	then      func()
}

func (r *reuse) info(name string, info storage.Info, err error) (storage.Info, error) {
	if err == nil && name == r.fresh {
		info.ID = r.id
	}
	return info, err
}

func (r *reuse) Stat(ctx context.Context, name string) (storage.Info, error) {
	info, err := r.FS.Stat(ctx, name)
	return r.info(name, info, err)
}

func (r *reuse) Remove(ctx context.Context, name string, want storage.Kind) error {
	err := r.FS.Remove(ctx, name, want)
	r.gone()
	return err
}

func (r *reuse) Rename(ctx context.Context, old, new string) error {
	err := r.FS.Rename(ctx, old, new)
	r.gone()
	return err
}

func (r *reuse) gone() {
	if then := r.then; then != nil {
		r.then = nil
		then()
	}
}

func (r *reuse) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := r.FS.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	return reuseWriter{w, r, name}, nil
}

type reuseWriter struct {
	storage.Writer
	r    *reuse
	name string
}

func (w reuseWriter) Commit(ctx context.Context) (storage.Info, error) {
	info, err := w.Writer.Commit(ctx)
	if w.name == "old" {
		w.r.gone()
	}
	return w.r.info(w.name, info, err)
}

// TestIDIsReused has a new file get the ID of one that is being removed or
// replaced before that operation has come back.
func TestIDIsReused(t *testing.T) {
	for how, takeAway := range map[string]func(q *quota.FS) error{
		"removed": func(q *quota.FS) error { return q.Remove(t.Context(), "old", storage.KindFile) },
		"renamed onto": func(q *quota.FS) error {
			return q.Rename(t.Context(), "other", "old")
		},
		"replaced": func(q *quota.FS) error {
			w, err := q.Create(t.Context(), "old", storage.CreateOptions{})
			if err == nil {
				_, err = w.Commit(t.Context())
			}
			return err
		},
	} {
		for _, known := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, known %v", how, known), func(t *testing.T) {
				inner := &reuse{FS: mem.New(mem.Options{})}
				q := quota.New(inner, quota.Options{MaxOctets: 100})
				for i := 0; inner.fresh == "" || q.ShareLock(inner.fresh, "old") || q.ShareLock(inner.fresh, "other"); i++ {
					inner.fresh = fmt.Sprint("new", i)
				}
				put(t, q, "old", 20)
				put(t, q, "other", 0)
				info, err := inner.Stat(t.Context(), "old")
				ok(t, err)
				inner.id = info.ID
				if known { // there is somebody who is going to replace it
					begin(t, q, "old", 0, storage.CreateOptions{}, 0, nil)
				}
				var w storage.Writer
				inner.then = func() {
					put(t, q, inner.fresh, 40)
					w = begin(t, q, inner.fresh, 10, storage.CreateOptions{Mode: storage.Append}, 10, nil)
				}
				ok(t, takeAway(q))
				if n, _ := w.Write(make([]byte, 60)); n > 50 {
					t.Errorf("%d octets more are written to a file of 50", n)
				}
				commit(t, w)
				files, octets := int64(0), int64(0)
				for info, err := range inner.List(t.Context(), ".") {
					ok(t, err)
					files, octets = files+1, octets+info.Size
				}
				if usage, err := q.Quota(t.Context()); err != nil || usage.Octets < octets || octets > 100 {
					t.Errorf("%d octets in %d files are there, %+v, %v are counted", octets, files, usage, err)
				}
			})
		}
	}
}
