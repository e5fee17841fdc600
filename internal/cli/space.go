package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/seed-6092453b/ferry/storage"
)

type duCmd struct {
	URL  []string `arg:"" name:"url" sep:"none" help:"Folders."`
	JSON bool     `name:"json" help:"One JSON object per folder (see: ferry help json)."`
	remoteFlags
}

func (duCmd) Help() string {
	return `Example:

    ferry du ftp://bob@host/photos ftp://bob@host/films

The server counts if it can (DSIZ); else all folders are listed.`
}

// jsonSize is what --json shows of a folder.
type jsonSize struct {
	URL  string `json:"url"`
	Size int64  `json:"size"`
}

func (c *duCmd) Run(s *stdio) error {
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		n, err := r.TreeSize(ctx, u.Path)
		if err != nil {
			return err
		}
		if c.JSON {
			return s.json(jsonSize{u.Of(u.Path), n})
		}
		_, err = fmt.Fprintf(s.out, "%12d  %9s  %s\n", n, size(n), u.Of(u.Path))
		return err
	})
}

type dfCmd struct {
	URL  string `arg:"" name:"url" help:"The server, or a folder there."`
	JSON bool   `name:"json" help:"A JSON object (see: ferry help json)."`
	remoteFlags
}

func (dfCmd) Help() string {
	return `Example:

    ferry df ftp://bob@host/`
}

// jsonRoom is what --json shows of the room on a server.
type jsonRoom struct {
	URL       string `json:"url"`
	Available *int64 `json:"available,omitempty"`
	Files     *int64 `json:"files,omitempty"`
	MaxFiles  *int64 `json:"max_files,omitempty"`
	Octets    *int64 `json:"octets,omitempty"`
	MaxOctets *int64 `json:"max_octets,omitempty"`
}

func (c *dfCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	r, err := c.open(ctx, s, c.URL, 1)
	if err != nil {
		return err
	}
	defer r.Close()
	room, err := roomOf(ctx, r)
	if err != nil {
		return err
	}
	if c.JSON {
		return s.json(room)
	}
	return room.write(s.out)
}

// write writes what is known of the room for people.
func (r jsonRoom) write(w io.Writer) error {
	var err error
	line := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	if r.Available != nil {
		line("available: %d (%s)\n", *r.Available, size(*r.Available))
	}
	if r.Octets != nil {
		line("quota:     %s of %s\n", size(*r.Octets), upTo(r.MaxOctets, size))
		line("files:     %d of %s\n", *r.Files, upTo(r.MaxFiles, func(n int64) string { return fmt.Sprint(n) }))
	}
	return err
}

// roomOf asks the server for what it tells of. That it tells nothing is an error.
func roomOf(ctx context.Context, r *remote) (jsonRoom, error) {
	room := jsonRoom{URL: r.url.Of(r.url.Path)}
	if spacer, ok := storage.As[storage.Spacer](r.Client); ok {
		n, err := spacer.Space(ctx, r.url.Path)
		switch {
		case err == nil:
			room.Available = &n
		case !errors.Is(err, errors.ErrUnsupported):
			return room, err
		}
	}
	if quoter, ok := storage.As[storage.Quoter](r.Client); ok {
		u, err := quoter.Quota(ctx)
		switch {
		case err == nil:
			room.Files, room.MaxFiles, room.Octets, room.MaxOctets = &u.Files, bound(u.MaxFiles), &u.Octets, bound(u.MaxOctets)
		case !errors.Is(err, errors.ErrUnsupported):
			return room, err
		}
	}
	if room.Available == nil && room.Octets == nil {
		return room, hint(errors.ErrUnsupported, "the server does not tell how much room there is")
	}
	return room, nil
}

// bound is nil for none.
func bound(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}

func upTo(n *int64, show func(int64) string) string {
	if n == nil {
		return "any"
	}
	return show(*n)
}
