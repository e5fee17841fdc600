package cli

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/ftpclient"
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
		return c.make(ctx, r.Client, u.Path)
	})
}

func (c *mkdirCmd) make(ctx context.Context, cl *ftpclient.Client, name string) error {
	if c.Parents {
		return cl.MkdirAll(ctx, name)
	}
	err := cl.Mkdir(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return hint(err, "add -p to make the folders above, too")
	}
	return err
}
