package storage

import (
	"context"
	"io"
)

// Get writes the contents of a file, or the part of them that r says, to w, and returns
// how many octets w took. An error of w is returned as it is; any other is about the
// file. To go on with a copy that was cut, r.Off is how much of it there is.
func Get(ctx context.Context, fsys FS, name string, r Range, w io.Writer) (int64, error) {
	f, err := fsys.Open(ctx, name, r)
	if err != nil {
		return 0, PathError("get", name, err)
	}
	to := &sink{w: w}
	err = pump(ctx, to, f)
	if to.err != nil {
		f.Close()
		return to.taken, to.err
	}
	// Some only know at the end whether it was all.
	if closed := f.Close(); err == nil {
		err = closed
	}
	return to.taken, PathError("get", name, err)
}

// sink counts what a writer takes, and keeps its error apart.
type sink struct {
	w     io.Writer
	taken int64
	err   error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.taken += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
	return n, err
}

// Put writes what r has, up to its end, into a file, as o says: the zero CreateOptions
// replace it. After an error the file is as Writer.Abort leaves it. An error of r is
// returned as it is; any other is about the file.
func Put(ctx context.Context, fsys FS, name string, r io.Reader, o CreateOptions) (Info, error) {
	w, err := fsys.Create(ctx, name, o)
	if err != nil {
		return Info{}, PathError("put", name, err)
	}
	from := &source{r: r}
	if err := pump(ctx, w, from); err != nil {
		w.Abort()
		if from.err != nil {
			return Info{}, from.err
		}
		return Info{}, PathError("put", name, err)
	}
	info, err := w.Commit(ctx)
	return info, PathError("put", name, err)
}

// source keeps the error of a reader apart.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != io.EOF {
		s.err = err
	}
	return n, err
}
