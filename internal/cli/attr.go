package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

type chmodCmd struct {
	Mode string   `arg:"" name:"mode" help:"The permissions in octal, as in 644 or 2775; or what is to be changed of them, as in u+x,go-w, where the server tells what they are."`
	URL  []string `arg:"" name:"url" sep:"none" help:"Files or folders."`
	remoteFlags
}

func (chmodCmd) Help() string {
	return `Examples:

    ferry chmod 640 ftp://bob@host/secret.txt
    ferry chmod u+x,go-w ftp://bob@host/run.sh`
}

func (c *chmodCmd) Run(s *stdio) error {
	mode, err := parseMode(c.Mode)
	if err != nil {
		return err
	}
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		return chmod(ctx, r, u.Path, mode)
	})
}

// setAttr sets attributes of several files.
func (f *remoteFlags) setAttr(s *stdio, urls []string, a storage.Attr) error {
	return f.each(s, urls, func(ctx context.Context, r *remote, u remoteURL) error {
		return noSuchCommand(r.SetAttr(ctx, u.Path, a))
	})
}

// noSuchCommand says of an error that something cannot be done why that is so.
func noSuchCommand(err error) error {
	if errors.Is(err, errors.ErrUnsupported) {
		return hint(err, "the server has no command for that")
	}
	return err
}

type chownCmd struct {
	Owner string   `arg:"" name:"owner" help:"OWNER, OWNER:GROUP or :GROUP, by name or number."`
	URL   []string `arg:"" name:"url" sep:"none" help:"Files or folders."`
	remoteFlags
}

func (chownCmd) Help() string {
	return `Examples:

    ferry chown anna:staff ftp://root@host/plan.txt
    ferry chown :staff ftp://bob@host/plan.txt`
}

func (c *chownCmd) Run(s *stdio) error {
	owner, group, _ := strings.Cut(c.Owner, ":")
	if owner == "" && group == "" || strings.ContainsAny(c.Owner, " ;=\r\n\x00") || strings.Contains(group, ":") {
		return usagef("%q is no owner: it is OWNER, OWNER:GROUP or :GROUP", c.Owner)
	}
	return c.setAttr(s, c.URL, storage.Attr{Owner: owner, Group: group})
}

type touchCmd struct {
	URL     []string `arg:"" name:"url" sep:"none" help:"Files or folders. A file that is not there is made, empty."`
	Date    string   `short:"d" placeholder:"TIME" help:"The time to set, local unless it says otherwise, as in 2026-01-02, '2026-01-02 15:04:05' or 2026-01-02T15:04:05Z; the default is now."`
	Created string   `placeholder:"TIME" help:"Set when it was created, too."`
	remoteFlags
}

func (touchCmd) Help() string {
	return `Example:

    ferry touch -d '2026-01-02 15:04' ftp://bob@host/a.txt`
}

func (c *touchCmd) Run(s *stdio) error {
	a := storage.Attr{ModTime: time.Now()}
	for _, t := range []struct {
		text string
		at   *time.Time
	}{{c.Date, &a.ModTime}, {c.Created, &a.Birth}} {
		if t.text == "" {
			continue
		}
		var err error
		if *t.at, err = parseDate(t.text); err != nil {
			return err
		}
	}
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		return touchFile(ctx, r, u.Path, u.Folder, a, c.Date != "" || c.Created != "")
	})
}

// touchFile sets the times of a file. One that is not there is made, unless it must be a
// folder; its times are then set if given says that they are others than now.
func touchFile(ctx context.Context, fsys storage.FS, name string, folder bool, a storage.Attr, given bool) error {
	if _, err := fsys.Stat(ctx, name); errors.Is(err, fs.ErrNotExist) && !folder {
		w, err := fsys.Create(ctx, name, storage.CreateOptions{Mode: storage.Exclusive})
		if err != nil {
			return err
		}
		if _, err := w.Commit(ctx); err != nil || !given {
			return err
		}
	} else if err != nil {
		return err
	}
	return noSuchCommand(fsys.SetAttr(ctx, name, a))
}

// parseDate reads a time, local unless it names a zone.
func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil && t.Year() >= 1000 {
			return t, nil
		}
	}
	return time.Time{}, usagef("%s", fmt.Sprintf("%q is no time: it is as in 2026-01-02 15:04:05 or 2026-01-02T15:04:05Z", text))
}
