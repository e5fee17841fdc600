package mirror_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// runAll copies all that src has to dst.
func runAll(t *testing.T, dst, src storage.FS, o mirror.Options) (mirror.Summary, error) {
	t.Helper()
	return mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)), o)
}

// TestLimit has what bounds the pace told of every octet, small files and large, down and up.
func TestLimit(t *testing.T) {
	for name, make := range pairs(t) {
		t.Run(name, func(t *testing.T) {
			dst, src := make()
			fill(t, src, tree())
			var all int64
			for _, text := range contents(t, src) {
				all += int64(len(text))
			}
			var told atomic.Int64
			_, err := runAll(t, dst, src, mirror.Options{Links: mirror.LinksFiles, Limit: func(_ context.Context, n int) error {
				told.Add(int64(n))
				return nil
			}})
			if err != nil || told.Load() < all {
				t.Errorf("told of %d octets, of %d: %v", told.Load(), all, err)
			}
			stop := errors.New("that is enough")
			_, err = runAll(t, mem.New(mem.Options{}), src, mirror.Options{Retries: -1, Limit: func(context.Context, int) error { return stop }})
			if err == nil {
				t.Error("its error did not keep anything from being copied")
			}
		})
	}
}

// TestCheck has files compared in a way of the caller's.
func TestCheck(t *testing.T) {
	for _, up := range []bool{false, true} {
		src, inner := mem.New(mem.Options{}), mem.New(mem.Options{})
		fill(t, src, map[string]string{"small": "x", "large": big(200 << 10), "bad": "y"})
		var dst storage.FS = inner
		if up {
			dst = &plain{inner}
		}
		wrong := errors.New("it looks wrong")
		var seen atomic.Int32
		var told log
		sum, err := runAll(t, dst, src, mirror.Options{Observe: told.observe, Check: func(_ context.Context, from, to string) error {
			seen.Add(1)
			if strings.HasPrefix(to, from) && from != "bad" {
				return nil
			}
			return wrong
		}})
		if err == nil || sum.Failed != 1 || sum.Copied != 2 || seen.Load() != 3 {
			t.Errorf("up %v: %v, %d failed, %d copied, %d compared", up, err, sum.Failed, sum.Copied, seen.Load())
		}
		if got := told.of(mirror.Failed); len(got) != 1 || !strings.Contains(got[0], wrong.Error()) {
			t.Errorf("up %v: failed %q", up, got)
		}
	}
}

// TestDirectOnly has what cannot be copied directly fail, and come through here by no means.
func TestDirectOnly(t *testing.T) {
	src, inner := mem.New(mem.Options{}), mem.New(mem.Options{})
	fill(t, src, map[string]string{"a": "x", "b": big(200 << 10)})
	o := mirror.Options{DirectOnly: true, Retries: -1, Direct: func(context.Context, string, string, int64) error { return passing{} }}
	sum, err := runAll(t, &plain{inner}, src, o)
	if err == nil || sum.Failed != 2 || len(contents(t, inner)) != 0 {
		t.Errorf("%v, %d failed, and there are %d files", err, sum.Failed, len(contents(t, inner)))
	}
}

// TestNoRetries tries small files that failed together by themselves, and nothing else again.
func TestNoRetries(t *testing.T) {
	for _, name := range []string{"down in bulk", "up in bulk"} {
		t.Run(name, func(t *testing.T) {
			dst, src := pairs(t)[name]()
			fill(t, src, tree())
			for _, side := range []storage.FS{dst, src} {
				if s, ok := side.(*server); ok {
					s.breaks = map[string]int{"a/b/file03": 1, "d3/file": 1}
				}
			}
			var seen log
			if _, err := runAll(t, dst, src, mirror.Options{Retries: -1, Observe: seen.observe}); err != nil {
				t.Fatalf("%v: %q", err, seen.of(mirror.Failed))
			}
			same(t, dst, src)
			seen.once(t)
			if got := seen.of(mirror.Retrying); len(got) > 0 {
				t.Errorf("waited for %q", got)
			}
		})
	}
}
