package mem

import (
	"context"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Mkdir implements storage.FS.
func (f *FS) Mkdir(ctx context.Context, name string) error {
	return storage.PathError("mkdir", name, f.add(ctx, name, func() *node {
		return f.newNode(storage.KindDir, 0o755)
	}))
}

// Symlink implements storage.Linker.
func (f *FS) Symlink(ctx context.Context, target, name string) error {
	if _, err := storage.LinkTarget(target, name); err != nil {
		return err
	}
	return f.symlink(ctx, target, name)
}

// ForeignLink makes a symbolic link such as other programs leave on a disk:
// target may be anything. One that begins with a slash or leaves the root leads
// nowhere.
func (f *FS) ForeignLink(target, name string) error {
	return f.symlink(context.Background(), target, name)
}

func (f *FS) symlink(ctx context.Context, target, name string) error {
	return storage.PathError("symlink", name, f.add(ctx, name, func() *node {
		n := f.newNode(storage.KindSymlink, 0o777)
		n.target = target
		return n
	}))
}

// add puts a new object under name, which must be free.
func (f *FS) add(ctx context.Context, name string, object func() *node) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, false)
	if err != nil {
		return err
	}
	if p.n != nil {
		return fs.ErrExist
	}
	f.link(p.dir, p.base, object())
	return nil
}

// Remove implements storage.FS. The root cannot be removed (fs.ErrPermission).
func (f *FS) Remove(ctx context.Context, name string, want storage.Kind) error {
	return storage.PathError("remove", name, f.remove(ctx, name, want))
}

func (f *FS) remove(ctx context.Context, name string, want storage.Kind) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, false)
	switch {
	case err != nil:
		return err
	case p.n == nil:
		return fs.ErrNotExist
	case want != storage.KindDir && want != storage.KindFile:
		return fs.ErrInvalid
	case want == storage.KindDir && p.n.kind != storage.KindDir:
		return storage.ErrNotDir
	case want == storage.KindFile && p.n.kind == storage.KindDir:
		return storage.ErrIsDir
	case len(p.n.children) > 0:
		return storage.ErrNotEmpty
	case p.n == f.root:
		return fs.ErrPermission
	}
	f.unlink(p.dir, p.base)
	return nil
}

// Rename implements storage.FS. The error names whichever of the two names it
// is about.
func (f *FS) Rename(ctx context.Context, old, new string) error {
	if err := ctx.Err(); err != nil {
		return storage.PathError("rename", old, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	from, err := f.find(old, false)
	if err == nil && from.n == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return storage.PathError("rename", old, err)
	}
	if from.n == f.root || strings.HasPrefix(new, old+"/") {
		return storage.PathError("rename", new, storage.ErrName)
	}
	to, err := f.find(new, false)
	if err != nil {
		return storage.PathError("rename", new, err)
	}
	return storage.PathError("rename", new, f.move(from, to))
}

func (f *FS) move(from, to place) error {
	switch {
	case to.n == from.n:
		f.endParts(from.n)
		return nil
	case to.n != nil && to.n.kind == storage.KindDir:
		return fs.ErrExist
	case to.n != nil && from.n.kind == storage.KindDir:
		return storage.ErrNotDir
	case from.n.holds(to.dir):
		return storage.ErrName
	}
	f.endParts(from.n)
	delete(from.dir.children, from.base)
	f.touch(from.dir)
	f.link(to.dir, to.base, from.n)
	return nil
}

// holds tells whether dir is n or below it.
func (n *node) holds(dir *node) bool {
	if n == dir {
		return true
	}
	for _, child := range n.children {
		if child.kind == storage.KindDir && child.holds(dir) {
			return true
		}
	}
	return false
}

// SetAttr implements storage.FS; everything that Attr can ask for is supported.
func (f *FS) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	return storage.PathError("setattr", name, f.setAttr(ctx, name, a))
}

func (f *FS) setAttr(ctx context.Context, name string, a storage.Attr) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.find(name, true)
	if err != nil {
		return err
	}
	if p.n == nil {
		return fs.ErrNotExist
	}
	if a.Mode != nil {
		p.n.mode = *a.Mode & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	}
	if !a.ModTime.IsZero() {
		p.n.mtime = a.ModTime
	}
	if !a.Birth.IsZero() {
		p.n.birth = a.Birth
	}
	if a.Owner != "" {
		p.n.owner = a.Owner
	}
	if a.Group != "" {
		p.n.group = a.Group
	}
	return nil
}
