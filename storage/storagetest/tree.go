package storagetest

import (
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

func mkdirChecks() []check {
	return []check{
		{
			name:  "mkdir/made",
			rule:  "Mkdir makes one empty directory",
			needs: storage.RealDirs,
			run: func(c *env) {
				c.mkdir("dir")
				c.mkdir("dir/sub")
				c.wantNames(".", "dir")
				c.wantNames("dir", "sub")
				c.wantNames("dir/sub")
				if info := c.stat("dir/sub"); info.Name != "sub" || info.Kind != storage.KindDir {
					c.Errorf("Stat says %+v", info)
				}
			},
		},
		{
			name:  "mkdir/errors",
			rule:  "any object of that name is fs.ErrExist, a missing parent fs.ErrNotExist",
			needs: storage.RealDirs,
			files: map[string]string{"file": "x", "dir/": ""},
			run: func(c *env) {
				for _, try := range []struct {
					name string
					want []error
				}{
					{".", []error{fs.ErrExist}},
					{"file", []error{fs.ErrExist}},
					{"dir", []error{fs.ErrExist}},
					{"none/dir", []error{fs.ErrNotExist}},
					{"file/dir", []error{fs.ErrNotExist, storage.ErrNotDir}},
				} {
					c.wantErr("Mkdir", c.fsys.Mkdir(c.ctx, try.name), try.name, try.want...)
				}
				c.wantNames(".", "dir", "file")
				c.wantFile("file", "x")
			},
		},
	}
}

func removeChecks() []check {
	tree := map[string]string{"file": "x", "dir/file": "y", "empty/": ""}
	return []check{
		{
			name:  "remove/removed",
			rule:  "Remove removes a file or an empty directory, and no other",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				c.ok("Remove", "file", c.fsys.Remove(c.ctx, "file", storage.KindFile))
				c.ok("Remove", "empty", c.fsys.Remove(c.ctx, "empty", storage.KindDir))
				c.wantNames(".", "dir")
				c.ok("Remove", "dir/file", c.fsys.Remove(c.ctx, "dir/file", storage.KindFile))
				c.wantNames("dir")
				c.ok("Remove", "dir", c.fsys.Remove(c.ctx, "dir", storage.KindDir))
				c.wantNames(".")
			},
		},
		{
			name:  "remove/errors",
			rule:  "Remove tells a directory from a file, refuses one that is not empty, and never removes the root",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				for _, try := range []struct {
					name string
					kind storage.Kind
					want []error
				}{
					{"none", storage.KindFile, []error{fs.ErrNotExist}},
					{"none", storage.KindDir, []error{fs.ErrNotExist}},
					{"none/file", storage.KindFile, []error{fs.ErrNotExist}},
					{"file/below", storage.KindFile, []error{fs.ErrNotExist, storage.ErrNotDir}},
					{"file", storage.KindDir, []error{storage.ErrNotDir}},
					{"dir", storage.KindFile, []error{storage.ErrIsDir}},
					{"empty", storage.KindFile, []error{storage.ErrIsDir}},
					{"dir", storage.KindDir, []error{storage.ErrNotEmpty}},
				} {
					c.wantErr("Remove of a "+try.kind.String(), c.fsys.Remove(c.ctx, try.name, try.kind), try.name, try.want...)
				}
				for _, kind := range []storage.Kind{storage.KindFile, storage.KindDir} {
					if err := c.fsys.Remove(c.ctx, ".", kind); err == nil {
						c.Error("Remove of the root succeeded")
					}
				}
				c.wantNames(".", "dir", "empty", "file")
				c.wantNames("dir", "file")
			},
		},
	}
}

func renameChecks() []check {
	tree := map[string]string{"a": "in a", "b": "in b", "dir/file": "in dir", "dir/sub/deep": "deep", "empty/": ""}
	return []check{
		{
			name:  "rename/file",
			rule:  "Rename moves a file, within a directory or into another, replacing a file of that name",
			files: tree,
			run: func(c *env) {
				for _, step := range []struct{ from, to string }{{"a", "c"}, {"c", "dir/c"}, {"dir/c", "b"}, {"b", "dir/file"}} {
					c.ok("Rename", step.from, c.fsys.Rename(c.ctx, step.from, step.to))
					c.wantNone(step.from)
					c.wantFile(step.to, "in a")
				}
				c.wantNames("dir", "file", "sub")
			},
		},
		{
			name:  "rename/directory",
			rule:  "Rename moves a directory with all that is in it",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				c.ok("Rename", "dir", c.fsys.Rename(c.ctx, "dir", "moved"))
				c.ok("Rename", "moved/sub", c.fsys.Rename(c.ctx, "moved/sub", "empty/sub"))
				c.ok("Rename", "empty", c.fsys.Rename(c.ctx, "empty", "emptied"))
				c.wantNames(".", "a", "b", "emptied", "moved")
				c.wantNames("moved", "file")
				c.wantFile("moved/file", "in dir")
				c.wantFile("emptied/sub/deep", "deep")
				c.wantNone("dir")
			},
		},
		{
			name:  "rename/errors",
			rule:  "Rename never replaces a directory (fs.ErrExist) nor moves one into itself (ErrName)",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				for _, try := range []struct {
					from, to string
					want     []error
				}{
					{"none", "x", []error{fs.ErrNotExist}},
					{"a", "none/x", []error{fs.ErrNotExist}},
					{"a", "b/x", []error{fs.ErrNotExist, storage.ErrNotDir}},
					{"a", "dir", []error{fs.ErrExist}},
					{"a", "empty", []error{fs.ErrExist}},
					{"empty", "dir", []error{fs.ErrExist}},
					{"dir", "empty", []error{fs.ErrExist}},
					{"dir", "dir/in", []error{storage.ErrName}},
					{"dir", "dir/sub/in", []error{storage.ErrName}},
					{"a", ".", []error{fs.ErrExist}},
				} {
					err := c.fsys.Rename(c.ctx, try.from, try.to)
					c.wantRenameErr(err, try.from, try.to, try.want...)
				}
				if err := c.fsys.Rename(c.ctx, ".", "x"); err == nil {
					c.Error("Rename of the root succeeded")
				}
				c.wantNames(".", "a", "b", "dir", "empty")
				c.wantNames("dir", "file", "sub")
				c.wantNames("empty")
				c.wantFile("a", "in a")
				c.wantFile("dir/sub/deep", "deep")
			},
		},
		{
			name:  "rename/same",
			rule:  "Rename of a file to its own name loses nothing",
			files: tree,
			run: func(c *env) {
				if err := c.fsys.Rename(c.ctx, "a", "a"); err != nil {
					c.Logf("Rename to the same name: %v", err)
				}
				c.wantFile("a", "in a")
			},
		},
		{
			name:  "rename/keeps",
			rule:  "Rename changes neither contents nor times",
			needs: storage.CanSetTime,
			run: func(c *env) {
				data := strings.Repeat("contents ", 1000)
				c.putWith("a", data, storage.CreateOptions{ModTime: someTime()})
				c.ok("Rename", "a", c.fsys.Rename(c.ctx, "a", "b"))
				c.wantSame("the ModTime", c.stat("b").ModTime, someTime())
				c.wantFile("b", data)
			},
		},
	}
}

// wantRenameErr is wantErr for the two names of a Rename: the error may be
// about either.
func (c *env) wantRenameErr(err error, from, to string, want ...error) {
	c.Helper()
	if pe, ok := err.(*fs.PathError); ok && pe.Path == to {
		from, to = to, from
	}
	c.wantErr("Rename between "+to+" and", err, from, want...)
}
