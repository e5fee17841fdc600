package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

func listChecks() []check {
	tree := map[string]string{"a": "1", "b": "22", "dir/c": "333", "dir/sub/d": "4444"}
	return []check{
		{
			name:  "list/entries",
			rule:  `List yields every entry once, described as Stat does, without "." and ".."`,
			reads: true,
			files: tree,
			run: func(c *env) {
				c.wantNames(".", "a", "b", "dir")
				c.wantNames("dir", "c", "sub")
				c.wantNames("dir/sub", "d")
				for _, dir := range []string{".", "dir", "dir/sub"} {
					entries, err := c.list(dir)
					c.ok("List", dir, err)
					for _, got := range entries {
						want := c.stat(storage.Join(dir, got.Name))
						if got.Kind != want.Kind || got.Size != want.Size {
							c.Errorf("List(%q) says %+v, Stat %+v", dir, got, want)
						}
						c.wantSame("the ModTime listed of "+got.Name, got.ModTime, want.ModTime)
					}
				}
			},
		},
		{
			name:  "list/empty",
			rule:  "an empty directory has no entries, and that is no error",
			needs: storage.RealDirs,
			reads: true,
			files: map[string]string{"dir/": ""},
			run:   func(c *env) { c.wantNames("dir"); c.wantNames(".", "dir") },
		},
		{
			name:  "list/errors",
			rule:  "List of nothing is fs.ErrNotExist, of a file ErrNotDir; an error ends the sequence",
			reads: true,
			files: tree,
			run: func(c *env) {
				for name, want := range map[string]error{
					"none": fs.ErrNotExist, "dir/none": fs.ErrNotExist, "a": storage.ErrNotDir, "dir/c": storage.ErrNotDir,
				} {
					pairs := 0
					for _, err := range c.fsys.List(c.ctx, name) {
						pairs++
						c.wantErr("List", err, name, want)
					}
					if pairs != 1 {
						c.Errorf("List(%q) yielded %d times, want one error", name, pairs)
					}
				}
			},
		},
		{
			name:  "list/stop",
			rule:  "a listing may be stopped early, and the FS may be used from within it",
			reads: true,
			files: tree,
			run: func(c *env) {
				for range 50 {
					seen := 0
					for info, err := range c.fsys.List(c.ctx, ".") {
						c.ok("List", ".", err)
						c.stat(info.Name)
						if seen++; seen == 2 {
							break
						}
					}
				}
				c.wantNames(".", "a", "b", "dir")
			},
		},
		{
			name: "list/large",
			rule: "a directory of thousands of entries is listed whole",
			run: func(c *env) {
				var want []string
				for i := range c.o.many {
					name := fmt.Sprintf("entry-%d", i)
					c.put(name, "")
					want = append(want, name)
				}
				c.wantNames(".", want...)
			},
		},
		{
			name:  "list/cancel",
			rule:  "cancelling a listing ends it, with the context's error if there was more",
			reads: true,
			files: tree,
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				var last error
				seen := 0
				for _, err := range c.fsys.List(ctx, ".") {
					cancel()
					if last != nil {
						c.Errorf("List went on after %v", last)
					}
					seen++
					last = err
				}
				if last != nil && !errors.Is(last, context.Canceled) || seen > 3 {
					c.Errorf("List yielded %d times and ended with %v, want %v", seen, last, context.Canceled)
				}
			},
		},
	}
}
