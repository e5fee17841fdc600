package storagetest

import (
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

func linkChecks() []check {
	tree := map[string]string{"file": "contents", "dir/below": "below"}
	checks := []check{
		{
			name: "links/followed",
			rule: "a link is what it leads to, with Target set",
			run: func(c *env) {
				for name, want := range map[string]string{"to-file": "contents", "dir/up": "contents", "to-link": "contents", "to-dir/below": "below"} {
					c.wantFile(name, want)
				}
				info := c.stat("to-file")
				if info.Name != "to-file" || info.Target != "file" {
					c.Errorf("Stat of a link says %+v", info)
				}
				if info := c.stat("to-dir"); info.Kind != storage.KindDir || info.Target != "dir" {
					c.Errorf("Stat of a link to a directory says %+v", info)
				}
				c.wantNames("to-dir", "below", "up")
			},
		},
		{
			name: "links/listed",
			rule: "List describes a link as what it leads to, and one that leads nowhere as KindSymlink",
			run: func(c *env) {
				kinds := map[string]storage.Kind{
					"to-file": storage.KindFile, "to-dir": storage.KindDir, "to-link": storage.KindFile,
					"dangling": storage.KindSymlink, "loop": storage.KindSymlink,
					"outside": storage.KindSymlink, "absolute": storage.KindSymlink,
				}
				entries, err := c.list(".")
				c.ok("List", ".", err)
				for _, info := range entries {
					want, isLink := kinds[info.Name]
					if isLink && (info.Kind != want || info.Target == "") || !isLink && info.Target != "" {
						c.Errorf("List says %q is a %v with target %q, want a %v", info.Name, info.Kind, info.Target, want)
					}
					delete(kinds, info.Name)
				}
				if len(kinds) > 0 {
					c.Errorf("not listed: %v", kinds)
				}
			},
		},
		{
			name: "links/nowhere",
			rule: "what a link out of the root leads to cannot be reached: fs.ErrNotExist or fs.ErrPermission",
			run: func(c *env) {
				for _, name := range []string{"dangling", "loop", "outside", "absolute", "outside/passwd", "absolute/passwd"} {
					_, err := c.fsys.Open(c.ctx, name, storage.Range{})
					c.wantErr("Open", err, name, fs.ErrNotExist, fs.ErrPermission)
				}
				for _, name := range []string{"outside", "absolute"} {
					for _, err := range c.fsys.List(c.ctx, name) {
						c.wantErr("List", err, name, fs.ErrNotExist, fs.ErrPermission, storage.ErrNotDir)
					}
					_, err := c.fsys.Create(c.ctx, name+"/new", storage.CreateOptions{})
					c.wantErr("Create", err, name+"/new", fs.ErrNotExist, fs.ErrPermission)
					err = c.fsys.Mkdir(c.ctx, name+"/new")
					c.wantErr("Mkdir", err, name+"/new", fs.ErrNotExist, fs.ErrPermission)
				}
			},
		},
		{
			name: "links/removed",
			rule: "a link is removed itself, as a file, whatever it leads to",
			run: func(c *env) {
				c.wantErr("Remove", c.fsys.Remove(c.ctx, "to-dir", storage.KindDir), "to-dir", storage.ErrNotDir)
				for _, name := range []string{"to-dir", "to-file", "dangling", "outside"} {
					c.ok("Remove", name, c.fsys.Remove(c.ctx, name, storage.KindFile))
				}
				c.wantFile("file", "contents")
				c.wantFile("dir/below", "below")
			},
		},
		{
			name: "links/renamed",
			rule: "a link is renamed itself",
			run: func(c *env) {
				c.ok("Rename", "to-file", c.fsys.Rename(c.ctx, "to-file", "renamed"))
				if info := c.stat("renamed"); info.Target != "file" {
					c.Errorf("the renamed link says %+v", info)
				}
				c.wantFile("file", "contents")
			},
		},
		{
			name: "links/replaced",
			rule: "Replace through a link replaces what it leads to",
			run: func(c *env) {
				c.put("to-file", "new")
				c.wantFile("file", "new")
				if info := c.stat("to-file"); info.Target != "file" {
					c.Errorf("the link became %+v", info)
				}
			},
		},
		{
			name: "links/exclusive",
			rule: "a link is an object: Exclusive and Mkdir of its name are fs.ErrExist",
			run: func(c *env) {
				for _, name := range []string{"to-file", "dangling"} {
					_, err := c.fsys.Create(c.ctx, name, storage.CreateOptions{Mode: storage.Exclusive})
					c.wantErr("Create with Exclusive", err, name, fs.ErrExist)
					c.wantErr("Mkdir", c.fsys.Mkdir(c.ctx, name), name, fs.ErrExist)
				}
			},
		},
	}
	for i, k := range checks {
		checks[i].links = true
		checks[i].files = tree
		checks[i].run = func(c *env) {
			for name, target := range map[string]string{
				"to-file": "file", "to-dir": "dir", "to-link": "to-file", "dir/up": "../file",
				"dangling": "none", "loop": "loop", "outside": "../../../../../../etc", "absolute": "/etc",
			} {
				c.ok("Symlink", name, c.o.Symlink(c.fsys, target, name))
			}
			k.run(c)
		}
	}
	return checks
}
