package storage_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// plain is an FS without any optional interface.
func plain(fsys storage.FS) storage.FS { return struct{ storage.FS }{fsys} }

// copierFS copies by Copy, which reads and writes.
type copierFS struct{ storage.FS }

func (f copierFS) Copy(ctx context.Context, old, new string) error {
	return storage.Copy(ctx, plain(f.FS), old, new)
}

// TestCopyThrough holds the copying by reading and writing to the contract of
// Copier.
func TestCopyThrough(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(testing.TB) storage.FS { return copierFS{mem.New(mem.Options{})} },
		Symlink: func(fsys storage.FS, target, name string) error {
			return fsys.(copierFS).FS.(*mem.FS).ForeignLink(target, name)
		},
	})
}

// TestCopyAsks leaves the copying to a Copier, but for what it cannot.
func TestCopyAsks(t *testing.T) {
	ctx := t.Context()
	fsys := withDirs(t)
	put(t, fsys, "file", "contents")
	var asked []string
	for _, err := range []error{nil, fs.ErrPermission, errors.ErrUnsupported} {
		c := answering{fsys, &asked, err}
		got := storage.Copy(ctx, c, "file", "copy")
		_, there := fsys.Stat(ctx, "copy")
		switch {
		case err == errors.ErrUnsupported && (got != nil || there != nil):
			t.Errorf("Copy = %v, and the copy: %v", got, there)
		case err != errors.ErrUnsupported && (got != err || there == nil):
			t.Errorf("Copy = %v, want %v and no copy", got, err)
		}
	}
	if got := strings.Join(asked, " "); got != "file>copy file>copy file>copy" {
		t.Errorf("asked for %s", got)
	}
}

type answering struct {
	storage.FS
	asked *[]string
	err   error
}

func (a answering) Copy(_ context.Context, old, new string) error {
	*a.asked = append(*a.asked, old+">"+new)
	return a.err
}

// TestCopyFails leaves what was there, and names the file that is at fault.
func TestCopyFails(t *testing.T) {
	ctx := t.Context()
	fault := errors.New("fault")
	for _, test := range []struct {
		op    faultfs.Op
		about string
	}{{faultfs.Open, "file"}, {faultfs.Read, "file"}, {faultfs.Create, "old"}, {faultfs.Write, "old"}, {faultfs.Commit, "old"}} {
		inner := withDirs(t)
		put(t, inner, "file", "contents")
		put(t, inner, "old", "old")
		fsys := faultfs.New(inner, faultfs.Rule{Op: test.op, Err: fault})
		err := storage.Copy(ctx, plain(fsys), "file", "old")
		wantPathError(t, string(test.op), err, test.about, fault)
		if info, err := inner.Stat(ctx, "old"); err != nil || info.Size != 3 {
			t.Errorf("%s: the old file is %+v, %v", test.op, info, err)
		}
	}
}

func TestLinkTarget(t *testing.T) {
	for _, test := range []struct{ target, name, want string }{
		{"file", "link", "file"}, {"file", "dir/link", "dir/file"}, {"../file", "dir/link", "file"}, {"..", "dir/link", "."},
		{".", "link", "."}, {"a//b/./c/", "x/y", "x/a/b/c"}, {"../../a", "x/y/z", "a"}, {"\xff", "x", "\xff"},
		{"..", "link", ""}, {"../../a", "x/y", ""}, {"a/../../b", "x", ""}, {"/", "x", ""}, {"/a", "x", ""}, {"", "x", ""},
		{"a\x00", "x", ""}, {"a", ".", ""}, {"a", "x//y", ""}, {"a", "", ""}, {"a", "../x", ""},
	} {
		got, err := storage.LinkTarget(test.target, test.name)
		if test.want == "" {
			wantPathError(t, "LinkTarget of "+test.target, err, test.name, storage.ErrName)
		} else if got != test.want || err != nil {
			t.Errorf("LinkTarget(%q, %q) = %q, %v, want %q", test.target, test.name, got, err, test.want)
		}
	}
}

// TestSubLinks keeps the links made below a directory below it.
func TestSubLinks(t *testing.T) {
	ctx := t.Context()
	fsys := withDirs(t, "dir", "dir/sub")
	put(t, fsys, "secret", "s")
	linker, ok := storage.As[storage.Linker](storage.Sub(fsys, "dir"))
	if !ok {
		t.Fatal("no Linker")
	}
	wantPathError(t, "Symlink", linker.Symlink(ctx, "../secret", "link"), "link", storage.ErrName)
	wantPathError(t, "Symlink", linker.Symlink(ctx, "x", "."), ".", storage.ErrName)
	if err := linker.Symlink(ctx, "..", "sub/link"); err != nil {
		t.Error(err)
	}
}
