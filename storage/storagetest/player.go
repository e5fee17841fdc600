package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// slots is how many writers stay open at once.
const slots = 3

// player does the operations of a log on one FS.
type player struct {
	ctx    context.Context
	fsys   storage.FS
	remote bool
	open   [slots]storage.Writer
}

// close aborts the writers that are still open.
func (p *player) close() {
	for i, w := range p.open {
		if w != nil {
			w.Abort()
			p.open[i] = nil
		}
	}
}

// play does one operation and tells in words what came of it.
func (p *player) play(o op) string {
	result, err := p.do(o)
	if err != nil {
		return "error: " + p.class(o, err)
	}
	return "ok " + result
}

func (p *player) do(o op) (string, error) {
	switch o.what {
	case "replace":
		return p.write(o, storage.CreateOptions{})
	case "exclusive":
		return p.write(o, storage.CreateOptions{Mode: storage.Exclusive})
	case "append":
		return p.write(o, storage.CreateOptions{Mode: storage.Append})
	case "resume":
		return p.write(o, storage.CreateOptions{Mode: storage.Resume, Offset: o.off})
	case "begin":
		w, err := p.fsys.Create(p.ctx, o.name, storage.CreateOptions{Owner: o.owner})
		p.open[o.slot] = w
		return "", err
	case "write":
		if w := p.open[o.slot]; w != nil {
			_, err := io.WriteString(w, o.data)
			return "", err
		}
	case "end":
		if w := p.open[o.slot]; w != nil {
			p.open[o.slot] = nil
			return p.end(w, o.end)
		}
	case "mkdir":
		return "", p.fsys.Mkdir(p.ctx, o.name)
	case "rmdir":
		return "", p.fsys.Remove(p.ctx, o.name, storage.KindDir)
	case "remove":
		return "", p.fsys.Remove(p.ctx, o.name, storage.KindFile)
	case "rename":
		return "", p.fsys.Rename(p.ctx, o.name, o.to)
	case "settime":
		return "", p.fsys.SetAttr(p.ctx, o.name, storage.Attr{ModTime: someTime()})
	case "stat":
		info, err := p.fsys.Stat(p.ctx, o.name)
		return describe(info), err
	case "list":
		return p.list(o.name)
	case "read":
		return p.read(o.name, storage.Range{Off: o.off, Len: o.len})
	case "pending":
		pender, _ := storage.As[storage.Pender](p.fsys)
		info, err := pender.Pending(p.ctx, o.name, o.owner)
		return fmt.Sprint(info.Size), err
	case "discard":
		pender, _ := storage.As[storage.Pender](p.fsys)
		_, err := p.fsys.Stat(p.ctx, o.name)
		if err != nil { // whether discarding nothing of nothing fails is left open
			return "", err
		}
		return "", pender.Discard(p.ctx, o.name, o.owner)
	}
	return "", nil
}

// write writes a file from beginning to end.
func (p *player) write(o op, create storage.CreateOptions) (string, error) {
	create.Owner = o.owner
	w, err := p.fsys.Create(p.ctx, o.name, create)
	if err != nil {
		return "", err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, o.data); err != nil {
		return "", err
	}
	return p.end(w, o.end)
}

func (p *player) end(w storage.Writer, how string) (string, error) {
	switch how {
	case "suspend":
		return "", w.Suspend(p.ctx)
	case "abort":
		return "", w.Abort()
	}
	info, err := w.Commit(p.ctx)
	return describe(info), err
}

func (p *player) read(name string, r storage.Range) (string, error) {
	rd, err := p.fsys.Open(p.ctx, name, r)
	if err != nil {
		return "", err
	}
	defer rd.Close()
	data, err := io.ReadAll(rd)
	return string(data), err
}

func (p *player) list(dir string) (string, error) {
	var all []string
	for info, err := range p.fsys.List(p.ctx, dir) {
		if err != nil {
			return "", err
		}
		all = append(all, describe(info))
	}
	slices.Sort(all)
	return strings.Join(all, ", "), nil
}

func describe(info storage.Info) string {
	return fmt.Sprintf("%v %s of %d", info.Kind, info.Name, info.Size)
}

// tree describes all that is in dir.
func (p *player) tree(dir string) string {
	var lines []string
	for info, err := range p.fsys.List(p.ctx, dir) {
		if err != nil {
			return err.Error() + "\n"
		}
		name := storage.Join(dir, info.Name)
		line := fmt.Sprintf("%s: %s\n", name, describe(info))
		if info.IsDir() {
			line += p.tree(name)
		} else if data, err := p.read(name, storage.Range{}); err != nil {
			line += err.Error() + "\n"
		} else {
			line += brief(data) + "\n"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// class tells what kind of error err is, no finer than the contract does.
func (p *player) class(o op, err error) string {
	if p.remote || o.what == "rename" { // more than one thing may be wrong
		return "some"
	}
	for _, kind := range []error{
		storage.ErrIsDir, storage.ErrNotEmpty, storage.ErrName, storage.ErrEnded, storage.ErrChanged, fs.ErrExist, fs.ErrPermission,
	} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	// A name below a file may be either of the first two, Resume at an offset
	// of a file that does not exist either of the last.
	for _, kind := range []error{storage.ErrNotDir, fs.ErrNotExist, storage.ErrOffset} {
		if errors.Is(err, kind) {
			return fs.ErrNotExist.Error()
		}
	}
	return err.Error()
}
