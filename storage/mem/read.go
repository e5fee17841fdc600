package mem

import (
	"context"
	"io"
	"io/fs"
	"iter"

	"github.com/seed-6092453b/ferry/storage"
)

// Stat implements storage.FS. A link that leads nowhere is described itself.
func (f *FS) Stat(ctx context.Context, name string) (storage.Info, error) {
	if err := ctx.Err(); err != nil {
		return storage.Info{}, storage.PathError("stat", name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.describe(name)
	return info, storage.PathError("stat", name, err)
}

// List implements storage.FS. It yields the entries that were there when the
// listing began, less those removed since, in the order of their names.
func (f *FS) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		f.mu.Lock()
		n, err := f.directory(ctx, dir)
		var names []string
		if err == nil {
			names = n.names()
		}
		f.mu.Unlock()
		for _, name := range names {
			if err = ctx.Err(); err != nil {
				break
			}
			// Not under the lock while yielding: the caller may use the FS.
			if info, ok := f.entry(n, dir, name); ok && !yield(info, nil) {
				return
			}
		}
		if err != nil {
			yield(storage.Info{}, storage.PathError("list", dir, err))
		}
	}
}

// entry describes the entry base of the directory n, which was listed as dir.
func (f *FS) entry(n *node, dir, base string) (storage.Info, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	child := n.children[base]
	if child == nil {
		return storage.Info{}, false
	}
	if child.kind == storage.KindSymlink {
		if info, err := f.describe(storage.Join(dir, base)); err == nil {
			return info, true
		}
	}
	return child.info(base), true
}

// Open implements storage.FS. The Reader is a snapshot.
func (f *FS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	rd, err := f.open(ctx, name, r)
	if err != nil {
		return nil, storage.PathError("open", name, err)
	}
	return rd, nil
}

func (f *FS) open(ctx context.Context, name string, r storage.Range) (*reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, true)
	switch {
	case err != nil:
		return nil, err
	case p.n == nil:
		return nil, fs.ErrNotExist
	case p.n.kind == storage.KindDir:
		return nil, storage.ErrIsDir
	case r.Version != "" && r.Version != p.n.version:
		return nil, storage.ErrChanged
	case r.Off < 0 || r.Len < 0 || r.Off > p.n.data.size:
		return nil, storage.ErrOffset
	}
	info, err := f.describe(name)
	if err != nil {
		return nil, err
	}
	f.endParts(p.n)
	rd := &reader{name: name, info: info, data: p.n.data.snapshot(), pos: r.Off, end: p.n.data.size}
	if r.Len > 0 {
		rd.end = min(rd.end, r.Off+r.Len)
	}
	return rd, nil
}

// reader reads a snapshot from pos to end.
type reader struct {
	name     string
	info     storage.Info
	data     *content // nil after Close
	pos, end int64
}

func (r *reader) Info() storage.Info { return r.info }

func (r *reader) Read(p []byte) (int, error) {
	if r.data == nil {
		return 0, storage.PathError("read", r.name, fs.ErrClosed)
	}
	if r.pos == r.end {
		return 0, io.EOF
	}
	n, err := r.data.readAt(p[:min(int64(len(p)), r.end-r.pos)], r.pos)
	r.pos += int64(n)
	return n, err
}

func (r *reader) Close() error {
	if r.data == nil {
		return storage.PathError("close", r.name, fs.ErrClosed)
	}
	r.data = nil
	return nil
}
