package storagetest

import (
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

func identityChecks() []check {
	tree := map[string]string{"a": "0123456789", "b": "0123456789", "dir/c": "x"}
	return []check{
		{
			name:  "id/differs",
			rule:  "two objects have two IDs, and all that describe one agree",
			reads: true,
			files: tree,
			run: func(c *env) {
				owner := map[string]string{}
				for _, name := range []string{".", "a", "b", "dir", "dir/c"} {
					id := c.id(name)
					if other, ok := owner[id]; ok {
						c.Errorf("%q and %q have one ID, %q", name, other, id)
					}
					owner[id] = name
				}
				entries, err := c.list(".")
				c.ok("List", ".", err)
				for _, info := range entries {
					if want := c.id(info.Name); info.ID != want {
						c.Errorf("List says the ID of %q is %q, Stat %q", info.Name, info.ID, want)
					}
				}
				r, err := c.fsys.Open(c.ctx, "a", storage.Range{})
				c.ok("Open", "a", err)
				defer r.Close()
				if got, want := r.Info().ID, c.id("a"); got != want {
					c.Errorf("the reader says the ID is %q, Stat %q", got, want)
				}
			},
		},
		{
			name:  "id/stays",
			rule:  "an object keeps its ID when it is renamed, written in place or given other attributes",
			files: tree,
			run: func(c *env) {
				id := c.id("a")
				if c.feat.Has(storage.CanAppend) {
					if info := c.putWith("a", "more", storage.CreateOptions{Mode: storage.Append}); info.ID != id {
						c.Errorf("Commit says the ID is %q, want %q", info.ID, id)
					}
				}
				if c.feat.Has(storage.CanSetTime) {
					c.ok("SetAttr", "a", c.fsys.SetAttr(c.ctx, "a", storage.Attr{ModTime: someTime()}))
				}
				c.ok("Rename", "a", c.fsys.Rename(c.ctx, "a", "dir/a"))
				if got := c.id("dir/a"); got != id {
					c.Errorf("the ID became %q, want %q", got, id)
				}
			},
		},
		{
			name:  "version/agrees",
			rule:  "Stat, List, Open and Commit tell one Version of a file nobody touches",
			files: tree,
			run: func(c *env) {
				committed := c.put("b", "new").Version
				if v := c.version("b"); committed != v {
					c.Errorf("Commit says version %q, Stat %q", committed, v)
				}
				want := c.version("a")
				c.wantFile("a", tree["a"])
				entries, err := c.list(".")
				c.ok("List", ".", err)
				if got := entries[0].Version; got != want {
					c.Errorf("List says version %q, Stat %q", got, want)
				}
				r, err := c.fsys.Open(c.ctx, "a", storage.Range{})
				c.ok("Open", "a", err)
				defer r.Close()
				if got := r.Info().Version; got != want {
					c.Errorf("the reader says version %q, Stat %q", got, want)
				}
				if got := c.version("a"); got != want {
					c.Errorf("Stat says version %q, then %q", want, got)
				}
			},
		},
		{
			name:  "version/changes",
			rule:  "the Version differs whenever the contents may, even where size and ModTime were set back",
			needs: storage.CanSetTime,
			run: func(c *env) {
				seen := map[string]string{}
				note := func(how string) {
					c.Helper()
					c.ok("SetAttr", "a", c.fsys.SetAttr(c.ctx, "a", storage.Attr{ModTime: someTime()}))
					v := c.version("a")
					if other, ok := seen[v]; ok {
						c.Errorf("after %s the version is that after %s, %q", how, other, v)
					}
					seen[v] = how
				}
				for i := range 10 {
					data := strings.Repeat(string(rune('a'+i)), 10)
					c.putWith("a", data, storage.CreateOptions{ModTime: someTime()})
					note("Replace with " + data)
					if c.feat.Has(storage.CanResume) {
						c.putWith("a", strings.ToUpper(data), storage.CreateOptions{Mode: storage.Resume, ModTime: someTime()})
						note("Resume with " + strings.ToUpper(data))
					}
				}
			},
		},
	}
}

// id returns the ID of an object; the check is skipped without one.
func (c *env) id(name string) string {
	c.Helper()
	id := c.stat(name).ID
	if id == "" {
		c.Skip("the file system knows no IDs")
	}
	return id
}
