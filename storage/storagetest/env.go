package storagetest

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// fill makes the files of Options.Filled.
func (c *env) fill(files map[string]string) {
	c.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		dir, isDir := strings.CutSuffix(name, "/")
		if !isDir {
			dir, _ = storage.Split(name)
		}
		if dir != "." {
			c.mkdirAll(dir)
		}
		if !isDir {
			c.put(name, files[name])
		}
	}
}

// mkdirAll makes a directory and those above it, where directories are real.
func (c *env) mkdirAll(name string) {
	c.Helper()
	if !c.feat.Has(storage.RealDirs) {
		return
	}
	if parent, _ := storage.Split(name); parent != "." {
		c.mkdirAll(parent)
	}
	if err := c.fsys.Mkdir(c.ctx, name); err != nil && !c.isDir(name) {
		c.Fatalf("Mkdir(%q): %v", name, err)
	}
}

func (c *env) isDir(name string) bool {
	info, err := c.fsys.Stat(c.ctx, name)
	return err == nil && info.IsDir()
}

// mkdir makes a directory.
func (c *env) mkdir(name string) {
	c.Helper()
	c.ok("Mkdir", name, c.fsys.Mkdir(c.ctx, name))
}

// put writes a file whole.
func (c *env) put(name, data string) storage.Info {
	c.Helper()
	return c.putWith(name, data, storage.CreateOptions{})
}

func (c *env) putWith(name, data string, o storage.CreateOptions) storage.Info {
	c.Helper()
	return c.commit(c.write(name, data, o), name)
}

// create begins to write.
func (c *env) create(name string, o storage.CreateOptions) storage.Writer {
	c.Helper()
	w, err := c.fsys.Create(c.ctx, name, o)
	if err != nil {
		c.Fatalf("Create(%q, %+v): %v", name, o, err)
	}
	c.Cleanup(func() { w.Abort() })
	return w
}

// write begins to write and writes data.
func (c *env) write(name, data string, o storage.CreateOptions) storage.Writer {
	c.Helper()
	w := c.create(name, o)
	c.feed(w, name, data)
	return w
}

// feed writes data.
func (c *env) feed(w storage.Writer, name, data string) {
	c.Helper()
	n, err := io.WriteString(w, data)
	if err != nil || n != len(data) {
		c.Fatalf("Write(%d octets) to %q = %d, %v", len(data), name, n, err)
	}
}

func (c *env) commit(w storage.Writer, name string) storage.Info {
	c.Helper()
	info, err := w.Commit(c.ctx)
	if err != nil {
		c.Fatalf("Commit of %q: %v", name, err)
	}
	return info
}

func (c *env) suspend(w storage.Writer, name string) {
	c.Helper()
	c.ok("Suspend", name, w.Suspend(c.ctx))
}

func (c *env) abort(w storage.Writer, name string) {
	c.Helper()
	c.ok("Abort", name, w.Abort())
}

// ok ends the check unless err is nil.
func (c *env) ok(what, name string, err error) {
	c.Helper()
	if err != nil {
		c.Fatalf("%s(%q): %v", what, name, err)
	}
}

func (c *env) stat(name string) storage.Info {
	c.Helper()
	info, err := c.fsys.Stat(c.ctx, name)
	c.ok("Stat", name, err)
	return info
}

// read reads a part of a file.
func (c *env) read(name string, r storage.Range) string {
	c.Helper()
	rd, err := c.fsys.Open(c.ctx, name, r)
	if err != nil {
		c.Fatalf("Open(%q, %+v): %v", name, r, err)
	}
	data, err := io.ReadAll(rd)
	if err != nil {
		c.Errorf("reading %q, %+v: %v", name, r, err)
	}
	c.ok("Close", name, rd.Close())
	return string(data)
}

// wantFile demands that a file, as read and as described, is data.
func (c *env) wantFile(name, data string) {
	c.Helper()
	if got := c.read(name, storage.Range{}); got != data {
		c.Errorf("%q holds %s, want %s", name, brief(got), brief(data))
	}
	info := c.stat(name)
	if info.Kind != storage.KindFile || info.Size != int64(len(data)) {
		c.Errorf("Stat(%q) says %v of %d octets, want a file of %d", name, info.Kind, info.Size, len(data))
	}
}

// wantPart demands that a file is old and then data, or, where Suspend and
// Abort may lose octets, at least a beginning of data. It returns its length.
func (c *env) wantPart(name, old, data string) int64 {
	c.Helper()
	got := c.read(name, storage.Range{})
	rest, ok := strings.CutPrefix(got, old)
	if !ok || !strings.HasPrefix(data, rest) || (!c.o.Remote && rest != data) {
		c.Errorf("%q holds %s, want %s and then %s", name, brief(got), brief(old), brief(data))
	}
	return int64(len(got))
}

// wantNone demands that there is no object of that name.
func (c *env) wantNone(name string) {
	c.Helper()
	_, err := c.fsys.Stat(c.ctx, name)
	c.wantErr("Stat", err, name, fs.ErrNotExist)
	dir, base := storage.Split(name)
	if entries, err := c.list(dir); err == nil && slices.ContainsFunc(entries, func(i storage.Info) bool { return i.Name == base }) {
		c.Errorf("List(%q) has %q, which should not exist", dir, base)
	}
}

// list returns the entries of a directory, sorted by name.
func (c *env) list(dir string) ([]storage.Info, error) {
	var entries []storage.Info
	for info, err := range c.fsys.List(c.ctx, dir) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, info)
	}
	slices.SortFunc(entries, func(a, b storage.Info) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// wantNames demands that a directory has exactly these entries.
func (c *env) wantNames(dir string, want ...string) {
	c.Helper()
	entries, err := c.list(dir)
	c.ok("List", dir, err)
	var got []string
	for _, info := range entries {
		got = append(got, info.Name)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		c.Errorf("List(%q) = %.20q, want %.20q", dir, got, want)
	}
}

// wantErr demands that err is one of want, in a *fs.PathError about name.
func (c *env) wantErr(what string, err error, name string, want ...error) {
	c.Helper()
	var pe *fs.PathError
	switch {
	case err == nil:
		c.Errorf("%s(%q) succeeded, want %v", what, name, want)
	case !errors.As(err, &pe):
		c.Errorf("%s(%q): %v is a %T, want a *fs.PathError", what, name, err, err)
	case pe.Path != name:
		c.Errorf("%s(%q): the error is about %q: %v", what, name, pe.Path, err)
	case !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) || c.o.Remote && vague(w) }):
		c.Errorf("%s(%q): %v, want %v", what, name, err, want)
	}
}

// vague tells whether a remote FS may say something else for err.
func vague(err error) bool {
	switch err {
	case storage.ErrNotDir, storage.ErrIsDir, storage.ErrNotEmpty, storage.ErrOffset, fs.ErrExist:
		return true
	}
	return false
}

// wantSame demands that two times agree within Options.Precision.
func (c *env) wantSame(what string, got, want time.Time) {
	c.Helper()
	precision := c.o.Precision
	if precision == 0 {
		precision = time.Millisecond
	}
	if d := got.Sub(want).Abs(); d >= precision {
		c.Errorf("%s is %v, want %v", what, got, want)
	}
}

// brief shows data without flooding the log.
func brief(data string) string {
	const most = 60
	if len(data) <= most {
		return quote(data)
	}
	return quote(data[:most]) + "..."
}
