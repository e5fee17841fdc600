package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestDirect(t *testing.T) {
	for _, test := range []struct {
		name   string
		copies func(dst, src storage.FS) func(ctx context.Context, from, to string, off int64) error
		notes  int
	}{
		{"works", func(dst, src storage.FS) func(context.Context, string, string, int64) error {
			return func(ctx context.Context, from, to string, _ int64) error { return put(ctx, dst, to, src, from, 1<<30) }
		}, 0},
		{"unsupported", func(storage.FS, storage.FS) func(context.Context, string, string, int64) error {
			return func(context.Context, string, string, int64) error { return errors.ErrUnsupported }
		}, 0},
		{"short", func(dst, src storage.FS) func(context.Context, string, string, int64) error {
			return func(ctx context.Context, from, to string, _ int64) error { return put(ctx, dst, to, src, from, 100) }
		}, 3},
		{"refused", func(storage.FS, storage.FS) func(context.Context, string, string, int64) error {
			return func(context.Context, string, string, int64) error { return passing{} }
		}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			src, inner := mem.New(mem.Options{}), mem.New(mem.Options{})
			files := make(map[string]string)
			for i := range 8 {
				files[fmt.Sprint(i)] = big(100<<10 + 16*i)
			}
			fill(t, src, files)
			dst := &plain{inner}
			var seen log
			_, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)),
				mirror.Options{Parallel: 1, Journal: mem.New(mem.Options{}), Direct: test.copies(inner, src), Observe: seen.observe})
			if err != nil {
				t.Fatal(err)
			}
			same(t, dst, src)
			notes := slices.DeleteFunc(seen.of(mirror.Noted), func(s string) bool { return !strings.Contains(s, "comes through here") })
			if len(notes) != test.notes {
				t.Errorf("told: %q", notes)
			}
		})
	}
}

func put(ctx context.Context, dst storage.FS, to string, src storage.FS, from string, n int64) error {
	r, err := src.Open(ctx, from, storage.Range{Len: n})
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := dst.Create(ctx, to, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// bent changes an octet of each file that is written, at first.

type bent struct {
	storage.FS
	times int
}

func (b *bent) Features() storage.Features { return b.FS.Features() }

func (b *bent) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := b.FS.Create(ctx, name, o)
	if err == nil && b.times > 0 && o.Mode != storage.Resume || b.times > 0 && err == nil && o.Offset == 0 && strings.HasSuffix(name, "part") {
		b.times--
		w = &bentWriter{w}
	}
	return w, err
}

type bentWriter struct{ storage.Writer }

func (w *bentWriter) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	if len(p) > 0 {
		p[0] ^= 1
	}
	return w.Writer.Write(p)
}

func TestVerify(t *testing.T) {
	for _, up := range []bool{false, true} {
		for _, times := range []int{2, 100} {
			t.Run(fmt.Sprintf("up %v, %d", up, times), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					src, inner := mem.New(mem.Options{}), mem.New(mem.Options{})
					fill(t, src, map[string]string{"small": "contents", "large": big(200 << 10)})
					var dst storage.FS = &bent{FS: inner, times: times}
					if up {
						dst = &plain{dst}
					}
					sum, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)), mirror.Options{Verify: true, Parallel: 1})
					if times == 2 {
						if err != nil {
							t.Fatal(err)
						}
						same(t, inner, src)
					} else if failed := (*mirror.Error)(nil); !errors.As(err, &failed) || sum.Failed != 2 {
						t.Errorf("the error is %v, and %d failed", err, sum.Failed)
					}
				})
			})
		}
	}
}
