package cli

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/internal/shell"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
)

// changeCommands are those that change what is on the server.
func changeCommands() []shellCommand {
	return []shellCommand{
		{names: "rm mrm delete mdelete", args: "[-rf] PATH...", opts: "rf", min: 1, max: -1, complete: "r", changes: true,
			help: "Delete files, and with -r folders with all that is in them.", more: "-f does not mind what is not there. Nothing is asked.", run: (*shellEnv).rm},
		{names: "rmdir", args: "FOLDER...", min: 1, max: -1, complete: "d", changes: true,
			help: "Delete empty folders.", run: (*shellEnv).rmdir},
		{names: "mkdir", args: "[-p] FOLDER...", opts: "p", min: 1, max: -1, complete: "d", changes: true,
			help: "Make folders; with -p those above, too.", run: (*shellEnv).mkdir},
		{names: "mv rename", args: "PATH... PATH", min: 2, max: -1, complete: "r", changes: true,
			help: "Rename, or move into a folder.", run: (*shellEnv).mv},
		{names: "cp", args: "[-rn] PATH PATH", opts: "rn", min: 2, max: 2, complete: "r", changes: true,
			help: "Copy on the server, with -r a folder.", more: "A server that can copies by itself; else what is read comes through here.", run: (*shellEnv).cp},
		{names: "chmod", args: "MODE PATH...", min: 2, max: -1, complete: "-r", changes: true,
			help: "Set permissions, in octal or as in u+x,go-w.", run: (*shellEnv).chmod},
		{names: "ln", args: "[-s] TARGET PATH", opts: "s", min: 2, max: 2, complete: "-r", changes: true,
			help: "Make a symbolic link; TARGET counts from its folder.", run: (*shellEnv).ln},
		{names: "touch", args: "[-d TIME] PATH...", opts: "d:", min: 1, max: -1, complete: "r", changes: true,
			help: "Set the time to now or to TIME, or make empty files.", run: (*shellEnv).touch},
	}
}

// wordOf is a word that means itself.
func wordOf(text string) shell.Word { return shell.Word{Text: text} }

func (e *shellEnv) rm(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if a.has('f') && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c := &rmCmd{Recursive: a.has('r')}
	return e.each(ctx, list, func(p remotePath) error {
		if p.name == "." || p.name == e.dir {
			return usagef("%s is the folder where the shell is, or the whole server: name what is to be deleted", printable(e.site.full(p.name)))
		}
		err := c.remove(ctx, e.s, e.site.client, p.name)
		if a.has('f') && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func (e *shellEnv) rmdir(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error { return e.site.client.Remove(ctx, p.name, storage.KindDir) })
}

func (e *shellEnv) mkdir(ctx context.Context, a shellArgs) error {
	var list []remotePath
	for _, w := range a.words {
		p, err := e.path(w)
		if err != nil {
			return err
		}
		list = append(list, p)
	}
	c := &mkdirCmd{Parents: a.has('p')}
	return e.each(ctx, list, func(p remotePath) error { return c.make(ctx, e.site.client, p.name) })
}

func (e *shellEnv) mv(ctx context.Context, a shellArgs) error {
	last := len(a.words) - 1
	to, err := e.path(a.words[last])
	if err != nil {
		return err
	}
	list, err := e.expand(ctx, a.words[:last])
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		_, base := storage.Split(p.name)
		target := to.name
		if target != p.name { // else the case of a name may be all that is changed
			if target, err = into(ctx, e.site.client, to.name, to.folder || len(list) > 1, base); err != nil {
				return err
			}
		}
		return e.site.client.Rename(ctx, p.name, target)
	})
}

func (e *shellEnv) cp(ctx context.Context, a shellArgs) error {
	from, err := e.path(a.words[0])
	if err != nil {
		return err
	}
	to, err := e.path(a.words[1])
	if err != nil {
		return err
	}
	src, dst := e.site.at(from), e.site.at(to)
	c := &cpCmd{Recursive: a.has('r')}
	if c.Recursive {
		dst.url.Folder = false
	}
	if err := c.apart(src.url, dst.url); err != nil {
		return err
	}
	return e.copy(ctx, a, "copied", dst, func(job *trees.Copier) error {
		defer remember(ctx, e.s, job)()
		job.Parallel = max(1, job.Parallel/2) // each reads and writes at once
		c.shorten(e.s, job, dst, src, true)
		return c.copy(ctx, job, dst, src)
	})
}

func (e *shellEnv) chmod(ctx context.Context, a shellArgs) error {
	mode, err := parseMode(a.text(0))
	if err != nil {
		return err
	}
	list, err := e.expand(ctx, a.words[1:])
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		return chmod(ctx, e.site.client, p.name, mode)
	})
}

func (e *shellEnv) ln(ctx context.Context, a shellArgs) error {
	p, err := e.path(a.words[1])
	if err != nil {
		return err
	}
	return symlink(ctx, e.site.client, a.text(0), p.name)
}

func (e *shellEnv) touch(ctx context.Context, a shellArgs) error {
	at := storage.Attr{ModTime: time.Now()}
	if text, ok := a.opts['d']; ok {
		var err error
		if at.ModTime, err = parseDate(text); err != nil {
			return err
		}
	}
	var list []remotePath
	for _, w := range a.words {
		found := []remotePath{}
		p, err := e.path(w)
		if err == nil && w.Pattern != "" {
			found, err = e.match(ctx, w)
		}
		if err != nil {
			return err
		}
		if len(found) == 0 {
			found = append(found, p)
		}
		list = append(list, found...)
	}
	return e.each(ctx, list, func(p remotePath) error {
		return touchFile(ctx, e.site.client, p.name, p.folder, at, a.has('d'))
	})
}
