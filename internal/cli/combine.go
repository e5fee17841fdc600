package cli

import (
	"context"
	"errors"
	"io"

	"github.com/seed-6092453b/ferry/storage"
)

type combineCmd struct {
	URL   string   `arg:"" name:"url" help:"The file that they are appended to. It is made if it is not there."`
	Parts []string `arg:"" name:"parts" sep:"none" help:"The files, in their order: NAME is in the same folder, /PATH begins where the path of the URL begins."`
	remoteFlags
}

func (combineCmd) Help() string {
	return `Example:

    ferry combine ftp://bob@host/film.mkv film.mkv.1 film.mkv.2 film.mkv.3

The server does it if it can (COMB). Else each part is read, appended, and deleted once it is in.`
}

func (c *combineCmd) Run(s *stdio) error {
	u, err := parseURL(c.URL)
	if err != nil {
		return err
	}
	var parts []string
	for _, part := range c.Parts {
		name, folder, err := (&mvCmd{New: part}).target(u)
		if err != nil {
			return err
		}
		if folder || name == u.Path {
			return usagef("%q is no part of %s", part, u)
		}
		parts = append(parts, name)
	}
	ctx, stop := interruptible()
	defer stop()
	r, err := c.open(ctx, s, c.URL, 2) // one to read, one to write
	if err != nil {
		return err
	}
	defer r.Close()
	err = r.Combine(ctx, u.Path, parts...)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	for _, part := range parts {
		if err := appendFile(ctx, r, u.Path, part); err != nil {
			return err
		}
		if err := r.Remove(ctx, part, storage.KindFile); err != nil {
			return err
		}
	}
	return nil
}

// appendFile appends one file to another.
func appendFile(ctx context.Context, fsys storage.FS, target, part string) error {
	from, err := fsys.Open(ctx, part, storage.Range{})
	if err != nil {
		return err
	}
	defer from.Close()
	w, err := fsys.Create(ctx, target, storage.CreateOptions{Mode: storage.Append})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, from); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}
