package ftpserver

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/storage"
)

var (
	errItself = errors.New("a directory cannot be copied into itself")
	errKept   = errors.New("it exists, and may not be changed")
)

// copier copies files and directories within a FS.
type copier struct {
	fs      storage.FS
	replace bool          // files that exist may be replaced
	room    *room         // for directories that are to be copied, held in memory
	done    *atomic.Int64 // octets
	made    string        // the ID of the directory that all goes to
}

// copy copies the file or the directory old to new. A directory that is there
// already takes in what is copied. A symbolic link in a directory is copied as a
// link, if it leads anywhere that a link may lead to, and else left out. copy
// stops at the first error; files that it has copied by then stay, each of them
// whole.
func (c *copier) copy(ctx context.Context, old, new string) error {
	from, err := c.fs.Stat(ctx, old)
	if err != nil {
		return err
	}
	if !from.IsDir() {
		return c.file(ctx, old, new, from.Size)
	}
	if new == old || strings.HasPrefix(new, old+"/") || old == "." {
		return storage.PathError("copy", new, errItself)
	}
	to, err := makeDir(ctx, c.fs, new)
	if err != nil {
		return err
	}
	if c.made = to.ID; c.made != "" && c.made == from.ID {
		return storage.PathError("copy", new, errItself)
	}
	todo := later{room: c.room}
	defer todo.close()
	for dir, more := ".", true; more; dir, more = todo.pop() { // below old, and new
		for info, err := range c.fs.List(ctx, storage.Join(old, dir)) {
			if err != nil {
				return err
			}
			below := storage.Join(dir, info.Name)
			deeper, err := c.entry(ctx, info, storage.Join(old, below), storage.Join(new, below))
			if err != nil {
				return err
			}
			if deeper && !todo.push(below) {
				return errTree
			}
		}
	}
	return nil
}

// entry copies one entry of a directory, and reports whether it is one itself,
// whose entries are to follow.
func (c *copier) entry(ctx context.Context, info storage.Info, old, new string) (deeper bool, err error) {
	switch {
	case info.Target != "":
		return false, c.link(ctx, info.Target, new)
	case !info.IsDir():
		return false, c.file(ctx, old, new, info.Size)
	case c.made != "" && info.ID == c.made:
		// By whatever links it was named, it is below the directory that is copied:
		// this would have no end.
		return false, storage.PathError("copy", old, errItself)
	}
	return true, c.dir(ctx, new)
}

// file copies a file.
func (c *copier) file(ctx context.Context, old, new string, size int64) error {
	copyOne := storage.Copy
	if !c.replace {
		if _, err := c.fs.Stat(ctx, new); err == nil {
			return storage.PathError("copy", new, errKept)
		}
		copyOne = copyNew // lest it comes into being meanwhile
	}
	if err := copyOne(ctx, c.fs, old, new); err != nil {
		return err
	}
	c.done.Add(max(size, 0))
	return nil
}

// copyNew copies a file to a name that nothing may have.
func copyNew(ctx context.Context, fsys storage.FS, old, new string) error {
	r, err := fsys.Open(ctx, old, storage.Range{})
	if err != nil {
		return err
	}
	defer r.Close()
	info := r.Info()
	w, err := fsys.Create(ctx, new, storage.CreateOptions{
		Mode: storage.Exclusive, SizeHint: max(info.Size, 0), Perm: info.Mode.Perm(), Form: info.Form,
	})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := copyFile(w, ctxReader{ctx, r}); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// dir makes a directory, or takes the one that is there. A link to one would lead
// away from where all goes to, and perhaps to where it comes from.
func (c *copier) dir(ctx context.Context, name string) error {
	info, err := makeDir(ctx, c.fs, name)
	if err == nil && info.Target != "" {
		err = storage.PathError("copy", name, fs.ErrExist)
	}
	return err
}

func (c *copier) link(ctx context.Context, target, name string) error {
	if _, err := storage.LinkTarget(target, name); err != nil {
		return nil
	}
	l, ok := storage.As[storage.Linker](c.fs)
	if !ok {
		return storage.PathError("symlink", name, errors.ErrUnsupported)
	}
	return l.Symlink(ctx, target, name)
}
