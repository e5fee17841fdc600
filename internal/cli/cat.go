package cli

import (
	"fmt"
	"io"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

type catCmd struct {
	URL    string `arg:"" name:"url" help:"The file, as in ftp://host/path/file."`
	Offset int64  `placeholder:"N" help:"Begin after the first N octets."`
	Length int64  `placeholder:"N" help:"End after N octets."`
	renderFlags
	remoteFlags
}

func (catCmd) Help() string {
	return `Examples:

    ferry cat ftp://host/pub/README
    ferry cat --offset 1000 --length 200 ftp://host/log    a piece of it`
}

func (c *catCmd) Run(s *stdio) error {
	if c.Offset < 0 || c.Length < 0 {
		return usagef("--offset and --length are not negative")
	}
	ctx, stop := interruptible()
	defer stop()
	r, err := c.openTuned(ctx, s, c.URL, 1, c.tune)
	if err != nil {
		return err
	}
	defer r.Close()
	if c.Offset > 0 && r.Conversion() != "" {
		return usagef("--offset counts the octets of the file, which are not those on the way (%s)", r.Conversion())
	}
	if r.url.Type == 'd' { // RFC 1738, 3.2.2: a list of names
		all, err := entries(ctx, r, r.url.Path)
		for _, info := range all {
			if _, err := fmt.Fprintln(s.out, info.Name); err != nil {
				return err
			}
		}
		return err
	}
	file, err := r.Open(ctx, r.url.Path, storage.Range{Off: c.Offset, Len: c.Length})
	if err != nil {
		return err
	}
	defer file.Close()
	var text io.Reader = file
	if c.Render {
		text = ftp.NewASAReader(file)
	}
	if _, err := io.Copy(s.out, text); err != nil {
		return err
	}
	return file.Close()
}
