package storagetest

import (
	"context"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// copyFile copies by storage.Copier; without one, the check is skipped.
func (c *env) copyFile(old, new string) error {
	c.Helper()
	copier, ok := storage.As[storage.Copier](c.fsys)
	if !ok {
		c.Skip("the file system copies nothing by itself")
	}
	return copier.Copy(c.ctx, old, new)
}

func copyChecks() []check {
	tree := map[string]string{"file": text(100_000), "empty": "", "dir/other": "other", "old": "something old"}
	return []check{
		{
			name:  "copy/contents",
			rule:  "Copy makes a file of its own with the same contents",
			needs: storage.CanAppend,
			files: tree,
			run: func(c *env) {
				for _, step := range []struct{ from, to string }{
					{"file", "dir/copy"}, {"empty", "none"}, {"file", "old"}, {"empty", "dir/other"},
				} {
					c.ok("Copy", step.from, c.copyFile(step.from, step.to))
					c.wantFile(step.to, tree[step.from])
					c.wantFile(step.from, tree[step.from])
					if a, b := c.stat(step.from), c.stat(step.to); a.ID != "" && a.ID == b.ID || b.Target != "" {
						c.Errorf("the copy of %q is the file itself: %+v", step.from, b)
					}
				}
				appending := storage.CreateOptions{Mode: storage.Append, Owner: anna}
				c.putWith("dir/copy", "more", appending)
				c.wantFile("file", tree["file"])
				c.wantFile("old", tree["file"])
				c.putWith("file", "other", appending)
				c.wantFile("dir/copy", tree["file"]+"more")
				c.wantNames("dir", "copy", "other")
			},
		},
		{
			name:  "copy/same",
			rule:  "Copy of a file to itself loses nothing",
			files: tree,
			run: func(c *env) {
				c.ok("Copy", "file", c.copyFile("file", "file"))
				c.wantFile("file", tree["file"])
				if c.o.Symlink != nil {
					c.ok("Symlink", "link", c.o.Symlink(c.fsys, "file", "link"))
					c.ok("Copy", "link", c.copyFile("file", "link"))
					c.ok("Copy", "link", c.copyFile("link", "file"))
					c.wantFile("file", tree["file"])
				}
			},
		},
		{
			name:  "copy/errors",
			rule:  "Copy of or onto what is no file fails as Open and Create do, and changes nothing",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				for _, try := range []struct {
					from, to, about string
					want            []error
				}{
					{"none", "new", "none", []error{fs.ErrNotExist}},
					{"none/file", "new", "none/file", []error{fs.ErrNotExist}},
					{"dir", "new", "dir", []error{storage.ErrIsDir}},
					{".", "new", ".", []error{storage.ErrIsDir}},
					{"file", "dir", "dir", []error{storage.ErrIsDir}},
					{"file", ".", ".", []error{storage.ErrIsDir}},
					{"file", "none/new", "none/new", []error{fs.ErrNotExist}},
					{"file", "old/new", "old/new", []error{fs.ErrNotExist, storage.ErrNotDir}},
					{"file", "a//b", "a//b", []error{storage.ErrName}},
					{"../file", "new", "../file", []error{storage.ErrName}},
				} {
					err := c.copyFile(try.from, try.to)
					if pe, ok := err.(*fs.PathError); c.o.Remote && ok && pe.Path == try.from {
						continue // one reply for two names
					}
					c.wantErr("Copy of "+try.from+" and", err, try.about, try.want...)
				}
				c.wantNames(".", "dir", "empty", "file", "old")
				c.wantNames("dir", "other")
				c.wantFile("old", tree["old"])
			},
		},
		{
			name:  "copy/attributes",
			rule:  "a new copy has the permission bits and the Form of the file, a replaced one keeps its own bits",
			needs: storage.CanSetMode,
			local: true,
			run: func(c *env) {
				c.putWith("records", "data", storage.CreateOptions{Perm: 0o640, Form: "R"})
				c.putWith("old", "old", storage.CreateOptions{Perm: 0o600})
				c.ok("Copy", "records", c.copyFile("records", "new"))
				c.ok("Copy", "records", c.copyFile("records", "old"))
				c.wantMode("new", 0o640)
				c.wantMode("old", 0o600)
				for _, name := range []string{"new", "old"} {
					if form := c.stat(name).Form; form != "R" {
						c.Errorf("%q has the form %q, want R", name, form)
					}
				}
			},
		},
		{
			name:  "copy/cancelled",
			rule:  "Copy gives up with the context's error and changes nothing",
			files: tree,
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				c.ctx = ctx
				cancel()
				c.wantErr("Copy", c.copyFile("file", "new"), "file", context.Canceled)
				c.wantErr("Copy", c.copyFile("file", "old"), "file", context.Canceled)
				c.ctx = c.Context()
				c.wantNone("new")
				c.wantFile("old", tree["old"])
			},
		},
	}
}

func symlinkChecks() []check {
	tree := map[string]string{"file": "contents", "dir/other": "other"}
	// symlink makes a link by storage.Linker.
	symlink := func(c *env, target, name string) error {
		c.Helper()
		linker, ok := storage.As[storage.Linker](c.fsys)
		if !ok {
			c.Skip("the file system makes no links")
		}
		return linker.Symlink(c.ctx, target, name)
	}
	return []check{
		{
			name:  "symlink/made",
			rule:  "Symlink makes a link that leads to target, counted from the link's directory",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				for _, link := range []struct{ target, name, file, data string }{
					{"file", "a", "a", "contents"}, {"dir/other", "b", "b", "other"}, {"../file", "dir/c", "dir/c", "contents"},
					{"dir", "d", "d/other", "other"}, {"..", "dir/up", "dir/up/file", "contents"}, {"./dir//../a", "e", "e", "contents"},
				} {
					c.ok("Symlink", link.name, symlink(c, link.target, link.name))
					c.wantFile(link.file, link.data)
					if info := c.stat(link.name); !c.o.Remote && info.Target != link.target {
						c.Errorf("%q has the target %q, want %q", link.name, info.Target, link.target)
					}
				}
				c.ok("Symlink", "later", symlink(c, "none-yet", "later"))
				c.put("none-yet", "it is")
				c.wantFile("later", "it is")
			},
		},
		{
			name:  "symlink/errors",
			rule:  "a name that exists is fs.ErrExist, a missing directory fs.ErrNotExist",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				c.ok("Symlink", "a", symlink(c, "none", "a"))
				for name, want := range map[string]error{
					"file": fs.ErrExist, "dir": fs.ErrExist, "a": fs.ErrExist, "none/a": fs.ErrNotExist, "a//b": storage.ErrName,
				} {
					c.wantErr("Symlink", symlink(c, "file", name), name, want)
				}
				c.wantNames(".", "a", "dir", "file")
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "symlink/refused",
			rule:  "a target that is empty, begins with a slash or leads out of the root is ErrName",
			needs: storage.RealDirs,
			files: tree,
			run: func(c *env) {
				for _, target := range []string{"", "/", "/file", "//file", "..", "../file", "dir/../../file", "a\x00b"} {
					c.wantErr("Symlink to "+quote(target)+" as", symlink(c, target, "link"), "link", storage.ErrName)
				}
				c.wantErr("Symlink", symlink(c, "../../x", "dir/link"), "dir/link", storage.ErrName)
				c.wantNames(".", "dir", "file")
				c.wantNames("dir", "other")
			},
		},
		{
			name:  "symlink/cancelled",
			rule:  "Symlink gives up with the context's error and changes nothing",
			files: tree,
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				c.ctx = ctx
				cancel()
				c.wantErr("Symlink", symlink(c, "file", "link"), "link", context.Canceled)
				c.ctx = c.Context()
				c.wantNone("link")
			},
		},
	}
}
