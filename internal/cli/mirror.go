package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

type mirrorCmd struct {
	Src string `arg:"" name:"src" help:"The folder that is copied: a URL, or a folder here." complete:"file"`
	Dst string `arg:"" name:"dst" help:"The folder that is to become like it: a URL, or a folder here. It is made if it is missing." complete:"file"`

	DryRun  bool          `short:"n" help:"Only show what would be done, and why."`
	Compare string        `enum:"time,size,hash,nothing" default:"time" placeholder:"HOW" help:"What makes a file that is on both sides count as the same: size and time, the size alone, a checksum, or nothing, so that all are copied: ${enum} (default ${default}). A side that cannot tell a checksum is read."`
	Window  time.Duration `placeholder:"TIME" help:"By how much times may differ; the default is what the coarser side can tell, and a second at least."`
	Newer   bool          `help:"Leave files alone that are newer at DST."`
	Links   string        `enum:"files,keep,follow,skip" default:"files" placeholder:"HOW" help:"What becomes of symbolic links: the files that they lead to, the same links, all that they lead to, or nothing: ${enum} (default ${default})."`

	Delete    bool       `help:"Remove from DST what SRC does not have. Nothing is removed if a folder could not be listed."`
	MaxDelete entryCount `placeholder:"N" help:"Remove nothing if it would be more than N files and folders; all for no limit. The default is half of those that DST has."`

	Include    []string `sep:"none" placeholder:"PATTERN" group:"choice" help:"Copy what matches, whatever a later --exclude says. Without any --exclude, copy nothing else."`
	Exclude    []string `sep:"none" placeholder:"PATTERN" group:"choice" help:"Leave out what matches, on both sides, as in *.tmp, /cache/ or **/old/*.log; of several --include and --exclude the first that matches counts."`
	FilterFrom []string `sep:"none" placeholder:"FILE" group:"choice" help:"Read such rules from FILE, one a line: + PATTERN or - PATTERN." complete:"file"`
	NewerThan  since    `placeholder:"TIME" group:"choice" help:"Leave out files that were not modified after TIME, as in 2026-01-31, 2026-01-31T08:00:00Z or 36h or 7d, which is so long ago."`

	Parallel  int      `default:"4" placeholder:"N" group:"copying" help:"Copy up to N files at once, each over a connection of its own (default ${default})."`
	Segments  segments `default:"auto" placeholder:"N" group:"copying" help:"Copy a large file over N connections at once, each of them a part of it: downloads, and uploads to a server that combines the parts (COMB); auto begins with one and adds others as long as they make it faster (default ${default})."`
	LimitRate capacity `placeholder:"SIZE" group:"copying" help:"Copy no more than SIZE a second, all files together, as in 500K or 2M."`
	Retries   int      `default:"5" placeholder:"N" group:"copying" help:"Try each file up to N times again after what may pass, as the loss of a connection; waits grow from a second to a minute (default ${default})."`
	FXP       bool     `name:"fxp" group:"copying" help:"Between two servers: have the one send straight to the other, if they are willing, and look whether all arrived; else the files come through here."`
	Verify    bool     `group:"copying" help:"Compare a checksum of each file that was copied with that of its copy."`
	InPlace   bool     `group:"copying" help:"Upload files under their own names at once, not under a temporary one that is renamed when the file is whole."`
	Sync      string   `enum:"always,never" default:"always" placeholder:"WHEN" group:"copying" help:"Whether a file is on this computer's disk for sure before it counts as fetched: ${enum} (default ${default})."`

	watchFlags
	progressFlags
	remoteFlags
}

func (mirrorCmd) Help() string {
	return `Examples:

    ferry mirror ftp://bob@host/www backup          a backup of a server, here
    ferry mirror --delete site ftp://bob@host/www   make a server like a folder here
    ferry mirror -n --delete site ftp://bob@host/www          what would that do?
    ferry mirror --exclude '*.tmp' --exclude /cache/ ftp://bob@host/ all
    ferry mirror --watch Camera ftp://bob@host/photos         upload what comes
    ferry mirror --fxp ftp://bob@host/pub ftps://eve@other/pub

Only what is missing or different is copied. After a cut, or a kill, the same command goes on where it was, within a file as well. What is needed for that is beside the file in downloads, as NAME.ferry-part, and in ${XDG_STATE_HOME:-~/.local/state}/ferry for uploads.

The flags are for both servers, and so is a password that no URL holds. With --dry-run the exit code is 0 whether there is something to do or not; --json shows what. More is in docs/mirror.md.`
}

func (c *mirrorCmd) Run(kctx *kong.Context, s *stdio) error {
	o, err := c.options(kctx)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	sides, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer sides.close()
	if sides.dst.remote != nil && !c.DryRun {
		journal, err := openJournal(ctx)
		if err != nil {
			s.say("ferry: a cut upload could not be continued: %s", message(err))
		} else {
			defer journal.Close()
			o.Journal = journal
		}
	}
	o.Direct = sides.direct(s, c.FXP)
	if c.DryRun {
		return c.preview(ctx, s, sides, o)
	}
	if c.Watch {
		return c.watch(ctx, s, sides, o)
	}
	return c.once(ctx, s, sides, o)
}

// options says what the flags ask for.
func (c *mirrorCmd) options(kctx *kong.Context) (o mirror.Options, err error) {
	switch {
	case c.Parallel < 1:
		return o, usagef("--parallel must be 1 or more")
	case c.Retries < 0:
		return o, usagef("--retries must not be negative")
	case c.Window < 0:
		return o, usagef("--window must not be negative")
	case c.MaxDelete != 0 && !c.Delete:
		return o, usagef("--max-delete is for --delete")
	case c.Watch && c.DryRun:
		return o, usagef("--watch does what it sees, which --dry-run forbids")
	}
	list, err := c.filter(kctx)
	if err != nil {
		return o, err
	}
	o = mirror.Options{
		Compare:   map[string]mirror.Compare{"time": mirror.ByTime, "size": mirror.BySize, "hash": mirror.ByHash, "nothing": mirror.ByNothing}[c.Compare],
		Links:     map[string]mirror.Links{"files": mirror.LinksFiles, "keep": mirror.LinksKeep, "follow": mirror.LinksFollow, "skip": mirror.LinksSkip}[c.Links],
		Window:    c.Window,
		Newer:     c.Newer,
		Since:     c.NewerThan.Time,
		Delete:    c.Delete,
		MaxDelete: int(c.MaxDelete),
		Parallel:  c.Parallel,
		Segments:  int(c.Segments),
		Rate:      int64(c.LimitRate),
		Retries:   c.Retries,
		InPlace:   c.InPlace,
		Verify:    c.Verify,
		Fatal:     hopeless,
	}
	if o.Retries == 0 {
		o.Retries = -1
	}
	switch {
	case list == nil:
	case c.DryRun:
		o.Keep = list.Keep
	default: // why something is left out is of interest to those who wonder
		o.Keep = func(name string, info storage.Info) (bool, string) {
			keep, _ := list.Keep(name, info)
			return keep, ""
		}
	}
	return o, nil
}

// once makes DST like SRC.
func (c *mirrorCmd) once(ctx context.Context, s *stdio, sides *mirrorSides, o mirror.Options) error {
	show := c.mirrorSink(s, sides, c.Verbose > 0)
	begun := false // was done, now or before
	o.Observe = func(e mirror.Event) {
		begun = begun || e.Kind == mirror.Finished || e.Done > 0
		show.event(e)
	}
	sum, err := mirror.Run(ctx, sides.dst.tree, sides.src.tree, mirror.Plan(ctx, sides.dst.tree, sides.src.tree, o), o)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	show.close(sum, err)
	var some *mirror.Error
	switch {
	case err == nil:
		return nil
	case exitCode(err) == exitInterrupted:
		s.interrupted(begun)
	case errors.As(err, &some):
		s.say("ferry: %s; the same command again tries once more", some)
	case exitCode(err) == exitLost && begun:
		s.say("ferry: the same command again goes on from here.")
	}
	return told(err) // by what failed
}

// sync is when files are written to the disk for sure.
func (c *mirrorCmd) sync() disk.SyncMode {
	if c.Sync == "never" {
		return disk.SyncNever
	}
	return disk.SyncAlways
}

// hopeless reports whether nothing else of a mirror need be tried after err. A server
// that cannot be reached for the moment may come back.
func hopeless(err error) bool {
	code := exitCode(err)
	return code == exitLogin || code == exitTrust || errors.Is(err, ftpclient.ErrHost)
}

// preview shows the plan.
func (c *mirrorCmd) preview(ctx context.Context, s *stdio, sides *mirrorSides, o mirror.Options) error {
	show := c.planSink(s, sides)
	steps, failed := 0, 0
	var first error
	for step, err := range mirror.Plan(ctx, sides.dst.tree, sides.src.tree, o) {
		if err == nil {
			steps++
			if err := show.step(step); err != nil {
				return err
			}
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		failed++
		if first == nil && !errors.Is(err, mirror.ErrKept) {
			first = err
		}
		show.failed(step, err)
	}
	err := error(nil)
	switch {
	case first != nil && steps == 0:
		err = told(first)
	case failed > 0:
		err = told(&mirror.Error{Failed: failed, Of: steps + failed})
	}
	show.close(err)
	return err
}

// planned sums up what a plan would do.
type planned struct {
	count  [int(mirror.Remove) + 1]int
	octets int64
}

func (p *planned) add(step mirror.Step) {
	p.count[step.Op]++
	if step.Op == mirror.Copy {
		p.octets += max(step.Src.Size, 0)
	}
}

func (p *planned) String() string {
	return sumText("would be ", p.count[mirror.Copy], fmt.Sprintf("%s in all", size(p.octets)), p.count[mirror.Mkdir], p.count[mirror.Link],
		p.count[mirror.Touch], p.count[mirror.Remove], p.count[mirror.Skip])
}
