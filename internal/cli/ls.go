package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

type lsCmd struct {
	URL       string `arg:"" name:"url" help:"The folder or file, as in ftp://host/path/."`
	Long      bool   `short:"l" xor:"form" help:"Mode, owner, size and time too; the default on a terminal. Times are local."`
	Names     bool   `short:"1" name:"names" xor:"form" help:"Names only; the default elsewhere."`
	JSON      bool   `name:"json" xor:"form" help:"One JSON object per entry (see: ferry help json)."`
	Recursive bool   `short:"R" help:"Folders within the folder too."`
	modeFlags
	remoteFlags
}

func (lsCmd) Help() string {
	return `Examples:

    ferry ls ftp://host/
    ferry ls -R --json ftp://bob@host/photos | jq -r 'select(.size > 1e6) | .url'`
}

func (c *lsCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	r, err := c.openTuned(ctx, s, c.URL, 1, c.tune)
	if err != nil {
		return err
	}
	defer r.Close()
	l := lister{s: s, r: r, descend: c.Recursive, write: c.writer(s, r)}
	if !r.url.Folder {
		info, err := r.Stat(ctx, r.url.Path)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return l.write(r.url.Path, r.url.base(), info)
		}
	}
	return l.tree(ctx, r.url.Path)
}

// lister lists a folder, or a tree.
type lister struct {
	s       *stdio
	r       *remote
	descend bool
	write   func(name, shown string, i storage.Info) error
	failed  int
}

// tree lists a folder and, if asked to, those in it.
func (l *lister) tree(ctx context.Context, dir string) error {
	err := l.list(ctx, dir, "", nil)
	if err == nil && l.failed > 0 {
		err = told(&someError{l.failed})
	}
	return err
}

// list writes what is in a folder, each name after the prefix shown. above holds
// the IDs of the folders that it lies in: a symbolic link may lead back to one.
func (l *lister) list(ctx context.Context, dir, shown string, above []string) error {
	all, err := entries(ctx, l.r, dir)
	for _, info := range all {
		name := storage.Join(dir, info.Name)
		if err := l.write(name, shown+info.Name, info); err != nil {
			return err
		}
		if !l.descend || !info.IsDir() || info.Target != "" || info.ID != "" && slices.Contains(above, info.ID) {
			continue
		}
		if err := l.list(ctx, name, shown+info.Name+"/", append(slices.Clip(above), info.ID)); err != nil {
			if fatal(err) || ctx.Err() != nil {
				return err
			}
			l.failed++
			l.s.say("ferry: %s", message(err))
		}
	}
	return err
}

// writer returns the function that shows one entry.
func (c *lsCmd) writer(s *stdio, r *remote) func(name, shown string, i storage.Info) error {
	safe := func(text string) string { return text }
	if s.outTerminal() {
		safe = printable
	}
	switch {
	case c.JSON:
		return func(name, shown string, i storage.Info) error { return s.json(newJSONInfo(r.url.Of(name), shown, i)) }
	case c.Long || !c.Names && s.outTerminal():
		return func(_, shown string, i storage.Info) error {
			_, err := io.WriteString(s.out, safe(longLine(i, shown))+"\n")
			return err
		}
	}
	return func(_, shown string, i storage.Info) error {
		_, err := io.WriteString(s.out, safe(shown)+"\n")
		return err
	}
}

// longLine is in the manner of ls -l, but for the size that a person can read
// and the year, which is always there.
func longLine(i storage.Info, shown string) string {
	line := fmt.Sprintf("%s  %-8s %-8s %12s  %s  %s", mode(i), orDash(i.Owner), orDash(i.Group), octets(i), localTime(i.ModTime), shown)
	if i.IsDir() {
		line += "/"
	}
	if i.Target != "" {
		line += " -> " + i.Target
	}
	return line
}

func mode(i storage.Info) string {
	letter := map[storage.Kind]string{storage.KindDir: "d", storage.KindSymlink: "l", storage.KindFile: "-", storage.KindOther: "s"}[i.Kind]
	if letter == "" {
		letter = "?"
	}
	if i.Mode == 0 {
		return letter + "         "
	}
	return letter + i.Mode.Perm().String()[1:]
}

func octets(i storage.Info) string {
	if i.IsDir() || i.Size < 0 {
		return "-"
	}
	return strconv.FormatInt(i.Size, 10)
}

func localTime(t time.Time) string {
	if t.IsZero() {
		return "               -"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
