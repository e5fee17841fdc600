package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

type rmCmd struct {
	URL       []string `arg:"" name:"url" sep:"none" help:"What to delete."`
	Recursive bool     `short:"r" help:"Delete folders with all that is in them."`
	remoteFlags
}

func (rmCmd) Help() string {
	return `Examples:

    ferry rm ftp://bob@host/old.txt
    ferry rm -r ftp://bob@host/old-folder

Symbolic links are deleted themselves, never what they lead to.`
}

func (c *rmCmd) Run(s *stdio) error {
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		if u.Path == "." {
			return usagef("%s is the whole server: name what is to be deleted", u)
		}
		return c.remove(ctx, s, r.Client, u.Path)
	})
}

// remove deletes a file, or a folder if that was asked for.
func (c *rmCmd) remove(ctx context.Context, s *stdio, cl *ftpclient.Client, name string) error {
	err := cl.Remove(ctx, name, storage.KindFile)
	if err == nil || !c.Recursive {
		return err
	}
	// Servers differ in how they refuse to delete a folder as a file.
	info, serr := cl.Stat(ctx, name)
	if serr != nil || !info.IsDir() {
		return err
	}
	// In one go where the server can. What keeps it from that is found out, and told,
	// one by one.
	if err := cl.RemoveTree(ctx, name); err == nil || ctx.Err() != nil || fatal(err) {
		return err
	}
	t := treeRemover{s: s, fsys: cl}
	return t.remove(ctx, name)
}

// treeRemover deletes a folder and what is in it. What cannot be deleted does
// not keep the rest from being so.
type treeRemover struct {
	s    *stdio
	fsys storage.FS
}

func (t *treeRemover) remove(ctx context.Context, dir string) error {
	all, err := entries(ctx, t.fsys, dir)
	if err != nil {
		return err
	}
	failed := 0
	for _, info := range all {
		name := storage.Join(dir, info.Name)
		// A folder may be a symbolic link that the server does not show as one:
		// as a file it goes without what it leads to.
		err = t.fsys.Remove(ctx, name, storage.KindFile)
		if err != nil && info.IsDir() && info.Target == "" {
			err = t.remove(ctx, name)
		}
		switch some := (*someError)(nil); {
		case err == nil:
		case ctx.Err() != nil || fatal(err):
			return err
		case errors.As(err, &some):
			failed += some.failed
		default:
			failed++
			t.s.say("ferry: %s", message(err))
		}
	}
	if failed > 0 {
		return told(&someError{failed})
	}
	return t.fsys.Remove(ctx, dir, storage.KindDir)
}

// entries returns what is in a folder, sorted; what could be read beside an
// error, too. It is read as a whole, since the listing holds the connection.
func entries(ctx context.Context, fsys storage.FS, dir string) (all []storage.Info, failed error) {
	for info, err := range fsys.List(ctx, dir) {
		if err != nil {
			failed = err
			break
		}
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b storage.Info) int { return strings.Compare(a.Name, b.Name) })
	return all, failed
}
