package cli

import (
	"errors"

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
	linker, ok := storage.As[storage.Linker](r.Client)
	err = errors.ErrUnsupported
	if ok {
		err = linker.Symlink(ctx, c.Target, r.url.Path)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return hint(err, "the server makes no links")
	}
	return err
}
