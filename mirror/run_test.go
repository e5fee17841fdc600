package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func big(n int) string {
	return string(bytes.Repeat([]byte("0123456789abcdef"), n/16))
}

func tree() map[string]string {
	files := map[string]string{
		"empty/": "", "a/b/c/": "", "zero": "", "big": big(300 << 10), "a/big": big(200 << 10),
	}
	for i := range 60 {
		files[fmt.Sprintf("a/b/file%02d", i)] = strings.Repeat("x", i*37)
		files[fmt.Sprintf("d%d/file", i%7)] = strings.Repeat("y", i)
	}
	return files
}

func pairs(t *testing.T) map[string]func() (dst, src storage.FS) {
	open := func() storage.FS {
		d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	return map[string]func() (dst, src storage.FS){
		"down":         func() (dst, src storage.FS) { return open(), mem.New(mem.Options{}) },
		"down in bulk": func() (dst, src storage.FS) { return open(), &server{FS: mem.New(mem.Options{})} },
		"up":           func() (dst, src storage.FS) { return &plain{mem.New(mem.Options{})}, open() },
		"up in bulk":   func() (dst, src storage.FS) { return &server{FS: mem.New(mem.Options{})}, open() },
		"across":       func() (dst, src storage.FS) { return &plain{mem.New(mem.Options{})}, mem.New(mem.Options{}) },
		"across, bulk": func() (dst, src storage.FS) {
			return &server{FS: mem.New(mem.Options{})}, &server{FS: mem.New(mem.Options{})}
		},
		"across, from": func() (dst, src storage.FS) {
			return &plain{mem.New(mem.Options{})}, &server{FS: mem.New(mem.Options{})}
		},
		"disk and disk": func() (dst, src storage.FS) { return open(), open() },
	}
}

func TestRun(t *testing.T) {
	for name, pair := range pairs(t) {
		t.Run(name, func(t *testing.T) {
			dst, src := pair()
			fill(t, src, tree())
			fill(t, dst, map[string]string{"old/x/y": "1", "old/x/z/": "", "old/w": "2", "gone": "3", "a/b/file07": "other"})
			if err := src.SetAttr(t.Context(), "a/b", storage.Attr{ModTime: day}); err != nil {
				t.Fatal(err)
			}
			steps := everything(t, src)
			stood := storage.Info{Kind: storage.KindFile, Size: 5}
			for i := range steps {
				if steps[i].Name == "a/b/file07" {
					steps[i].Dst = &stood
				}
			}
			steps = append(steps, mirror.Step{Op: mirror.Skip, Name: "fifo", Reason: "neither file nor folder"})
			file, folder := storage.Info{Kind: storage.KindFile}, storage.Info{Kind: storage.KindDir}
			for _, name := range []string{"gone", "old/w", "old/x/y", "old/x/z", "old/x", "old"} {
				info := &file
				if name == "old" || name == "old/x" || name == "old/x/z" {
					info = &folder
				}
				steps = append(steps, mirror.Step{Op: mirror.Remove, Name: name, Dst: info})
			}
			var seen log
			sum, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(steps),
				mirror.Options{Journal: mem.New(mem.Options{}), Observe: seen.observe})
			if err != nil {
				t.Fatal(err)
			}
			same(t, dst, src)
			seen.once(t)
			for name := range contents(t, src) {
				if info, err := dst.Stat(t.Context(), strings.TrimSuffix(name, "/")); err != nil || !info.IsDir() && !info.ModTime.Equal(day) {
					t.Errorf("%s is of %v (%v)", name, info.ModTime, err)
				}
			}
			if info, err := dst.Stat(t.Context(), "a/b"); err != nil || !info.ModTime.Equal(day) {
				t.Errorf("the folder a/b is of %v (%v)", info.ModTime, err)
			}
			want := mirror.Summary{Copied: 70, Made: 11, Removed: 6, Skipped: 1, Moved: sum.Moved, Took: sum.Took}
			octets := int64(0)
			for _, s := range contents(t, src) {
				octets += int64(len(s))
			}
			if want.Moved = octets; sum != want {
				t.Errorf("the summary is %+v, want %+v", sum, want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, name := range []string{"down", "up"} {
		t.Run(name, func(t *testing.T) {
			dst, src := pairs(t)[name]()
			fill(t, src, map[string]string{"big": big(1 << 20)})
			journal := mem.New(mem.Options{})
			ctx, cancel := context.WithCancelCause(t.Context())
			enough := errors.New("enough")
			slow := faultfs.New(src, faultfs.Rule{Op: faultfs.Read, Name: "big", After: 700 << 10, Do: func(context.Context) error {
				cancel(enough)
				return nil
			}})
			_, err := mirror.Run(ctx, mirror.Tree{FS: dst}, mirror.Tree{FS: slow}, plan(everything(t, src)), mirror.Options{Journal: journal})
			if !errors.Is(err, enough) {
				t.Fatalf("the error is %v", err)
			}
			sum, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)), mirror.Options{Journal: journal})
			if err != nil {
				t.Fatal(err)
			}
			same(t, dst, src)
			if sum.Resumed < 700<<10 || sum.Moved+sum.Resumed != 1<<20 {
				t.Errorf("of 1 MiB %d octets were there, and %d were moved", sum.Resumed, sum.Moved)
			}
		})
	}
}

func TestRate(t *testing.T) {
	for _, name := range []string{"across", "across, bulk", "across, from"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dst, src := pairs(t)[name]()
				files := map[string]string{"big": big(500_000)}
				for i := range 50 {
					files[fmt.Sprint(i)] = big(10_000)
				}
				fill(t, src, files)
				began := time.Now()
				if _, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(everything(t, src)), mirror.Options{Rate: 100_000}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took < 9*time.Second || took > 10500*time.Millisecond {
					t.Errorf("1 MB at 100 kB/s took %v", took)
				}
			})
		})
	}
}
