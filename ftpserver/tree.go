package ftpserver

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// treeBatch is how many entries of a directory removeTree holds at once.
const treeBatch = 256

// removeTree removes the directory name and all in it. A symbolic link is removed
// itself, never what it leads to. It stops at the first error; what it has
// removed by then is gone.
func removeTree(ctx context.Context, fsys storage.FS, name string) error {
	info, err := fsys.Stat(ctx, name)
	if err != nil {
		return err
	}
	if !info.IsDir() || info.Target != "" {
		return storage.PathError("remove", name, storage.ErrNotDir)
	}
	for {
		// A listing may lose its way when what it lists is removed meanwhile: it
		// is begun anew until there is nothing more.
		batch, err := firstEntries(ctx, fsys, name)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return fsys.Remove(ctx, name, storage.KindDir)
		}
		for _, e := range batch {
			below := storage.Join(name, e.name)
			if e.dir {
				err = removeTree(ctx, fsys, below)
			} else {
				err = fsys.Remove(ctx, below, storage.KindFile)
			}
			if err != nil {
				return err
			}
		}
	}
}

type treeEntry struct {
	name string
	dir  bool // and no link to one
}

func firstEntries(ctx context.Context, fsys storage.FS, dir string) ([]treeEntry, error) {
	var batch []treeEntry
	for info, err := range fsys.List(ctx, dir) {
		if err != nil {
			return nil, err
		}
		batch = append(batch, treeEntry{info.Name, info.IsDir() && info.Target == ""})
		if len(batch) == treeBatch {
			break
		}
	}
	return batch, nil
}

// makeTree makes the directory name, and those above it that are missing. One
// that is there already is as good.
func makeTree(ctx context.Context, fsys storage.FS, name string) error {
	if name == "." {
		return nil
	}
	_, err := makeDir(ctx, fsys, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above, _ := storage.Split(name)
	if err := makeTree(ctx, fsys, above); err != nil {
		return err
	}
	_, err = makeDir(ctx, fsys, name)
	return err
}

// makeDir makes a directory, or takes the one that is there, and describes it.
func makeDir(ctx context.Context, fsys storage.FS, name string) (storage.Info, error) {
	made := fsys.Mkdir(ctx, name)
	if made != nil && !errors.Is(made, fs.ErrExist) {
		return storage.Info{}, made
	}
	info, err := fsys.Stat(ctx, name)
	if err == nil && !info.IsDir() {
		err = made
	}
	return info, err
}
