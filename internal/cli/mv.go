package cli

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

type mvCmd struct {
	URL string `arg:"" name:"url" help:"What to rename."`
	New string `arg:"" name:"new" help:"The new name: NAME stays in the same folder, /PATH begins where the path of the URL begins, a URL is of the same server. An existing folder takes the file in."`
	remoteFlags
}

func (mvCmd) Help() string {
	return `Examples:

    ferry mv ftp://bob@host/docs/a.txt b.txt        becomes docs/b.txt
    ferry mv ftp://bob@host/docs/a.txt /old/a.txt   becomes old/a.txt
    ferry mv ftp://bob@host/docs/a.txt ftp://bob@host/old/`
}

func (c *mvCmd) Run(s *stdio) error {
	u, err := parseURL(c.URL)
	if err != nil {
		return err
	}
	target, folder, err := c.target(u)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	r, err := c.open(ctx, s, c.URL, 1)
	if err != nil {
		return err
	}
	defer r.Close()
	if target != u.Path {
		if target, err = into(ctx, r, target, folder, u.base()); err != nil {
			return err
		}
	}
	return r.Rename(ctx, u.Path, target)
}

// into returns the name that something called base gets by going to target: below
// it if that is a folder, as it has to be where folder says so.
func into(ctx context.Context, fsys storage.FS, target string, folder bool, base string) (string, error) {
	info, err := fsys.Stat(ctx, target)
	switch {
	case err == nil && info.IsDir():
		return storage.Join(target, base), nil
	case folder && err != nil:
		return "", err
	case folder:
		return "", storage.PathError("stat", target, storage.ErrNotDir)
	}
	return target, nil
}

// target returns the new name, and whether it must be a folder's.
func (c *mvCmd) target(u remoteURL) (name string, folder bool, err error) {
	if strings.Contains(c.New, "://") {
		n, err := parseURL(c.New)
		switch {
		case err != nil:
			return "", false, err
		case n.Addr() != u.Addr() || n.User != u.User || n.Absolute != u.Absolute:
			return "", false, usagef("mv renames on one server: both URLs must name the same host and user")
		}
		return n.Path, n.Folder && n.Path != ".", nil
	}
	return beside(u, c.New)
}

// beside reads a name that stands where a URL could: NAME is in the folder of u,
// /PATH begins where the path of u begins. It also tells whether it must be a
// folder's.
func beside(u remoteURL, arg string) (name string, folder bool, err error) {
	if strings.ContainsAny(arg, "\r\n\x00") {
		return "", false, usagef("the new name %q contains a line break or NUL, which FTP cannot carry", arg)
	}
	name, err = storageName(arg)
	if err != nil {
		return "", false, usagef("%v", err)
	}
	if dir, _ := storage.Split(u.Path); !strings.HasPrefix(arg, "/") {
		name = storage.Join(dir, name)
	}
	return name, strings.HasSuffix(arg, "/"), nil
}
