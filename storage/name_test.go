package storage_test

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestJoinSplit(t *testing.T) {
	for _, tc := range []struct{ dir, base, name string }{
		{".", "a", "a"},
		{"a", "b", "a/b"},
		{"a/b", "c", "a/b/c"},
		{".", ".", "."},
	} {
		if got := storage.Join(tc.dir, tc.base); got != tc.name {
			t.Errorf("Join(%q, %q) = %q, want %q", tc.dir, tc.base, got, tc.name)
		}
		if dir, base := storage.Split(tc.name); dir != tc.dir || base != tc.base {
			t.Errorf("Split(%q) = %q, %q, want %q, %q", tc.name, dir, base, tc.dir, tc.base)
		}
	}
	if got := storage.Join("a", "."); got != "a" {
		t.Errorf(`Join("a", ".") = %q, want "a"`, got)
	}
}

func FuzzName(f *testing.F) {
	for _, name := range []string{".", "a", "a/b", "", "/", "..", "a/../b", "a/", "//", "a\x00", "\xff", "-", "a/./b"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		valid := storage.ValidName(name)
		if utf8.ValidString(name) && !strings.Contains(name, "\x00") && valid != fs.ValidPath(name) {
			t.Errorf("ValidName(%q) = %t, fs.ValidPath differs", name, valid)
		}
		if !valid {
			return
		}
		dir, base := storage.Split(name)
		if !storage.ValidName(dir) || !storage.ValidName(base) || storage.Join(dir, base) != name {
			t.Errorf("Split(%q) = %q, %q", name, dir, base)
		}
		for _, above := range []string{".", "up", "up/up"} {
			joined := storage.Join(above, name)
			if !storage.ValidName(joined) || joined != path.Join(above, name) {
				t.Errorf("Join(%q, %q) = %q", above, name, joined)
			}
		}
	})
}

// FuzzSub looks for names that lead out of a Sub, or into another object than
// what they lead to below its directory.
func FuzzSub(f *testing.F) {
	for _, name := range []string{".", "in", "out", "../out", "dir/../../out", "", "/out", "in/..", "\xff", "dir", "dir/./in"} {
		f.Add(name)
	}
	ctx := f.Context()
	fsys := mem.New(mem.Options{})
	for _, name := range []string{"sub", "sub/dir"} {
		if err := fsys.Mkdir(ctx, name); err != nil {
			f.Fatal(err)
		}
	}
	for _, name := range []string{"out", "sub/in", "sub/dir/in", "sub/\xff"} {
		put(f, fsys, name, name)
	}
	sub := storage.Sub(fsys, "sub")
	f.Fuzz(func(t *testing.T, name string) {
		info, err := sub.Stat(ctx, name)
		if !storage.ValidName(name) {
			if !errors.Is(err, storage.ErrName) {
				t.Errorf("Stat(%q) = %+v, %v, want %v", name, info, err, storage.ErrName)
			}
			return
		}
		want, wantErr := fsys.Stat(ctx, path.Join("sub", name))
		if (err == nil) != (wantErr == nil) || info.ID != want.ID {
			t.Errorf("Stat(%q) = %+v, %v, want %+v, %v", name, info, err, want, wantErr)
		}
		if pe := (*fs.PathError)(nil); err != nil && (!errors.As(err, &pe) || pe.Path != name) {
			t.Errorf("Stat(%q): the error is %v", name, err)
		}
	})
}
