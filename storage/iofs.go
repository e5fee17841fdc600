package storage

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// IOFS returns fsys as an fs.FS, for http.FS, fs.WalkDir and the like. Every
// operation on it, and on the files opened by it, uses ctx. It implements
// fs.StatFS, fs.ReadDirFS, fs.ReadFileFS and fs.SubFS; its files implement
// io.Seeker and io.ReaderAt, its directories fs.ReadDirFile.
//
// Symbolic links are followed; one that leads nowhere is an entry of type
// fs.ModeSymlink. Package io/fs knows only names in UTF-8: an entry with
// another name is listed but cannot be opened (fs.ErrInvalid). FileInfo.Sys
// returns the Info.
func IOFS(ctx context.Context, fsys FS) fs.FS {
	return &ioFS{ctx, fsys}
}

type ioFS struct {
	ctx  context.Context
	fsys FS
}

// valid returns the error of a name that is none.
func valid(op, name string) error {
	if !fs.ValidPath(name) {
		return PathError(op, name, fs.ErrInvalid)
	}
	return nil
}

func (f *ioFS) Open(name string) (fs.File, error) {
	if err := valid("open", name); err != nil {
		return nil, err
	}
	info, err := f.fsys.Stat(f.ctx, name)
	if err != nil {
		return nil, PathError("open", name, err)
	}
	if info.IsDir() {
		return &ioDir{fsys: f, name: name, info: info}, nil
	}
	r, err := f.fsys.Open(f.ctx, name, Range{})
	if err != nil {
		return nil, PathError("open", name, err)
	}
	return &ioFile{fsys: f, name: name, info: r.Info(), r: r}, nil
}

func (f *ioFS) Stat(name string) (fs.FileInfo, error) {
	if err := valid("stat", name); err != nil {
		return nil, err
	}
	info, err := f.fsys.Stat(f.ctx, name)
	if err != nil {
		return nil, err
	}
	return ioInfo{info}, nil
}

func (f *ioFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := valid("readdir", name); err != nil {
		return nil, err
	}
	var entries []fs.DirEntry
	var err error
	for info, listErr := range f.fsys.List(f.ctx, name) {
		if err = listErr; err == nil {
			entries = append(entries, fs.FileInfoToDirEntry(ioInfo{info}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

func (f *ioFS) ReadFile(name string) ([]byte, error) {
	if err := valid("readfile", name); err != nil {
		return nil, err
	}
	r, err := f.fsys.Open(f.ctx, name, Range{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (f *ioFS) Sub(dir string) (fs.FS, error) {
	if err := valid("sub", dir); err != nil {
		return nil, err
	}
	return IOFS(f.ctx, Sub(f.fsys, dir)), nil
}

// ioInfo is an Info as an fs.FileInfo.
type ioInfo struct{ info Info }

func (i ioInfo) Name() string       { return i.info.Name }
func (i ioInfo) Size() int64        { return max(i.info.Size, 0) }
func (i ioInfo) ModTime() time.Time { return i.info.ModTime }
func (i ioInfo) IsDir() bool        { return i.info.IsDir() }
func (i ioInfo) Sys() any           { return i.info }

// Mode returns the type and the permission bits; where those are not known, it
// says that all may read.
func (i ioInfo) Mode() fs.FileMode {
	switch i.info.Kind {
	case KindDir:
		return fs.ModeDir | cmp.Or(i.info.Mode, 0o555)
	case KindSymlink:
		return fs.ModeSymlink | cmp.Or(i.info.Mode, 0o777)
	case KindOther:
		return fs.ModeIrregular | cmp.Or(i.info.Mode, 0o444)
	}
	return cmp.Or(i.info.Mode, 0o444)
}
