package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

type cpCmd struct {
	URL string `arg:"" name:"url" help:"The file to copy."`
	To  string `arg:"" name:"to" help:"Where to: NAME stays in the same folder, /PATH begins where the path of the URL begins, a URL may be of another server. An existing folder takes the file in."`
	remoteFlags
}

func (cpCmd) Help() string {
	return `Examples:

    ferry cp ftp://bob@host/a.txt b.txt
    ferry cp ftp://bob@host/a.txt ftp://bob@host/old/
    ferry cp ftp://bob@host/a.txt ftp://bob@mirror/a.txt    to another server

A server that can copies by itself; else what is read goes through here and is written again. The flags are for both servers, and so is a password that no URL holds.`
}

func (c *cpCmd) Run(s *stdio) error {
	from, err := parseURL(c.URL)
	if err != nil {
		return err
	}
	to, err := c.target(from)
	if err != nil {
		return err
	}
	if from.Folder {
		return hint(usagef("%s is a folder: cp copies files", from), "ferry get -r and ferry put -r copy folders")
	}
	ctx, stop := interruptible()
	defer stop()
	same := from.server() == to.server()
	src, err := c.open(ctx, s, c.URL, 2) // one to read, one to write
	if err != nil {
		return err
	}
	defer src.Close()
	dst := src
	if !same {
		if dst, err = c.open(ctx, s, c.To, 1); err != nil {
			return err
		}
		defer dst.Close()
	}
	target, err := into(ctx, dst, to.Path, to.Folder, from.base())
	if err != nil {
		return err
	}
	if same {
		err = storage.Copy(ctx, src, from.Path, target)
	} else {
		err = stream(ctx, dst, target, src, from.Path)
	}
	if errors.Is(err, storage.ErrIsDir) {
		return hint(err, "ferry get -r and ferry put -r copy folders")
	}
	return err
}

// target returns where the copy goes.
func (c *cpCmd) target(from remoteURL) (to remoteURL, err error) {
	if strings.Contains(c.To, "://") {
		return parseURL(c.To)
	}
	to = from
	to.Path, to.Folder, err = beside(from, c.To)
	return to, err
}

// server is what two URLs have in common whose files one login reaches.
func (u remoteURL) server() string {
	u.Path, u.Folder, u.Type = ".", false, 0
	return u.String()
}

// stream copies a file from one file system to another, with its time.
func stream(ctx context.Context, dst storage.FS, to string, src storage.FS, from string) error {
	r, err := src.Open(ctx, from, storage.Range{})
	if err != nil {
		return err
	}
	defer r.Close()
	info := r.Info()
	w, err := dst.Create(ctx, to, storage.CreateOptions{SizeHint: max(info.Size, 0), Perm: info.Mode.Perm(), ModTime: info.ModTime})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}
