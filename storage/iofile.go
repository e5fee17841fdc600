package storage

import (
	"errors"
	"io"
	"io/fs"
)

// ioFile is a file of IOFS. To seek is to open anew, at the same version where
// the FS has versions.
type ioFile struct {
	fsys   *ioFS
	name   string
	info   Info
	r      Reader // at off; nil after Seek
	off    int64
	closed bool
}

func (f *ioFile) Stat() (fs.FileInfo, error) { return ioInfo{f.info}, nil }

func (f *ioFile) Read(p []byte) (int, error) {
	if f.closed {
		return 0, PathError("read", f.name, fs.ErrClosed)
	}
	if f.r == nil {
		r, err := f.open(Range{Off: f.off})
		if err != nil {
			return 0, err
		}
		f.r = r
	}
	n, err := f.r.Read(p)
	f.off += int64(n)
	return n, err
}

// open opens the file again; io.EOF if there is nothing in that range.
func (f *ioFile) open(r Range) (Reader, error) {
	r.Version = f.info.Version
	rd, err := f.fsys.fsys.Open(f.fsys.ctx, f.name, r)
	if errors.Is(err, ErrOffset) {
		return nil, io.EOF
	}
	return rd, PathError("read", f.name, err)
}

func (f *ioFile) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += f.off
	case io.SeekEnd:
		off += f.info.Size
	}
	switch {
	case f.closed:
		return 0, PathError("seek", f.name, fs.ErrClosed)
	case off < 0 || whence < io.SeekStart || whence > io.SeekEnd:
		return 0, PathError("seek", f.name, fs.ErrInvalid)
	case off != f.off && f.r != nil:
		f.r.Close()
		f.r = nil
	}
	f.off = off
	return off, nil
}

func (f *ioFile) ReadAt(p []byte, off int64) (int, error) {
	switch {
	case f.closed:
		return 0, PathError("read", f.name, fs.ErrClosed)
	case off < 0:
		return 0, PathError("read", f.name, fs.ErrInvalid)
	case len(p) == 0:
		return 0, nil
	}
	r, err := f.open(Range{Off: off, Len: int64(len(p))})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	n, err := io.ReadFull(r, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

func (f *ioFile) Close() error {
	if f.closed {
		return PathError("close", f.name, fs.ErrClosed)
	}
	f.closed = true
	if f.r == nil {
		return nil
	}
	return f.r.Close()
}

// ioDir is a directory of IOFS. It is listed whole when it is first read, not
// to hold a listing open between calls.
type ioDir struct {
	fsys    *ioFS
	name    string
	info    Info
	entries []fs.DirEntry // not yet returned
	listed  bool
	closed  bool
}

func (d *ioDir) Stat() (fs.FileInfo, error) { return ioInfo{d.info}, nil }

func (d *ioDir) Read([]byte) (int, error) {
	return 0, PathError("read", d.name, ErrIsDir)
}

func (d *ioDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if d.closed {
		return nil, PathError("readdir", d.name, fs.ErrClosed)
	}
	if !d.listed {
		entries, err := d.fsys.ReadDir(d.name)
		if err != nil {
			return entries, err
		}
		d.entries, d.listed = entries, true
	}
	page := d.entries
	if n > 0 {
		if len(page) == 0 {
			return nil, io.EOF
		}
		page = page[:min(n, len(page))]
	}
	d.entries = d.entries[len(page):]
	return page, nil
}

func (d *ioDir) Close() error {
	if d.closed {
		return PathError("close", d.name, fs.ErrClosed)
	}
	d.closed = true
	return nil
}
