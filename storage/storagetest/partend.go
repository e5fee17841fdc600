package storagetest

import (
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// partEndChecks checks each event that ends a part. By itself none of them
// would tell whose part it was, so each is done by somebody else.
func partEndChecks() []check {
	var all []check
	for _, event := range []struct {
		name, rule string
		do         func(c *env)
		after      func(c *env)
	}{
		{
			"open", "a part ends when its name is opened for reading",
			func(c *env) { c.read("file", storage.Range{Len: 1}) },
			func(c *env) { c.wantFile("file", "old") },
		},
		{
			"replace", "a part ends when its name is stored anew",
			func(c *env) { c.putWith("file", "new", storage.CreateOptions{Owner: bert}) },
			func(c *env) { c.wantFile("file", "new") },
		},
		{
			"rename-from", "a part ends when its name is renamed, and does not move along",
			func(c *env) { c.ok("Rename", "file", c.fsys.Rename(c.ctx, "file", "moved")) },
			func(c *env) {
				c.wantNoPart("moved", anna)
				c.wantFile("moved", "old")
				c.put("file", "new")
				c.wantNoPart("file", anna)
			},
		},
		{
			"rename-to", "a part ends when something else is given its name",
			func(c *env) { c.ok("Rename", "other", c.fsys.Rename(c.ctx, "other", "file")) },
			func(c *env) { c.wantFile("file", "x"); c.wantNames(".", "file") },
		},
		{
			"remove", "a part ends when its name is removed",
			func(c *env) { c.ok("Remove", "file", c.fsys.Remove(c.ctx, "file", storage.KindFile)) },
			func(c *env) {
				c.wantNone("file")
				c.put("file", "new")
				c.wantNoPart("file", anna)
			},
		},
		{
			"discard", "a part ends when it is discarded",
			func(c *env) { c.ok("Discard", "file", c.pender().Discard(c.ctx, "file", anna)) },
			func(c *env) { c.wantFile("file", "old") },
		},
		{
			"exclusive", "a part ends when its name, free again, is created with Exclusive",
			func(c *env) {
				c.ok("Remove", "file", c.fsys.Remove(c.ctx, "file", storage.KindFile))
				c.putWith("file", "new", storage.CreateOptions{Mode: storage.Exclusive, Owner: bert})
			},
			func(c *env) { c.wantFile("file", "new") },
		},
	} {
		all = append(all, check{
			name: "parts/end-" + event.name, rule: event.rule, needs: keeping, parts: true,
			files: map[string]string{"file": "old", "other": "x"},
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				event.do(c)
				c.wantNoPart("file", anna)
				event.after(c)
			},
		})
	}
	return append(all, check{
		name: "parts/rmdir", rule: "a part whose file was removed is in no directory's way",
		needs: keeping | storage.RealDirs, parts: true,
		files: map[string]string{"dir/file": "old"},
		run: func(c *env) {
			c.cutOverwrite("dir/file", anna)
			c.wantNames("dir", "file")
			c.ok("Remove", "dir/file", c.fsys.Remove(c.ctx, "dir/file", storage.KindFile))
			c.ok("Remove", "dir", c.fsys.Remove(c.ctx, "dir", storage.KindDir))
		},
	}, check{
		name: "parts/end-hour", rule: "a part ends an hour after it was last written to, not after it was begun",
		needs: keeping, parts: true, time: true,
		files: map[string]string{"file": "old"},
		run: func(c *env) {
			there := c.cutOverwrite("file", anna)
			time.Sleep(55 * time.Minute)
			c.suspend(c.write("file", "more", resuming(there)), "file")
			time.Sleep(55 * time.Minute)
			there = c.kept("file", anna)
			time.Sleep(10 * time.Minute)
			c.wantNoPart("file", anna)
			_, err := c.fsys.Create(c.ctx, "file", resuming(there))
			c.wantErr("Create with Resume", err, "file", storage.ErrOffset, fs.ErrNotExist)
			c.wantFile("file", "old")
		},
	})
}
