package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

type chmodCmd struct {
	Mode string   `arg:"" name:"mode" help:"The permissions in octal, as in 644 or 2775."`
	URL  []string `arg:"" name:"url" sep:"none" help:"Files or folders."`
	remoteFlags
}

func (chmodCmd) Help() string {
	return `Example:

    ferry chmod 640 ftp://bob@host/secret.txt`
}

func (c *chmodCmd) Run(s *stdio) error {
	bits, err := strconv.ParseUint(c.Mode, 8, 12)
	if err != nil {
		return usagef("%q is no mode: it is three or four octal digits, as in 644", c.Mode)
	}
	mode := fs.FileMode(bits & 0o777)
	for bit, special := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if bits&bit != 0 {
			mode |= special
		}
	}
	return c.setAttr(s, c.URL, storage.Attr{Mode: &mode})
}

// setAttr sets attributes of several files.
func (f *remoteFlags) setAttr(s *stdio, urls []string, a storage.Attr) error {
	return f.each(s, urls, func(ctx context.Context, r *remote, u remoteURL) error {
		err := r.SetAttr(ctx, u.Path, a)
		if errors.Is(err, errors.ErrUnsupported) {
			return hint(err, "the server has no command for that")
		}
		return err
	})
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
		if _, err := r.Stat(ctx, u.Path); errors.Is(err, fs.ErrNotExist) && !u.Folder {
			w, err := r.Create(ctx, u.Path, storage.CreateOptions{Mode: storage.Exclusive})
			if err != nil {
				return err
			}
			if _, err := w.Commit(ctx); err != nil || c.Date == "" && c.Created == "" {
				return err
			}
		} else if err != nil {
			return err
		}
		err := r.SetAttr(ctx, u.Path, a)
		if errors.Is(err, errors.ErrUnsupported) {
			return hint(err, "the server has no command for that")
		}
		return err
	})
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
