package storagetest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// told is what a Batcher has told of one file.
type told struct {
	name, data string
	info       storage.Info
	err        error
}

// readFiles reads files by storage.Batcher, or one by one without one.
func (c *env) readFiles(ctx context.Context, names iter.Seq[string]) (all []told, err error) {
	err = storage.Batch(c.fsys).ReadFiles(ctx, names, func(name string, r io.Reader, err error) error {
		t := told{name: name, err: err}
		if err == nil {
			var b []byte
			b, t.err = io.ReadAll(r)
			t.data = string(b)
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// writeFiles writes files likewise.
func (c *env) writeFiles(ctx context.Context, files iter.Seq[storage.NewFile]) (all []told, err error) {
	err = storage.Batch(c.fsys).WriteFiles(ctx, files, func(name string, info storage.Info, err error) error {
		all = append(all, told{name: name, info: info, err: err})
		return nil
	})
	return all, err
}

// newFile is a file to be written that holds data.
func newFile(name, data string) storage.NewFile {
	return storage.NewFile{Name: name, Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(data)), nil
	}}
}

// wantTold demands that each name was told of once, in order.
func (c *env) wantTold(all []told, err error, names ...string) {
	c.Helper()
	var got []string
	for _, t := range all {
		got = append(got, t.name)
	}
	if err != nil || !slices.Equal(got, names) {
		c.Fatalf("told of %q, %v; want %q", got, err, names)
	}
}

// errEnough is what the function that a Batcher calls ends it with.
var errEnough = errors.New("enough")

func batchChecks() []check {
	tree := map[string]string{"file": text(100_000), "empty": "", "dir/other": "other", "old": "something old"}
	return []check{
		{
			name:  "batch/read",
			rule:  "ReadFiles tells of each name once, in order: what it holds, or the error of Open",
			reads: true,
			files: tree,
			run: func(c *env) {
				names := []string{"old", "none", "file", "a//b", "empty", "dir/other", "none/file", "old"}
				all, err := c.readFiles(c.ctx, slices.Values(names))
				c.wantTold(all, err, names...)
				for _, t := range all {
					data, there := tree[t.name]
					switch {
					case t.name == "a//b":
						c.wantErr("ReadFiles", t.err, t.name, storage.ErrName)
					case !there:
						c.wantErr("ReadFiles", t.err, t.name, fs.ErrNotExist)
					case t.err != nil || t.data != data:
						c.Errorf("ReadFiles of %q = %s, %v; want %s", t.name, brief(t.data), t.err, brief(data))
					}
				}
			},
		},
		{
			name:  "batch/read-stopped",
			rule:  "ReadFiles throws away what is left of a file, and ends with the first error that it is given",
			reads: true,
			files: tree,
			run: func(c *env) {
				var got []string
				names := slices.Values([]string{"file", "old", "empty", "dir/other"})
				err := storage.Batch(c.fsys).ReadFiles(c.ctx, names, func(name string, r io.Reader, err error) error {
					c.ok("ReadFiles", name, err)
					first := make([]byte, 5)
					n, _ := io.ReadFull(r, first)
					got = append(got, string(first[:n]))
					if name == "empty" {
						return errEnough
					}
					return nil
				})
				if want := []string{tree["file"][:5], "somet", ""}; !errors.Is(err, errEnough) || !slices.Equal(got, want) {
					c.Errorf("ReadFiles = %v, having read %q, want %q", err, got, want)
				}
				c.wantFile("old", tree["old"])
			},
		},
		{
			name:  "batch/write",
			rule:  "WriteFiles tells of each file once, in order: what it is now, or why it is not stored",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				files := []storage.NewFile{
					newFile("new", text(70_000)), newFile("dir", "x"), newFile("old", "n"), newFile("a//b", "x"),
					newFile("dir/none", ""), newFile("none/new", "x"), newFile("last", "y"),
				}
				all, err := c.writeFiles(c.ctx, slices.Values(files))
				c.wantTold(all, err, "new", "dir", "old", "a//b", "dir/none", "none/new", "last")
				for i, want := range []error{nil, storage.ErrIsDir, nil, storage.ErrName, nil, fs.ErrNotExist, nil} {
					t := all[i]
					_, base := storage.Split(t.name)
					if want != nil {
						c.wantErr("WriteFiles", t.err, t.name, want)
					} else if t.err != nil || t.info.Name != base || t.info.Size != files[i].Size {
						c.Errorf("WriteFiles of %q = %+v, %v", t.name, t.info, t.err)
					}
				}
				c.wantFile("new", text(70_000))
				c.wantFile("old", "n")
				c.wantFile("dir/none", "")
				c.wantFile("last", "y")
				c.wantNames(".", "dir", "empty", "file", "last", "new", "old")
			},
		},
		{
			name:  "batch/write-time",
			rule:  "WriteFiles gives a file the time that it is to have",
			needs: storage.CanSetTime,
			run: func(c *env) {
				at := time.Date(1998, 2, 3, 4, 5, 6, 0, time.UTC)
				files := []storage.NewFile{newFile("a", "1"), newFile("b", "2"), newFile("c", "3")}
				files[0].ModTime, files[2].ModTime = at, at.Add(time.Hour)
				all, err := c.writeFiles(c.ctx, slices.Values(files))
				c.wantTold(all, err, "a", "b", "c")
				c.wantSame("the time of a", c.stat("a").ModTime, at)
				c.wantSame("the time of c", c.stat("c").ModTime, at.Add(time.Hour))
				if c.stat("b").ModTime.Before(at.Add(2 * time.Hour)) {
					c.Error("a file without a time has that of another")
				}
			},
		},
		{
			name:  "batch/write-temp",
			rule:  "WriteFiles leaves a file that is written under another name under its own alone, and nothing of one that cannot be",
			files: tree,
			run: func(c *env) {
				at := time.Date(1998, 2, 3, 4, 5, 6, 0, time.UTC)
				files := []storage.NewFile{newFile("old", "anew"), newFile("dir/a", "1"), newFile("dir", "no"), newFile("b", "2")}
				for i := range files {
					files[i].Temp, files[i].ModTime = files[i].Name+".part", at
				}
				files = append(files, newFile("last", "3"))
				all, err := c.writeFiles(c.ctx, slices.Values(files))
				c.wantTold(all, err, "old", "dir/a", "dir", "b", "last")
				if all[2].err == nil {
					c.Error("a file has taken the place of a folder")
				}
				c.wantFile("old", "anew")
				c.wantFile("dir/a", "1")
				c.wantFile("b", "2")
				c.wantFile("last", "3")
				if c.fsys.Features().Has(storage.CanSetTime) {
					c.wantSame("the time of b", c.stat("b").ModTime, at)
				}
				for _, name := range []string{"old.part", "dir/a.part", "b.part"} {
					c.wantNone(name)
				}
			},
		},
		{
			name:  "batch/write-changed",
			rule:  "WriteFiles stores no file that has other than its Size or cannot be read, and those behind it all the same",
			files: tree,
			run: func(c *env) {
				long, short, broken := newFile("long", "too long"), newFile("old", "short"), newFile("broken", "")
				long.Size, short.Size = 3, 100
				broken.Open = func() (io.ReadCloser, error) { return nil, errEnough }
				all, err := c.writeFiles(c.ctx, slices.Values([]storage.NewFile{long, short, broken, newFile("last", "y")}))
				c.wantTold(all, err, "long", "old", "broken", "last")
				c.wantErr("WriteFiles", all[0].err, "long", storage.ErrChanged)
				c.wantErr("WriteFiles", all[1].err, "old", storage.ErrChanged)
				c.wantErr("WriteFiles", all[2].err, "broken", errEnough)
				c.wantNone("long")
				c.wantNone("broken")
				c.wantFile("old", tree["old"])
				c.wantFile("last", "y")
			},
		},
		{
			name:  "batch/write-stopped",
			rule:  "WriteFiles ends with the first error that it is given",
			files: tree,
			run: func(c *env) {
				calls := 0
				files := slices.Values([]storage.NewFile{newFile("a", "1"), newFile("b", "2"), newFile("c", "3")})
				err := storage.Batch(c.fsys).WriteFiles(c.ctx, files, func(name string, _ storage.Info, err error) error {
					c.ok("WriteFiles", name, err)
					calls++
					if name == "b" {
						return errEnough
					}
					return nil
				})
				if !errors.Is(err, errEnough) || calls != 2 {
					c.Errorf("WriteFiles = %v after %d files", err, calls)
				}
				c.wantFile("a", "1")
				c.wantFile("b", "2")
			},
		},
		{
			name:  "batch/blocked",
			rule:  "what was drawn goes on while the sequence is blocked",
			time:  true,
			files: tree,
			run: func(c *env) {
				done := make(chan struct{})
				// slowly yields the second value when the first was told of.
				slowly := func(yield func(int) bool) {
					if !yield(0) {
						return
					}
					select {
					case <-done:
						yield(1)
					case <-time.After(time.Hour):
						c.Error("nothing goes on while the sequence is blocked")
					}
				}
				read, written := []string{"old", "empty"}, []storage.NewFile{newFile("a", "1"), newFile("b", "2")}
				err := storage.Batch(c.fsys).ReadFiles(c.ctx, each(slowly, read), func(name string, _ io.Reader, err error) error {
					if name == "old" {
						close(done)
					}
					return err
				})
				c.ok("ReadFiles", "old", err)
				done = make(chan struct{})
				err = storage.Batch(c.fsys).WriteFiles(c.ctx, each(slowly, written), func(name string, _ storage.Info, err error) error {
					if name == "a" {
						close(done)
					}
					return err
				})
				c.ok("WriteFiles", "a", err)
				c.wantFile("b", "2")
			},
		},
		{
			name:  "batch/cancelled",
			rule:  "ReadFiles and WriteFiles give up with the context's error, whatever the sequence does",
			time:  true,
			files: tree,
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				over := make(chan struct{})
				defer close(over)
				never := func(yield func(int) bool) {
					cancel()
					select {
					case <-over:
					case <-time.After(time.Hour):
					}
				}
				start := time.Now()
				all, err := c.readFiles(ctx, each(never, []string{"old"}))
				if !errors.Is(err, context.Canceled) || all != nil {
					c.Errorf("ReadFiles = %v, told of %v", err, all)
				}
				all, err = c.writeFiles(ctx, each(never, []storage.NewFile{newFile("new", "x")}))
				if !errors.Is(err, context.Canceled) || all != nil {
					c.Errorf("WriteFiles = %v, told of %v", err, all)
				}
				if time.Since(start) >= time.Hour {
					c.Error("the end waits for the sequence")
				}
				c.wantNone("new")
			},
		},
	}
}

// each yields the elements of list in the order, and at the time, that seq does.
func each[T any](seq iter.Seq[int], list []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range seq {
			if !yield(list[i]) {
				return
			}
		}
	}
}
