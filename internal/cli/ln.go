package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

type lnCmd struct {
	Target   string `arg:"" name:"target" help:"What the link leads to, counted from the folder of the link."`
	URL      string `arg:"" name:"url" help:"The link to make."`
	Symbolic bool   `short:"s" help:"A symbolic link; FTP knows no other."`
	remoteFlags
}

func (lnCmd) Help() string {
	return `Example:

    ferry ln -s 2026/report.pdf ftp://bob@host/latest.pdf`
}

func (c *lnCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	r, err := c.open(ctx, s, c.URL, 1)
	if err != nil {
		return err
	}
	defer r.Close()
	return symlink(ctx, r.Client, c.Target, r.url.Path)
}

// symlink makes a symbolic link.
func symlink(ctx context.Context, fsys storage.FS, target, name string) error {
	linker, ok := storage.As[storage.Linker](fsys)
	err := errors.ErrUnsupported
	if ok {
		err = linker.Symlink(ctx, target, name)
	}
	switch {
	case errors.Is(err, errors.ErrUnsupported) && strings.Contains(target, " "):
		return hint(err, "the server makes no links (SITE SYMLINK), and could not tell where a target with a blank in it ends")
	case errors.Is(err, errors.ErrUnsupported):
		return hint(err, "the server makes no links (SITE SYMLINK)")
	case errors.Is(err, storage.ErrName):
		return hint(err, "the target counts from the folder of the link and stays on the server, as in ../docs/a.txt")
	}
	return err
}
