package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// then is when files were modified if nothing else is said.
var then = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// treeOf makes a FS in memory of lines: "folder/", "link -> target", or a file as "name
// contents +1h", of which the last two may be left out. Folders come into being with
// what is in them.
func treeOf(t testing.TB, lines ...string) *mem.FS {
	t.Helper()
	fsys := mem.New(mem.Options{})
	for _, line := range lines {
		add(t, fsys, line)
	}
	return fsys
}

func add(t testing.TB, fsys storage.FS, line string) {
	t.Helper()
	if name, target, ok := strings.Cut(line, " -> "); ok {
		makeParents(t, fsys, name)
		l, ok := storage.As[storage.Linker](fsys)
		if !ok {
			t.Fatal("no links")
		}
		if err := l.Symlink(t.Context(), target, name); err != nil {
			t.Fatal(err)
		}
		return
	}
	if dir, ok := strings.CutSuffix(line, "/"); ok {
		makeParents(t, fsys, dir+"/x")
		return
	}
	fields := strings.Fields(line)
	name, data, at := fields[0], fields[0], then
	if len(fields) > 1 {
		data = fields[1]
	}
	if len(fields) > 2 {
		d, err := time.ParseDuration(fields[2])
		if err != nil {
			t.Fatal(err)
		}
		at = at.Add(d)
	}
	makeParents(t, fsys, name)
	write(t, fsys, name, data, at)
}

// makeParents makes the folders that name lies in.
func makeParents(t testing.TB, fsys storage.FS, name string) {
	t.Helper()
	dir, _ := storage.Split(name)
	if dir == "." {
		return
	}
	makeParents(t, fsys, dir)
	if err := fsys.Mkdir(t.Context(), dir); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
}

func write(t testing.TB, fsys storage.FS, name, data string, at time.Time) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{ModTime: at})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// show writes a plan as text: one step a line, errors with a "!".
func show(ctx context.Context, dst, src mirror.Tree, o mirror.Options) []string {
	var lines []string
	for step, err := range mirror.Plan(ctx, dst, src, o) {
		lines = append(lines, line(step, err))
	}
	return lines
}

func line(step mirror.Step, err error) string {
	switch {
	case err != nil:
		return "! " + err.Error()
	case step.Op == mirror.Link:
		return fmt.Sprintf("link %s -> %s: %s", step.Name, step.Target, step.Reason)
	}
	return fmt.Sprintf("%s %s: %s", step.Op, step.Name, step.Reason)
}

// over is a FS with other Features, and nothing but the methods of a FS.
type over struct {
	storage.FS
	features storage.Features
}

func (o over) Features() storage.Features { return o.features }

// titled is a Tree with names as of a server.
func titled(fsys storage.FS, root, url string) mirror.Tree {
	return mirror.Tree{FS: fsys, Root: root, Title: func(name string) string {
		if name == "." {
			return url
		}
		return url + "/" + name
	}}
}
