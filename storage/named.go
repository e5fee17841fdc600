package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// pathOf returns the name that err is about, or "".
func pathOf(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Path
	}
	return ""
}

// kernelFile is what package net asks of a reader before it lets the kernel
// copy from it.
type kernelFile interface {
	fs.File
	io.Seeker
	syscall.Conn
}

// NamedReader returns r under another name: the one in its errors, whose last
// element is that of Info. It is for wrappers that change names. What the kernel
// could copy from before it still can.
func NamedReader(r Reader, name string) Reader {
	n := renamedReader{r, name}
	if file, ok := r.(kernelFile); ok {
		return &renamedFile{n, file}
	}
	return &n
}

type renamedReader struct {
	Reader
	name string
}

func (r *renamedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = PathError("read", r.name, err)
	}
	return n, err
}

func (r *renamedReader) Close() error {
	return PathError("close", r.name, r.Reader.Close())
}

func (r *renamedReader) Info() Info { return named(r.Reader.Info(), r.name) }

// named returns info under the last element of name.
func named(info Info, name string) Info {
	_, info.Name = Split(name)
	return info
}

type renamedFile struct {
	renamedReader
	file kernelFile
}

func (f *renamedFile) Stat() (fs.FileInfo, error)                { return f.file.Stat() }
func (f *renamedFile) SyscallConn() (syscall.RawConn, error)     { return f.file.SyscallConn() }
func (f *renamedFile) Seek(off int64, whence int) (int64, error) { return f.file.Seek(off, whence) }

// NamedWriter returns w under another name, as NamedReader does.
func NamedWriter(w Writer, name string) Writer { return &namedWriter{w, name} }

type namedWriter struct {
	w    Writer
	name string
}

func (w *namedWriter) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	return n, PathError("write", w.name, err)
}

// WriteBy implements KernelWriter.
func (w *namedWriter) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	k, ok := w.w.(KernelWriter)
	if !ok {
		return 0, PathError("write", w.name, errors.ErrUnsupported)
	}
	n, err := k.WriteBy(n, write)
	return n, PathError("write", w.name, err)
}

// Replaces implements Replacer.
func (w *namedWriter) Replaces() (old, known bool) { return Replaces(w.w) }

func (w *namedWriter) Commit(ctx context.Context) (Info, error) {
	info, err := w.w.Commit(ctx)
	if err != nil {
		return info, PathError("commit", w.name, err)
	}
	return named(info, w.name), nil
}

func (w *namedWriter) Sync(ctx context.Context) (int64, error) {
	stored, err := w.w.Sync(ctx)
	return stored, PathError("sync", w.name, err)
}

func (w *namedWriter) Suspend(ctx context.Context) error {
	return PathError("suspend", w.name, w.w.Suspend(ctx))
}

func (w *namedWriter) Abort() error {
	return PathError("abort", w.name, w.w.Abort())
}
