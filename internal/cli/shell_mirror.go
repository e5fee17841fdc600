package cli

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/internal/shell"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// shellMirror is the command mirror of the shell: that of the command line, between the
// server and a folder here.
type shellMirror struct {
	Reverse bool `short:"R"`
	mirrorCmd
}

// connecting are the groups of flags that say how to reach a server.
var connecting = []string{"login", "connection", "tls"}

func (e *shellEnv) mirror(ctx context.Context, a shellArgs) error {
	args := []string{"--parallel=" + strconv.Itoa(e.set.parallel)}
	if e.set.rate > 0 {
		args = append(args, "--limit-rate="+strconv.FormatInt(int64(e.set.rate), 10))
	}
	for _, w := range a.words {
		args = append(args, w.Text)
	}
	var c shellMirror
	parser, err := kong.New(&c, kong.Name("mirror"), kong.NoDefaultHelp(), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		return err
	}
	kctx, err := parser.Parse(args)
	if err != nil {
		return usagef("mirror: %v (see: ferry mirror -h)", err)
	}
	for _, p := range kctx.Path {
		if p.Flag != nil && p.Flag.Group != nil && slices.Contains(connecting, p.Flag.Group.Key) {
			return usagef("--%s is for connecting, which mirror does not do here", p.Flag.Name)
		}
	}
	o, err := c.options(kctx)
	if err != nil {
		return err
	}
	sides := &mirrorSides{}
	there, here, text, sync := &sides.src, &sides.dst, [2]string{c.Src, c.Dst}, c.sync()
	if c.Reverse {
		there, here, text, sync = &sides.dst, &sides.src, [2]string{c.Dst, c.Src}, disk.SyncNever
	}
	if c.Watch && !c.Reverse {
		return usagef("--watch is for a folder here, as in mirror -R --watch FOLDER PATH")
	}
	p, err := e.path(maybeHome(text[0]))
	if err != nil {
		return err
	}
	dir, err := e.localPath(maybeHome(text[1]))
	if err != nil {
		return err
	}
	there.use(e.site.at(p))
	if err := here.useFolder(dir, sync); err != nil {
		return err
	}
	defer here.local.Close()
	if c.Reverse && !c.DryRun {
		if journal, err := openJournal(ctx); err == nil {
			defer journal.Close()
			o.Journal = journal
		} else {
			e.s.say("ferry: a cut upload could not be continued: %s", message(err))
		}
	}
	c.Verbose, c.lines = e.set.verbose, e.job != nil || !e.set.progress
	switch {
	case c.DryRun:
		return c.preview(ctx, e.s, sides, o)
	case c.Watch:
		return c.watch(ctx, e.s, sides, o)
	}
	return c.once(ctx, e.s, sides, o)
}

// maybeHome is the word of a path, in which a "~" at the beginning stands for a home.
func maybeHome(text string) shell.Word {
	return shell.Word{Text: text, Tilde: text == "~" || strings.HasPrefix(text, "~/")}
}
