package mirror_test

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

var day = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// fill makes files of the given contents; a name that ends in a slash is a folder.

func fill(t *testing.T, fsys storage.FS, files map[string]string) {
	t.Helper()
	ctx := t.Context()
	for _, name := range slices.Sorted(keys(files)) {
		if dir, isDir := strings.CutSuffix(name, "/"); isDir {
			mkdirs(t, fsys, dir)
			continue
		}
		mkdirs(t, fsys, path.Dir(name))
		w, err := fsys.Create(ctx, name, storage.CreateOptions{ModTime: day})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[name]); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func keys(m map[string]string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func mkdirs(t *testing.T, fsys storage.FS, dir string) {
	t.Helper()
	if dir == "." {
		return
	}
	mkdirs(t, fsys, path.Dir(dir))
	if err := fsys.Mkdir(t.Context(), dir); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
}

// contents are the files and folders of a tree, as fill takes them.

func contents(t *testing.T, fsys storage.FS) map[string]string {
	t.Helper()
	all := make(map[string]string)
	var walk func(dir string)
	walk = func(dir string) {
		for info, err := range fsys.List(t.Context(), dir) {
			if err != nil {
				t.Fatal(err)
			}
			name := storage.Join(dir, info.Name)
			if info.IsDir() && info.Target == "" {
				all[name+"/"] = ""
				walk(name)
				continue
			}
			if info.Target != "" {
				all[name] = "-> " + info.Target
				continue
			}
			all[name] = read(t, fsys, name)
		}
	}
	walk(".")
	return all
}

func read(t *testing.T, fsys storage.FS, name string) string {
	t.Helper()
	r, err := fsys.Open(t.Context(), name, storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func same(t *testing.T, got, want storage.FS) {
	t.Helper()
	g, w := contents(t, got), contents(t, want)
	for name := range w {
		if have, ok := g[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if have != w[name] {
			t.Errorf("%s has %d octets that are not the %d of the file", name, len(have), len(w[name]))
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s is there and should not be", name)
		}
	}
}

// everything is the plan of a copy of all that src has.

func everything(t *testing.T, src storage.FS) []mirror.Step {
	t.Helper()
	var steps []mirror.Step
	var walk func(dir string)
	walk = func(dir string) {
		var all []storage.Info
		for info, err := range src.List(t.Context(), dir) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, info)
		}
		slices.SortFunc(all, func(a, b storage.Info) int { return strings.Compare(a.Name, b.Name) })
		for _, info := range all {
			name := storage.Join(dir, info.Name)
			switch {
			case info.Target != "":
				steps = append(steps, mirror.Step{Op: mirror.Link, Name: name, Src: info, Target: info.Target})
			case info.IsDir():
				steps = append(steps, mirror.Step{Op: mirror.Mkdir, Name: name, Src: info})
				walk(name)
			default:
				steps = append(steps, mirror.Step{Op: mirror.Copy, Name: name, Src: info})
			}
		}
	}
	walk(".")
	return steps
}

func plan(steps []mirror.Step) iter.Seq2[mirror.Step, error] {
	return func(yield func(mirror.Step, error) bool) {
		for _, s := range steps {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// log gathers events.

type log struct{ events []mirror.Event }

func (l *log) observe(e mirror.Event) { l.events = append(l.events, e) }

// of returns what happened of a kind, one line each.

func (l *log) of(kind mirror.EventKind) []string {
	var lines []string
	for _, e := range l.events {
		if e.Kind == kind {
			line := e.Step.Op.String() + " " + e.Step.Name
			if e.Text != "" {
				line += ": " + e.Text
			}
			if e.Err != nil {
				line += ": " + e.Err.Error()
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// once checks that each planned step has one outcome.

func (l *log) once(t *testing.T) {
	t.Helper()
	open := make(map[string]int)
	for _, e := range l.events {
		key := e.Step.Op.String() + " " + e.Step.Name
		switch e.Kind {
		case mirror.Planned:
			open[key]++
		case mirror.Finished, mirror.Skipped, mirror.Failed:
			open[key]--
		}
	}
	for key, n := range open {
		if n != 0 {
			t.Errorf("%s: %d outcomes too few", key, n)
		}
	}
}

// tree is one of all kinds.

// pairs are stores of the kinds that Run treats differently.

// plain is a store that replaces files while they are written, as a server does.

// server is a plain store that moves many files at once. Each call is one connection,

// which breaks off as the fields say.

// passing is the loss of a connection.

// depth is how many files are asked for before the first has come.

// ahead draws from seq in a goroutine, some before they are needed.

// TestBreaks loses connections in the middle of many small files.

// TestRetry tries again what may pass, and nothing else.

// TestFatal ends it all where nothing else can be done.

// TestStuck gives up on a server that does nothing any more, and does not ask it for each

// of thousands of files.

// TestCut ends a run in the middle of a file, which the next one takes up.

// TestRate holds all files together to a pace.

// TestDirect lets files go straight from one side to the other, and believes nobody.

// put copies up to n octets of a file.

// TestVerify finds copies that are as long as the file and not the same.
