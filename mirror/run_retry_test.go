package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestBreaks(t *testing.T) {
	for _, name := range []string{"down in bulk", "up in bulk", "across, bulk"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dst, src := pairs(t)[name]()
				fill(t, src, tree())
				breaks := func() map[string]int {
					return map[string]int{"a/b/file03": 1, "a/b/file30": 3, "d3/file": 1, "a/b/file30.ferry-part": 2}
				}
				lost := 0
				for _, side := range []storage.FS{dst, src} {
					if s, ok := side.(*server); ok {
						s.breaks = breaks()
						defer func() { lost += s.broken }()
					}
				}
				var seen log
				_, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)),
					mirror.Options{Observe: seen.observe})
				if err != nil {
					t.Fatal(err)
				}
				same(t, dst, src)
				seen.once(t)
				if len(seen.of(mirror.Retrying)) < 3 {
					t.Errorf("tried again: %q", seen.of(mirror.Retrying))
				}
			})
		})
	}
}

func TestRetry(t *testing.T) {
	for _, test := range []struct {
		name  string
		rules []faultfs.Rule // at DST
		tries int            // of the file "f"
		err   string
		of    string // the error of Run
		took  time.Duration
	}{
		{"passes", []faultfs.Rule{{Op: faultfs.Create, Name: "f", Nth: 1, Err: passing{}}}, 1, "", "", time.Second},
		{"passes later", []faultfs.Rule{{Op: faultfs.Create, Name: "f", Nth: 1, Err: passing{}}, {Op: faultfs.Write, Name: "f", Nth: 1, Err: passing{}}},
			2, "", "", 3 * time.Second},
		{"never passes", []faultfs.Rule{{Op: faultfs.Create, Name: "f", Err: passing{}}}, 5,
			"copy f: create f: connection lost", "1 of 3 failed", 31 * time.Second},
		{"is refused", []faultfs.Rule{{Op: faultfs.Create, Name: "f", Err: fs.ErrPermission}}, 0,
			"copy f: create f: permission denied", "1 of 3 failed", 0},
		{"a busy server", []faultfs.Rule{{Op: faultfs.Create, Name: "f", Nth: 1, Err: storage.ErrBusy}}, 1, "", "", time.Second},
		{"the folder", []faultfs.Rule{{Op: faultfs.Mkdir, Name: "dir", Err: fs.ErrPermission}}, 0,
			"mkdir dir: mkdir dir: permission denied", "2 of 3 failed", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := mem.New(mem.Options{})
				fill(t, src, map[string]string{"f": "contents", "dir/g": "more"})
				dst := faultfs.New(mem.New(mem.Options{}), test.rules...)
				var seen log
				began := time.Now()
				_, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)),
					mirror.Options{Observe: seen.observe})
				if test.of == "" && err != nil || test.of != "" && (err == nil || err.Error() != test.of) {
					t.Errorf("the error is %v, want %q", err, test.of)
				}
				seen.once(t)
				if got := len(seen.of(mirror.Retrying)); got != test.tries {
					t.Errorf("tried again %d times: %q", got, seen.of(mirror.Retrying))
				}
				if failed := seen.of(mirror.Failed); test.err == "" && len(failed) > 0 || test.err != "" && !slices.Contains(failed, test.err) {
					t.Errorf("failed: %q, want %q", failed, test.err)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
			})
		})
	}
}

// TestGone asks twice before it believes that a file has gone which was there a moment
// ago: a reply can be wrong.
func TestGone(t *testing.T) {
	for nth, want := range map[int]bool{1: true, 0: false} {
		synctest.Test(t, func(t *testing.T) {
			there := mem.New(mem.Options{})
			fill(t, there, map[string]string{"f": "contents", "g": "more"})
			src := faultfs.New(there, faultfs.Rule{Op: faultfs.Stat, Name: "f", Nth: nth, Err: fs.ErrNotExist})
			dst := faultfs.New(mem.New(mem.Options{}), faultfs.Rule{Op: faultfs.Create, Name: "f", Nth: 1, Err: passing{}})
			_, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, there)), mirror.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := dst.Stat(t.Context(), "f"); (err == nil) != want {
				t.Errorf("said to be gone at time %d, 0 being always: %v", nth, err)
			}
		})
	}
}

func TestFatal(t *testing.T) {
	refused := errors.New("login refused")
	for _, test := range []struct {
		err   error
		fatal func(error) bool
	}{
		{storage.ErrNoSpace, nil}, {storage.ErrQuota, nil},
		{refused, func(err error) bool { return errors.Is(err, refused) }},
	} {
		src := mem.New(mem.Options{})
		fill(t, src, tree())
		dst := faultfs.New(mem.New(mem.Options{}), faultfs.Rule{Op: faultfs.Create, Err: test.err})
		var seen log
		sum, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)),
			mirror.Options{Observe: seen.observe, Fatal: test.fatal})
		if !errors.Is(err, test.err) || sum.Failed > 4 {
			t.Errorf("the error is %v, and %d failed", err, sum.Failed)
		}
	}
}

// TestNoRoot has nothing but one error where the folder that is to hold all cannot be made.
func TestNoRoot(t *testing.T) {
	src := mem.New(mem.Options{})
	fill(t, src, tree())
	var seen log
	o := mirror.Options{Observe: seen.observe}
	dst := mirror.Tree{FS: storage.ReadOnly(mem.New(mem.Options{})), Root: "new", Title: func(name string) string { return "ftp://host/" + name }}
	_, err := mirror.Run(t.Context(), dst, mirror.Tree{FS: src}, mirror.Plan(t.Context(), dst, mirror.Tree{FS: src}, o), o)
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "mkdir ftp://host/new: ") {
		t.Errorf("the error is %v", err)
	}
	if failed := seen.of(mirror.Failed); len(failed) != 1 {
		t.Errorf("what failed is %q, want one", failed)
	}
}

func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := mem.New(mem.Options{})
		for i := range 3000 {
			fill(t, src, map[string]string{fmt.Sprint(i): "x"})
		}
		asked := 0
		dst := faultfs.New(mem.New(mem.Options{}), faultfs.Rule{Op: faultfs.Create, Err: passing{}, Do: func(context.Context) error { asked++; return nil }})
		began := time.Now()
		_, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)), mirror.Options{Parallel: 1})
		if !errors.Is(err, passing{}) {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(began); took > 10*time.Minute || asked > 50 {
			t.Errorf("it took %v and %d requests", took, asked)
		}
	})
}
