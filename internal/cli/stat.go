package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

type statCmd struct {
	URL  []string `arg:"" name:"url" sep:"none" help:"Files or folders."`
	JSON bool     `name:"json" help:"One JSON object per file (see: ferry help json)."`
	remoteFlags
}

func (statCmd) Help() string {
	return `Example:

    ferry stat ftp://host/pub/big.iso`
}

func (c *statCmd) Run(s *stdio) error {
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		info, err := r.Stat(ctx, u.Path)
		if err != nil {
			return err
		}
		if c.JSON {
			return s.json(newJSONInfo(u.Of(u.Path), u.base(), info))
		}
		return writeInfo(s.out, u, info)
	})
}

// writeInfo writes what is known, a line each.
func writeInfo(w io.Writer, u remoteURL, i storage.Info) error {
	row := func(key, value string) error {
		if value == "" {
			return nil
		}
		_, err := fmt.Fprintf(w, "%-9s %s\n", key+":", printable(value))
		return err
	}
	sized := ""
	if !i.IsDir() && i.Size >= 0 {
		sized = fmt.Sprintf("%d (%s)", i.Size, size(i.Size))
	}
	mode := ""
	if i.Mode != 0 {
		mode = fmt.Sprintf("%04o (%s)", i.Mode.Perm(), i.Mode.Perm())
	}
	for _, r := range [][2]string{
		{"url", u.Of(u.Path)}, {"kind", i.Kind.String()}, {"size", sized},
		{"modified", exactTime(i.ModTime)}, {"created", exactTime(i.Birth)},
		{"mode", mode}, {"owner", i.Owner}, {"group", i.Group},
		{"target", i.Target}, {"unique", i.ID},
	} {
		if err := row(r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}

func exactTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05.999 -0700")
}

// jsonInfo is what --json shows of a file. The fields are described by "ferry
// help json", and are a promise.
type jsonInfo struct {
	URL      string     `json:"url"`
	Name     string     `json:"name"`
	Kind     string     `json:"kind"`
	Size     *int64     `json:"size,omitempty"`
	Modified *time.Time `json:"modified,omitempty"`
	Created  *time.Time `json:"created,omitempty"`
	Mode     string     `json:"mode,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	Group    string     `json:"group,omitempty"`
	Target   string     `json:"target,omitempty"`
	Unique   string     `json:"unique,omitempty"`
}

func newJSONInfo(url, name string, i storage.Info) jsonInfo {
	out := jsonInfo{URL: url, Name: name, Owner: i.Owner, Group: i.Group, Target: i.Target, Unique: i.ID}
	out.Kind = map[storage.Kind]string{
		storage.KindFile: "file", storage.KindDir: "dir", storage.KindSymlink: "symlink", storage.KindOther: "other",
	}[i.Kind]
	if out.Kind == "" {
		out.Kind = "unknown"
	}
	if i.Size >= 0 && !i.IsDir() {
		out.Size = &i.Size
	}
	if !i.ModTime.IsZero() {
		t := i.ModTime.UTC()
		out.Modified = &t
	}
	if !i.Birth.IsZero() {
		t := i.Birth.UTC()
		out.Created = &t
	}
	if i.Mode != 0 {
		out.Mode = fmt.Sprintf("%04o", i.Mode&fs.ModePerm)
	}
	return out
}
