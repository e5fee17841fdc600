package cli

import (
	"context"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/watch"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// watchFlags say how to go on when a mirror is done.
type watchFlags struct {
	Watch  bool          `group:"watch" help:"Go on: upload from a folder here what comes and changes, until Ctrl-C."`
	Settle time.Duration `default:"2s" placeholder:"TIME" group:"watch" help:"Wait until a file has not changed for TIME (default ${default}): it may still be being written."`
	Rescan time.Duration `default:"10m" placeholder:"TIME" group:"watch" help:"Compare all of both sides after TIME, for what nobody has told of; 0 for never (default ${default})."`
}

// watch makes DST like SRC again and again.
func (c *mirrorCmd) watch(ctx context.Context, s *stdio, sides *mirrorSides, o mirror.Options) error {
	if c.Settle <= 0 || c.Rescan < 0 {
		return usagef("--settle must be more than 0, and --rescan not negative")
	}
	dir := filepath.Join(sides.src.dir, filepath.FromSlash(sides.src.tree.Root))
	keep := func(name string) bool {
		if o.Keep == nil {
			return true
		}
		kept, _ := o.Keep(name, storage.Info{Name: path.Base(name), Kind: storage.KindDir})
		return kept
	}
	w := &mirrorWatch{c: c, s: s, sides: sides, o: o}
	return watch.Folder(ctx, dir, watch.Options{Settle: c.Settle, Rescan: c.Rescan, Keep: keep}, func(changes watch.Changes) error {
		return w.cycle(ctx, changes)
	})
}

// mirrorWatch is a mirror that is watched.
type mirrorWatch struct {
	c     *mirrorCmd
	s     *stdio
	sides *mirrorSides
	o     mirror.Options
	said  bool // that it watches
}

// cycle brings over what has changed. What fails is tried again until it succeeds, or
// nothing can: everything is compared then, since more may have happened meanwhile.
func (w *mirrorWatch) cycle(ctx context.Context, changes watch.Changes) error {
	if changes.Blind != nil {
		w.s.say("ferry: not all folders can be watched (%v): what changes in the others is seen every %v only; on Linux fs.inotify.max_user_watches may be raised", changes.Blind, w.c.Rescan)
	}
	o := w.o
	o.Keep = among(w.o.Keep, changes)
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		show := w.c.mirrorSink(w.s, w.sides, w.c.Verbose > 0)
		o.Observe = show.event
		sum, err := mirror.Run(ctx, w.sides.dst.tree, w.sides.src.tree, mirror.Plan(ctx, w.sides.dst.tree, w.sides.src.tree, o), o)
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		show.close(sum, err)
		switch {
		case err == nil:
			if !w.said {
				w.said = true
				w.s.say("ferry: watching %s; Ctrl-C ends it", printable(w.c.Src))
			}
			return nil
		case ctx.Err() != nil:
			w.s.say("ferry: interrupted. The same command again goes on from here.")
			return toldError{err}
		case hopeless(err):
			return err
		}
		w.s.say("ferry: %s; tried again in %v", message(err), wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
		o.Keep = among(w.o.Keep, watch.Changes{All: true, Busy: changes.Busy})
	}
}

const (
	retryFirst = 5 * time.Second
	retryMost  = 5 * time.Minute
)

// among is keep, but for what has not changed, and what is still being written.
func among(keep func(string, storage.Info) (bool, string), changes watch.Changes) func(string, storage.Info) (bool, string) {
	changed, above, busy := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, name := range changes.Names {
		changed[name] = true
		for dir := path.Dir(name); dir != "." && !above[dir]; dir = path.Dir(dir) {
			above[dir] = true
		}
	}
	for _, name := range changes.Busy {
		busy[name] = true
	}
	within := func(name string) bool {
		if changes.All || above[name] {
			return true
		}
		for ; !changed[name]; name = name[:strings.LastIndexByte(name, '/')] {
			if !strings.Contains(name, "/") {
				return false
			}
		}
		return true
	}
	return func(name string, info storage.Info) (bool, string) {
		switch {
		case name == ".":
		case busy[name] && !info.IsDir(), !within(name):
			return false, ""
		}
		if keep == nil {
			return true, ""
		}
		return keep(name, info)
	}
}
