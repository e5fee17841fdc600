package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/seed-6092453b/ferry/internal/shell"
	"github.com/seed-6092453b/ferry/storage"
)

// listCommands are those that change nothing.
func listCommands() []shellCommand {
	return []shellCommand{
		{names: "ls", args: "[-l1R] [PATH...]", opts: "l1R", max: -1, complete: "r",
			help: "List folders and files.", more: "-l with all that is known, as on a terminal without -1; -1 names only; -R folders within folders, too. Patterns are matched here, with what the server lists.", run: (*shellEnv).ls},
		{names: "dir ll", args: "[-R] [PATH...]", opts: "R", max: -1, complete: "r",
			help: "List with all that is known, as ls -l.", run: (*shellEnv).ls},
		{names: "nlist nls", args: "[-R] [PATH...]", opts: "R", max: -1, complete: "r",
			help: "List names only, as ls -1.", run: (*shellEnv).ls},
		{names: "cls", args: "[PATH...]", max: -1, complete: "r",
			help: "List names in columns.", run: (*shellEnv).cls},
		{names: "cd", args: "[FOLDER]", max: 1, complete: "d",
			help: "Go to a folder on the server.", more: "Without FOLDER, to the one that the login leads to, as cd ~ does; cd - goes back to the one before, cd .. to the one above.", run: (*shellEnv).cd},
		{names: "pwd", args: "[-u]", opts: "u",
			help: "Show the folder on the server; with -u as a URL.", run: (*shellEnv).pwd},
		{names: "cat more less", args: "FILE...", min: 1, max: -1, complete: "r",
			help: "Write files to the screen, as they are.", run: (*shellEnv).cat},
		{names: "stat", args: "PATH...", min: 1, max: -1, complete: "r",
			help: "Show all that is known about files.", run: (*shellEnv).stat},
		{names: "size", args: "FILE...", min: 1, max: -1, complete: "r",
			help: "Show how many octets files have.", run: (*shellEnv).size},
		{names: "du", args: "[PATH...]", max: -1, complete: "r",
			help: "Show how much folders hold.", run: (*shellEnv).du},
		{names: "df", args: "[FOLDER]", max: 1, complete: "d",
			help: "Show how much room the server has.", run: (*shellEnv).df},
		{names: "find", args: "[FOLDER] [PATTERN]", max: 2, complete: "dr",
			help: "List all that is below a folder, or what of it has a name that matches.", more: "The pattern is matched with names without their folders, as in find . '*.iso'; quotes keep it from being matched here and now.", run: (*shellEnv).find},
		{names: "hash", args: "[-a NAME] FILE...", opts: "a:", min: 1, max: -1, complete: "r",
			help: "Show hashes of files, SHA-256 if not told otherwise.", more: "The server computes them if it can; else the files are read for it.", run: (*shellEnv).hash},
	}
}

// orHere are the paths that words mean, the current folder if there are none.
func (e *shellEnv) orHere(ctx context.Context, words []shell.Word) ([]remotePath, error) {
	if len(words) == 0 {
		return []remotePath{{e.dir, true}}, nil
	}
	return e.expand(ctx, words)
}

func (e *shellEnv) ls(ctx context.Context, a shellArgs) error {
	list, err := e.orHere(ctx, a.words)
	if err != nil {
		return err
	}
	c := &lsCmd{Long: a.has('l') || a.as == "dir" || a.as == "ll", Names: a.has('1') || a.as == "nlist" || a.as == "nls", Recursive: a.has('R')}
	return e.each(ctx, list, func(p remotePath) error {
		r := e.site.at(p)
		l := lister{s: e.s, r: r, descend: c.Recursive, write: c.writer(e.s, r)}
		if !p.folder {
			info, err := r.Stat(ctx, p.name)
			if err != nil {
				return err
			}
			if !info.IsDir() {
				return l.write(p.name, e.shown(p.name), info)
			}
		}
		if len(list) > 1 {
			fmt.Fprintf(e.s.out, "%s:\n", printable(e.shown(p.name)))
		}
		return l.tree(ctx, p.name)
	})
}

func (e *shellEnv) cls(ctx context.Context, a shellArgs) error {
	list, err := e.orHere(ctx, a.words)
	if err != nil {
		return err
	}
	var names []string
	err = e.each(ctx, list, func(p remotePath) error {
		if !p.folder {
			info, err := e.site.client.Stat(ctx, p.name)
			if err != nil {
				return err
			}
			if !info.IsDir() {
				names = append(names, printable(e.shown(p.name)))
				return nil
			}
		}
		all, err := entries(ctx, e.site.client, p.name)
		for _, info := range all {
			name := info.Name
			if p.name != e.dir {
				name = e.shown(storage.Join(p.name, name))
			}
			if info.IsDir() {
				name += "/"
			}
			names = append(names, printable(name))
		}
		return err
	})
	return errors.Join(err, writeColumns(e.s.out, names, e.s.columns()))
}

// writeColumns writes short texts in columns, downwards.
func writeColumns(w io.Writer, texts []string, width int) error {
	most := 0
	for _, t := range texts {
		most = max(most, runewidth.StringWidth(t)+2)
	}
	if most == 0 {
		return nil
	}
	columns := max(1, width/most)
	rows := (len(texts) + columns - 1) / columns
	for row := range rows {
		var line strings.Builder
		for i := row; i < len(texts); i += rows {
			line.WriteString(texts[i])
			if i+rows < len(texts) {
				line.WriteString(strings.Repeat(" ", most-runewidth.StringWidth(texts[i])))
			}
		}
		if _, err := fmt.Fprintln(w, line.String()); err != nil {
			return err
		}
	}
	return nil
}

func (e *shellEnv) cd(ctx context.Context, a shellArgs) error {
	p := remotePath{e.site.home, true}
	if len(a.words) == 1 {
		var err error
		if a.text(0) == "-" {
			if e.last == "" {
				return usagef("there is no folder that was left before")
			}
			p.name = e.last
		} else if p, err = e.one(ctx, a.words[0]); err != nil {
			return err
		}
	}
	if err := isFolder(ctx, e.site, p.name); err != nil {
		return err
	}
	e.last, e.dir = e.dir, p.name
	return nil
}

// one is expand for a word that can mean but one path.
func (e *shellEnv) one(ctx context.Context, w shell.Word) (remotePath, error) {
	list, err := e.expand(ctx, []shell.Word{w})
	switch {
	case err != nil:
		return remotePath{}, err
	case len(list) > 1:
		return remotePath{}, usagef("%s matches %d names", printable(w.Text), len(list))
	}
	return list[0], nil
}

// isFolder returns nil for a folder. What may be a link to one is asked for what is in
// it.
func isFolder(ctx context.Context, s *site, name string) error {
	if name == "." {
		return nil
	}
	info, err := s.client.Stat(ctx, name)
	switch {
	case err != nil || info.IsDir():
		return err
	case info.Kind == storage.KindFile:
		return storage.PathError("cd", name, storage.ErrNotDir)
	}
	for _, err := range s.client.List(ctx, name) {
		return err
	}
	return nil
}

func (e *shellEnv) pwd(_ context.Context, a shellArgs) error {
	text := printable(e.site.full(e.dir))
	if a.has('u') {
		text = e.site.url.Of(e.dir)
	}
	_, err := fmt.Fprintln(e.s.out, text)
	return err
}

func (e *shellEnv) cat(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		file, err := e.site.client.Open(ctx, p.name, storage.Range{})
		if err != nil {
			return err
		}
		defer file.Close()
		if _, err := io.Copy(e.s.out, file); err != nil {
			return err
		}
		return file.Close()
	})
}

func (e *shellEnv) stat(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		info, err := e.site.client.Stat(ctx, p.name)
		if err != nil {
			return err
		}
		return writeInfo(e.s.out, e.site.at(p).url, info)
	})
}

func (e *shellEnv) size(ctx context.Context, a shellArgs) error {
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		info, err := e.site.client.Stat(ctx, p.name)
		switch {
		case err != nil:
			return err
		case info.IsDir():
			return hint(storage.PathError("size", p.name, storage.ErrIsDir), "du adds up a folder")
		case info.Size < 0:
			return hint(storage.PathError("size", p.name, errors.ErrUnsupported), "the server does not tell")
		}
		_, err = fmt.Fprintf(e.s.out, "%12d  %9s  %s\n", info.Size, size(info.Size), printable(e.shown(p.name)))
		return err
	})
}

func (e *shellEnv) du(ctx context.Context, a shellArgs) error {
	list, err := e.orHere(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		n, err := e.site.client.TreeSize(ctx, p.name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.s.out, "%12d  %9s  %s\n", n, size(n), printable(e.shown(p.name)))
		return err
	})
}

func (e *shellEnv) df(ctx context.Context, a shellArgs) error {
	list, err := e.orHere(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		room, err := roomOf(ctx, e.site.at(p))
		if err != nil {
			return err
		}
		return room.write(e.s.out)
	})
}

func (e *shellEnv) find(ctx context.Context, a shellArgs) error {
	at := remotePath{e.dir, true}
	pattern := ""
	for i, w := range a.words {
		switch _, bad := path.Match(w.Text, ""); {
		case i == 0 && (len(a.words) == 2 || w.Pattern == ""):
			var err error
			if at, err = e.path(w); err != nil {
				return err
			}
		case bad != nil:
			return usagef("%s is no pattern", printable(w.Text))
		default:
			pattern = w.Text
		}
	}
	info, err := e.site.client.Stat(ctx, at.name)
	if err == nil && !info.IsDir() {
		err = storage.PathError("find", at.name, storage.ErrNotDir)
	}
	if err != nil {
		return err
	}
	l := lister{s: e.s, r: e.site.at(at), descend: true}
	l.write = func(name, shown string, i storage.Info) error {
		if ok, _ := path.Match(pattern, i.Name); pattern != "" && !ok {
			return nil
		}
		text := e.shown(name)
		if i.IsDir() {
			text += "/"
		}
		if e.s.outTerminal() {
			text = printable(text)
		}
		_, err := fmt.Fprintln(e.s.out, text)
		return err
	}
	return l.tree(ctx, at.name)
}

func (e *shellEnv) hash(ctx context.Context, a shellArgs) error {
	alg := hashName("SHA-256")
	if name, ok := a.opts['a']; ok {
		if err := alg.UnmarshalText([]byte(name)); err != nil {
			return usagef("%v", err)
		}
	}
	list, err := e.expand(ctx, a.words)
	if err != nil {
		return err
	}
	return e.each(ctx, list, func(p remotePath) error {
		sum, err := storage.Hash(ctx, e.site.client, p.name, string(alg), storage.Range{})
		if err != nil {
			return err
		}
		line := sumLine(hex.EncodeToString(sum), e.shown(p.name))
		if e.s.outTerminal() {
			line = printable(line)
		}
		_, err = fmt.Fprintln(e.s.out, line)
		return err
	})
}
