package cli

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

type mkdirCmd struct {
	URL     []string `arg:"" name:"url" sep:"none" help:"The folders to make."`
	Parents bool     `short:"p" help:"Make the folders above, too; a folder that is there already is fine."`
	remoteFlags
}

func (mkdirCmd) Help() string {
	return `Example:

    ferry mkdir -p ftp://bob@host/photos/2026/summer`
}

func (c *mkdirCmd) Run(s *stdio) error {
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		if c.Parents {
			return mkdirAll(ctx, r, u.Path)
		}
		err := r.Mkdir(ctx, u.Path)
		if errors.Is(err, fs.ErrNotExist) {
			return hint(err, "add -p to make the folders above, too")
		}
		return err
	})
}

// mkdirAll makes a folder and those above it that are missing.
func mkdirAll(ctx context.Context, fsys storage.FS, dir string) error {
	info, err := fsys.Stat(ctx, dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return storage.PathError("mkdir", dir, storage.ErrNotDir)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if parent, _ := storage.Split(dir); parent != dir {
		if err := mkdirAll(ctx, fsys, parent); err != nil {
			return err
		}
	}
	return fsys.Mkdir(ctx, dir)
}
