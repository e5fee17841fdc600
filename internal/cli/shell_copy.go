package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// copyCommands are those that bring files here and there.
func copyCommands() []shellCommand {
	return []shellCommand{
		{names: "get reget", args: "[-rn] PATH [LOCAL]", opts: "rno:", min: 1, max: 2, complete: "rl",
			help: "Download a file, or with -r a folder.", more: "LOCAL is the new name, or a folder to put it into; with -r, the folder that is to hold what the other holds. A download that was cut goes on where it was; -n begins anew. -o LOCAL says the same as LOCAL. Several files, or a pattern: mget.", run: (*shellEnv).get},
		{names: "put reput", args: "[-rn] LOCAL [PATH]", opts: "rno:", min: 1, max: 2, complete: "lr", changes: true,
			help: "Upload a file, or with -r a folder.", more: "PATH is the new name, or a folder to put it into; with -r, the folder that is to hold what the other holds. An upload that was cut goes on where it was; -n begins anew. -o PATH says the same as PATH. Several files, or a pattern: mput.", run: (*shellEnv).put},
		{names: "mget", args: "[-rn] [-O FOLDER] PATH...", opts: "rnO:", min: 1, max: -1, complete: "r",
			help: "Download several files, by names and patterns.", more: "They go into the folder here, or into that of -O; -r takes folders, too. Nothing is asked.", run: (*shellEnv).mget},
		{names: "mput", args: "[-rn] [-O FOLDER] LOCAL...", opts: "rnO:", min: 1, max: -1, complete: "l", changes: true,
			help: "Upload several files, by names and patterns.", more: "They go into the folder on the server, or into that of -O; -r takes folders, too. Nothing is asked.", run: (*shellEnv).mput},
		{names: "mirror", args: "[-R] [FLAG...] SRC DST", min: 2, max: -1, complete: "rl", changes: true,
			help: "Make a folder here like one on the server, or with -R the other way round.", more: "The flags are those of ferry mirror, as in mirror -R --delete --exclude '*.tmp' site /www; -n only shows what would be done. Only what is missing or different is copied.", run: (*shellEnv).mirror},
		{names: "lcd", args: "[FOLDER]", max: 1, complete: "f", offline: true,
			help: "Go to a folder here; without FOLDER, home.", run: (*shellEnv).lcd},
		{names: "lpwd", offline: true,
			help: "Show the folder here.", run: (*shellEnv).lpwd},
		{names: "lls", args: "[FOLDER]", max: 1, complete: "f", offline: true,
			help: "List a folder here.", run: (*shellEnv).lls},
	}
}

// flags are those that get and put have on the command line, as the shell is set.
func (e *shellEnv) flags(a shellArgs) transferFlags {
	f := transferFlags{Restart: a.has('n'), Parallel: e.set.parallel, remoteFlags: e.sh.flags}
	f.Verbose = e.set.verbose
	f.lines = e.job != nil || !e.set.progress
	return f
}

// copy runs get or put, shows its progress and its errors by the names that the user
// knows, and keeps to the limit of the rate.
func (e *shellEnv) copy(ctx context.Context, a shellArgs, verb string, r *remote, do func(*trees.Copier) error) error {
	f := e.flags(a)
	return f.outcome(ctx, e.s, r, nil, verb, func(job *trees.Copier) error {
		tell := job.Observe
		job.Observe = func(ev transfer.Event) {
			var on *fs.PathError
			if errors.As(ev.Err, &on) && on.Path == ev.Remote {
				on.Path = e.shown(on.Path)
			}
			ev.Remote = e.shown(ev.Remote)
			if e.job != nil {
				e.job.Note(noteOf(ev))
			}
			tell(ev)
		}
		job.Limit = e.sh.limit.wait
		return e.named(do(job))
	})
}

// noteOf says how far a job is.
func noteOf(ev transfer.Event) string {
	text := printable(ev.Remote)
	if ev.Kind == transfer.Progress || ev.Kind == transfer.Started {
		text += ", " + size(ev.Done)
		if ev.Size >= 0 {
			text += " of " + size(ev.Size)
		}
	}
	return text
}

func (e *shellEnv) get(ctx context.Context, a shellArgs) error {
	if a.words[0].Pattern != "" {
		if there, err := e.literally(ctx, a.words[0].Text); err != nil || !there {
			return errors.Join(err, usagef("%s is a pattern: mget takes those", printable(a.text(0))))
		}
	}
	p, err := e.path(a.words[0])
	if err != nil {
		return err
	}
	r := e.site.at(p)
	c := &getCmd{Recursive: a.has('r')}
	switch {
	case a.has('o'):
		c.Local = e.here(a.opts['o'])
	case len(a.words) == 2:
		if c.Local, err = e.localPath(a.words[1]); err != nil {
			return err
		}
	case a.has('r'):
		if c.Local = e.here(r.url.base()); p.name == "." {
			c.Local = e.here(r.url.Host)
		}
	default:
		c.Local = e.here("." + string(filepath.Separator))
	}
	return e.copy(ctx, a, "got", r, func(job *trees.Copier) error { return c.get(ctx, r, job) })
}

// literally reports whether a pattern is the name of a file after all.
func (e *shellEnv) literally(ctx context.Context, text string) (bool, error) {
	_, err := e.site.client.Stat(ctx, below(e.dir, text))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
		return false, err
	}
	return err == nil, err
}

func (e *shellEnv) put(ctx context.Context, a shellArgs) error {
	local, err := e.localPath(a.words[0])
	if err != nil {
		return err
	}
	info, err := os.Stat(local)
	switch {
	case err != nil && a.words[0].Pattern != "":
		return usagef("%s is a pattern: mput takes those", printable(a.text(0)))
	case err != nil:
		return err
	case info.IsDir() && !a.has('r'):
		return usagef("%s is a folder: add -r to upload all that is in it", printable(a.text(0)))
	}
	p := remotePath{e.dir, true}
	switch {
	case a.has('o'):
		p, err = e.path(wordOf(a.opts['o']))
	case len(a.words) == 2:
		p, err = e.path(a.words[1])
	case info.IsDir():
		p = remotePath{storage.Join(e.dir, filepath.Base(local)), true}
	}
	if err != nil {
		return err
	}
	c, r := &putCmd{Local: local}, e.site.at(p)
	return e.copy(ctx, a, "put", r, func(job *trees.Copier) error {
		defer remember(ctx, e.s, job)()
		return c.put(ctx, r, job, info.IsDir())
	})
}

func (e *shellEnv) mget(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	dir := e.here(a.opts['O'])
	r := e.site.at(remotePath{e.dir, true})
	return e.copy(ctx, a, "got", r, func(job *trees.Copier) error {
		local, err := openTarget(ctx, dir, disk.SyncAlways)
		if err != nil {
			return err
		}
		defer local.Close()
		job.Local, job.Path = local, pathIn(dir)
		return e.several(ctx, job, len(list), func(i int) error {
			_, base := storage.Split(list[i].name)
			return e.getOne(ctx, job, list[i].name, base, a.has('r'))
		})
	})
}

// getOne downloads a file, or a folder, to a name in the folder of job.
func (e *shellEnv) getOne(ctx context.Context, job *trees.Copier, name, base string, folders bool) error {
	if folders {
		info, err := e.site.client.Stat(ctx, name)
		if err == nil && info.IsDir() {
			if err = job.Local.Mkdir(ctx, base); err == nil || errors.Is(err, fs.ErrExist) {
				return job.GetTree(ctx, name, base)
			}
		}
		if err != nil {
			job.Observe(transfer.Event{Kind: transfer.Failed, Remote: name, Local: base, Err: err})
			return err
		}
	}
	return job.Get(ctx, name, base)
}

func (e *shellEnv) mput(ctx context.Context, a shellArgs) error {
	list, err := e.expandLocal(a.words)
	if err != nil {
		return err
	}
	p := remotePath{e.dir, true}
	if a.has('O') {
		if p, err = e.path(wordOf(a.opts['O'])); err != nil {
			return err
		}
		if err := isFolder(ctx, e.site, p.name); err != nil {
			return e.named(err)
		}
	}
	return e.copy(ctx, a, "put", e.site.at(p), func(job *trees.Copier) error {
		defer remember(ctx, e.s, job)()
		return e.several(ctx, job, len(list), func(i int) error { return putOne(ctx, *job, list[i], p.name, a.has('r')) })
	})
}

// putOne uploads a file, or a folder, into a folder on the server.
func putOne(ctx context.Context, job trees.Copier, path, into string, folders bool) error {
	path = filepath.Clean(path)
	name := storage.Join(into, filepath.Base(path))
	dir, base := filepath.Dir(path), filepath.Base(path)
	info, err := os.Stat(path)
	isDir := err == nil && info.IsDir() && folders
	if isDir {
		dir, base = path, "."
	}
	var local *disk.FS
	if err == nil {
		local, err = openLocal(dir, disk.SyncAlways)
	}
	if err != nil {
		job.Observe(transfer.Event{Kind: transfer.Failed, Remote: name, Local: base, Err: err})
		return err
	}
	defer local.Close()
	job.Local, job.Path = local, pathIn(dir)
	if isDir {
		return job.PutTree(ctx, ".", name)
	}
	return job.Put(ctx, base, name)
}

// several does n things, a few at once. Each tells of its own failure.
func (e *shellEnv) several(ctx context.Context, job *trees.Copier, n int, do func(int) error) error {
	var g errgroup.Group
	g.SetLimit(max(job.Parallel, 1))
	var failed atomic.Int64
	var end atomic.Pointer[error] // no other need be tried
	for i := range n {
		g.Go(func() error {
			if ctx.Err() != nil || end.Load() != nil {
				return nil
			}
			if err := do(i); err != nil {
				failed.Add(1)
				if n == 1 || fatal(err) {
					end.Store(&err)
				}
			}
			return nil
		})
	}
	g.Wait()
	switch err := end.Load(); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return told(*err)
	case failed.Load() > 0:
		return told(&trees.Error{Failed: int(failed.Load()), Of: n})
	}
	return nil
}

func (e *shellEnv) lcd(_ context.Context, a shellArgs) error {
	dir, err := os.UserHomeDir()
	if len(a.words) == 1 {
		dir, err = e.localPath(a.words[0])
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return storage.PathError("lcd", dir, storage.ErrNotDir)
	}
	e.local = filepath.Clean(dir)
	return nil
}

func (e *shellEnv) lpwd(context.Context, shellArgs) error {
	return e.line(e.local)
}

func (e *shellEnv) lls(ctx context.Context, a shellArgs) error {
	dir := e.local
	if len(a.words) == 1 {
		var err error
		if dir, err = e.localPath(a.words[0]); err != nil {
			return err
		}
	}
	local, err := openLocal(dir, disk.SyncNever)
	if err != nil {
		return err
	}
	defer local.Close()
	all, err := entries(ctx, local, ".")
	for _, info := range all {
		text := info.Name
		if e.s.outTerminal() {
			text = longLine(info, info.Name)
		}
		if err := e.line(text); err != nil {
			return err
		}
	}
	return err
}
