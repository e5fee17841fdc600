package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

// WrapperOptions describes a wrapper of an FS.
type WrapperOptions struct {
	// Wrap wraps an FS. Required.
	Wrap func(inner storage.FS) storage.FS

	// Inner is the name by which the wrapped FS knows what the wrapper calls
	// name. Nil: the same name.
	Inner func(name string) string

	// Prefix is put before the names that the wrapper is asked about, for one
	// that changes only some.
	Prefix string

	// ReadOnly is for a wrapper that refuses whatever writes with
	// fs.ErrPermission, without asking the wrapped FS.
	ReadOnly bool

	// Offers names the optional interfaces that the wrapper offers whatever it
	// wraps, "Quoter" say.
	Offers []string
}

// optional is an optional interface of package storage.
type optional struct {
	name    string
	offered func(fsys storage.FS) bool
	reads   []call
	writes  []call
}

// optionals returns every optional interface of package storage: one that is
// missing here fails a test of this package.
func optionals(name string) []optional {
	return []optional{
		{
			name:    "Pender",
			offered: offers[storage.Pender],
			reads: []call{{"Pending", name, func(ctx context.Context, fsys storage.FS) error {
				p, _ := storage.As[storage.Pender](fsys)
				_, err := p.Pending(ctx, name, anna)
				return err
			}}},
			writes: []call{{"Discard", name, func(ctx context.Context, fsys storage.FS) error {
				p, _ := storage.As[storage.Pender](fsys)
				return p.Discard(ctx, name, anna)
			}}},
		},
		{
			name:    "Spacer",
			offered: offers[storage.Spacer],
			reads: []call{{"Space", name, func(ctx context.Context, fsys storage.FS) error {
				s, _ := storage.As[storage.Spacer](fsys)
				_, err := s.Space(ctx, name)
				return err
			}}},
		},
		{
			name:    "Hasher",
			offered: offers[storage.Hasher],
			reads: []call{{"Hash", name, func(ctx context.Context, fsys storage.FS) error {
				h, _ := storage.As[storage.Hasher](fsys)
				_, err := h.Hash(ctx, name, storage.HashNames()[0], storage.Range{})
				return err
			}}},
		},
		{
			name:    "Copier",
			offered: offers[storage.Copier],
			writes: []call{
				{"Copy from", name, func(ctx context.Context, fsys storage.FS) error {
					c, _ := storage.As[storage.Copier](fsys)
					return c.Copy(ctx, name, "another/name")
				}},
				{"Copy to", name, func(ctx context.Context, fsys storage.FS) error {
					c, _ := storage.As[storage.Copier](fsys)
					return c.Copy(ctx, tapSource, name)
				}},
			},
		},
		{
			name:    "Linker",
			offered: offers[storage.Linker],
			writes: []call{{"Symlink", name, func(ctx context.Context, fsys storage.FS) error {
				l, _ := storage.As[storage.Linker](fsys)
				return l.Symlink(ctx, "target", name)
			}}},
		},
		{
			name:    "Batcher",
			offered: offers[storage.Batcher],
			reads: []call{{"ReadFiles", name, func(ctx context.Context, fsys storage.FS) error {
				b, _ := storage.As[storage.Batcher](fsys)
				return b.ReadFiles(ctx, slices.Values([]string{name}), func(told string, _ io.Reader, err error) error {
					return toldOf(told, name, err)
				})
			}}},
			writes: []call{{"WriteFiles", name, func(ctx context.Context, fsys storage.FS) error {
				b, _ := storage.As[storage.Batcher](fsys)
				return b.WriteFiles(ctx, slices.Values([]storage.NewFile{{Name: name}}), func(told string, _ storage.Info, err error) error {
					return toldOf(told, name, err)
				})
			}}},
		},
		{
			name:    "Namer",
			offered: offers[storage.Namer],
			reads: []call{{"CheckName", name, func(ctx context.Context, fsys storage.FS) error {
				n, _ := storage.As[storage.Namer](fsys)
				return n.CheckName(ctx, name)
			}}},
		},
		{
			name:    "Quoter",
			offered: offers[storage.Quoter],
			reads: []call{{"Quota", wholeFS, func(ctx context.Context, fsys storage.FS) error {
				q, _ := storage.As[storage.Quoter](fsys)
				_, err := q.Quota(ctx)
				return err
			}}},
		},
	}
}

// toldOf is what was told of the name that was asked about.
func toldOf(told, asked string, err error) error {
	if told != asked {
		return fmt.Errorf("told of %q", told)
	}
	return err
}

// wholeFS is the name in the errors of what is about the whole FS; no wrapper
// translates it.
const wholeFS = "."

func offers[T any](fsys storage.FS) bool {
	_, ok := storage.As[T](fsys)
	return ok
}

// RunWrapper checks that a wrapper hands every method of FS and of every
// optional interface on, with names translated there and, in errors, back, and
// that it offers an optional interface only if what it wraps does.
func RunWrapper(t *testing.T, o WrapperOptions) {
	t.Run("FS", func(t *testing.T) { wrapperMethods(t, o) })
	for _, opt := range optionals(o.Prefix + "some/name") {
		t.Run(opt.name, func(t *testing.T) { wrapperOptional(t, o, opt) })
	}
}

func wrapperMethods(t testing.TB, o WrapperOptions) {
	tap := &tap{}
	outer := o.Wrap(tap)
	for _, call := range readCalls(o.Prefix+"a/file", o.Prefix+"a/dir") {
		tap.handsOn(t, o, outer, call)
	}
	for _, call := range writeCalls(o.Prefix+"a/file", o.Prefix+"a/dir", o.Prefix+"a/new") {
		tap.writes(t, o, outer, call)
	}
}

func wrapperOptional(t testing.TB, o WrapperOptions, opt optional) {
	tap := &tap{}
	if outer := o.Wrap(struct{ storage.FS }{tap}); opt.offered(outer) != slices.Contains(o.Offers, opt.name) {
		t.Errorf("what it wraps does not offer %s; the wrapper offers it: %t", opt.name, opt.offered(outer))
	}
	outer := o.Wrap(tap)
	if !opt.offered(outer) {
		t.Errorf("the wrapper hides %s", opt.name)
		return
	}
	for _, call := range opt.reads {
		tap.handsOn(t, o, outer, call)
	}
	for _, call := range opt.writes {
		tap.writes(t, o, outer, call)
	}
}

// errTapped is what every method of a tap fails with.
var errTapped = errors.New("tapped")

// handsOn checks that a call reaches the tap with the name translated and its
// error comes back with the name that was asked for.
func (f *tap) handsOn(t testing.TB, o WrapperOptions, outer storage.FS, call call) {
	t.Helper()
	f.asked = nil
	err := call.do(context.Background(), outer)
	inner := call.name
	if o.Inner != nil && call.name != wholeFS {
		inner = o.Inner(inner)
	}
	if !slices.Contains(f.asked, inner) {
		t.Errorf("%s(%q) asks what it wraps about %q, want %q", call.what, call.name, f.asked, inner)
	}
	var pe *fs.PathError
	if !errors.Is(err, errTapped) || !errors.As(err, &pe) || pe.Path != call.name {
		t.Errorf("%s(%q) = %v, want the inner error about %q", call.what, call.name, err, call.name)
	}
}

// writes checks a call that a read-only wrapper refuses by itself.
func (f *tap) writes(t testing.TB, o WrapperOptions, outer storage.FS, call call) {
	t.Helper()
	if !o.ReadOnly {
		f.handsOn(t, o, outer, call)
		return
	}
	f.asked = nil
	if err := call.do(context.Background(), outer); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%s(%q) = %v, want %v", call.what, call.name, err, fs.ErrPermission)
	}
	if f.asked != nil {
		t.Errorf("%s(%q) asks what it wraps about %q", call.what, call.name, f.asked)
	}
}
