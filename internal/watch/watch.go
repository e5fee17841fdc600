// Package watch tells what changes in a folder with all below it, once it has come to
// rest: a file that is still being written is no news yet.
package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options say how to watch.
type Options struct {
	// Settle is how long a file has to stay as it is before it is told of; 0 is two
	// seconds.
	Settle time.Duration

	// Rescan is how often everything is told of, whatever was seen: what the system
	// loses track of, or never knew, is found then. 0 is never.
	Rescan time.Duration

	// Keep, if not nil, says which folders are watched, by their names below the top.
	Keep func(name string) bool
}

// Changes are what has come to rest.
type Changes struct {
	Names []string // below the top, with slashes, sorted; of files and folders that are there, or no more
	All   bool     // anything may have changed
	Busy  []string // what is still being written, and is told of later

	// Blind is why not all folders are watched; nil if they are. It is told once, with
	// All.
	Blind error
}

// Folder tells of changes in dir until ctx ends. do is called with one set of changes
// after the other; what happens meanwhile is told next. The error is that of do, or says
// that dir cannot be watched at all; the end of ctx is none.
func Folder(ctx context.Context, dir string, o Options, do func(Changes) error) error {
	if o.Settle <= 0 {
		o.Settle = 2 * time.Second
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer notify.Close()
	w := &watcher{dir: dir, o: o, notify: notify, rest: newRest(o.Settle, func(name string) (state, bool) { return look(dir, name) })}
	w.lost = true // of what was there before nothing is known
	if err := w.add("."); err != nil {
		return err
	}
	return w.run(ctx, do)
}

// watcher is a Folder that is being watched.
type watcher struct {
	dir    string
	o      Options
	notify *fsnotify.Watcher
	rest   *rest
	lost   bool // something has happened of which nothing is known
	blind  error
	told   bool // that it is blind
}

// run gathers what happens, also while do is at work.
func (w *watcher) run(ctx context.Context, do func(Changes) error) error {
	tick := time.NewTicker(max(w.o.Settle/4, time.Millisecond))
	defer tick.Stop()
	var rescan <-chan time.Time
	if w.o.Rescan > 0 {
		t := time.NewTicker(w.o.Rescan)
		defer t.Stop()
		rescan = t.C
	}
	work, result := make(chan Changes), make(chan error, 1)
	defer close(work)
	go func() {
		for c := range work {
			result <- do(c)
		}
	}()
	busy := false
	for {
		select {
		case e, ok := <-w.notify.Events:
			if !ok {
				return nil
			}
			w.event(e)
		case err := <-w.notify.Errors:
			w.failed(err)
		case <-rescan:
			w.lost = true
		case err := <-result:
			busy = false
			if err != nil {
				return err
			}
		case <-tick.C:
		case <-ctx.Done():
			if busy {
				<-result // it has seen the end of ctx, too
			}
			return nil
		}
		if busy {
			continue
		}
		if c, any := w.changes(time.Now()); any {
			busy = true
			work <- c
		}
	}
}

// changes returns what has come to rest.
func (w *watcher) changes(now time.Time) (c Changes, any bool) {
	if w.lost && w.add(".") == nil { // else the top is gone, for now
		w.lost, c.All = false, true
		if !w.told {
			c.Blind, w.told = w.blind, w.blind != nil
		}
	}
	c.Names = w.rest.ready(now)
	slices.Sort(c.Names)
	c.Busy = w.rest.restless()
	return c, c.All || len(c.Names) > 0
}

// event notes that something has happened to a name.
func (w *watcher) event(e fsnotify.Event) {
	name, err := filepath.Rel(w.dir, e.Name)
	if err != nil {
		return
	}
	name = filepath.ToSlash(name)
	if name == "." {
		w.lost = w.lost || e.Has(fsnotify.Remove|fsnotify.Rename)
		return
	}
	w.rest.touch(name, time.Now())
	if e.Has(fsnotify.Create) {
		// What came into a new folder before it was watched was seen by nobody, but
		// the folder is told of, and so is all that it holds.
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			w.add(name)
		}
	}
}

// failed notes that events were lost.
func (w *watcher) failed(err error) {
	if err != nil {
		w.lost = true
	}
}

// add watches a folder and those below it. The error is that of the folder itself.
func (w *watcher) add(name string) error {
	if name != "." && w.o.Keep != nil && !w.o.Keep(name) {
		return nil
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := w.notify.Add(path); err != nil {
		if !errors.Is(err, fs.ErrNotExist) && w.blind == nil {
			w.blind = err
		}
		return err
	}
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		if e.IsDir() {
			w.add(join(name, e.Name()))
		}
	}
	if name == "." {
		return err
	}
	return nil
}

func join(dir, base string) string {
	if dir == "." {
		return base
	}
	return dir + "/" + base
}

// look tells what a name is like.
func look(dir, name string) (state, bool) {
	info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return state{}, false
	}
	return state{info.Size(), info.ModTime()}, true
}
