package storage

import (
	"context"
	"io/fs"
	"iter"
)

// Sub returns the tree of fsys below dir as a FS of its own. Names in errors
// are relative to dir, and dir itself can be neither removed nor renamed. A
// symbolic link leads as far as fsys follows it, be it out of dir: Sub is a
// point of view, not a confinement.
//
// Optional interfaces are those of fsys, forwarded. Sub of "." is fsys.
func Sub(fsys FS, dir string) FS {
	if dir == "." {
		return fsys
	}
	return &subFS{fsys, dir}
}

type subFS struct {
	fsys FS
	dir  string
}

// full returns what fsys calls name, or ErrName. It checks the name itself, so
// that the result is below dir even where fsys is lenient.
func (s *subFS) full(op, name string) (string, error) {
	if !ValidName(name) || !ValidName(s.dir) {
		return "", PathError(op, name, ErrName)
	}
	return Join(s.dir, name), nil
}

// info describes the root as every FS does.
func (s *subFS) info(name string, info Info) Info {
	if name == "." {
		info.Name, info.Target = ".", ""
	}
	return info
}

func (s *subFS) Stat(ctx context.Context, name string) (Info, error) {
	full, err := s.full("stat", name)
	if err != nil {
		return Info{}, err
	}
	info, err := s.fsys.Stat(ctx, full)
	return s.info(name, info), PathError("stat", name, err)
}

func (s *subFS) List(ctx context.Context, dir string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		full, err := s.full("list", dir)
		if err != nil {
			yield(Info{}, err)
			return
		}
		for info, err := range s.fsys.List(ctx, full) {
			if !yield(info, PathError("list", dir, err)) {
				return
			}
		}
	}
}

func (s *subFS) Open(ctx context.Context, name string, r Range) (Reader, error) {
	full, err := s.full("open", name)
	if err != nil {
		return nil, err
	}
	rd, err := s.fsys.Open(ctx, full, r)
	if err != nil {
		return nil, PathError("open", name, err)
	}
	return NamedReader(rd, name), nil
}

func (s *subFS) Create(ctx context.Context, name string, o CreateOptions) (Writer, error) {
	full, err := s.full("create", name)
	switch {
	case err != nil:
		return nil, err
	case name == "." && o.Mode == Exclusive:
		return nil, PathError("create", name, fs.ErrExist)
	case name == ".":
		return nil, PathError("create", name, ErrIsDir)
	}
	w, err := s.fsys.Create(ctx, full, o)
	if err != nil {
		return nil, PathError("create", name, err)
	}
	return NamedWriter(w, name), nil
}

func (s *subFS) Mkdir(ctx context.Context, name string) error {
	full, err := s.full("mkdir", name)
	if err != nil {
		return err
	}
	if name == "." {
		return PathError("mkdir", name, fs.ErrExist)
	}
	return PathError("mkdir", name, s.fsys.Mkdir(ctx, full))
}

func (s *subFS) Remove(ctx context.Context, name string, want Kind) error {
	full, err := s.full("remove", name)
	if err != nil {
		return err
	}
	if name == "." {
		return PathError("remove", name, fs.ErrPermission)
	}
	return PathError("remove", name, s.fsys.Remove(ctx, full, want))
}

func (s *subFS) Rename(ctx context.Context, old, new string) error {
	if old == "." && ValidName(new) {
		return PathError("rename", new, ErrName)
	}
	return s.two("rename", old, new, func(from, to string) error { return s.fsys.Rename(ctx, from, to) })
}

// two does something to two names. Its error is about the one that the error of
// fsys is about.
func (s *subFS) two(op, old, new string, do func(from, to string) error) error {
	from, err := s.full(op, old)
	if err != nil {
		return err
	}
	to, err := s.full(op, new)
	if err != nil {
		return err
	}
	err = do(from, to)
	if pathOf(err) == to {
		return PathError(op, new, err)
	}
	return PathError(op, old, err)
}

func (s *subFS) SetAttr(ctx context.Context, name string, a Attr) error {
	full, err := s.full("setattr", name)
	if err != nil {
		return err
	}
	return PathError("setattr", name, s.fsys.SetAttr(ctx, full, a))
}

func (s *subFS) Features() Features { return s.fsys.Features() }
