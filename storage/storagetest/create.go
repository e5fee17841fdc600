package storagetest

import (
	"fmt"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

func createChecks() []check {
	return []check{
		{
			name: "create/sizes",
			rule: "Commit publishes all that was written, in writes of any size",
			run: func(c *env) {
				for _, size := range []int{0, 1, 2, 4095, 65535, 65536, 65537, 1<<20 + 3} {
					name, data := fmt.Sprintf("file-%d", size), text(size)
					w := c.create(name, storage.CreateOptions{})
					for i, rest := 0, data; rest != ""; i++ {
						n := min(len(rest), 1+i*i*97)
						c.feed(w, name, rest[:n])
						rest = rest[n:]
					}
					info := c.commit(w, name)
					if info.Name != name || info.Kind != storage.KindFile || info.Size != int64(size) {
						c.Errorf("Commit of %d octets says %+v", size, info)
					}
					c.wantFile(name, data)
				}
			},
		},
		{
			name: "create/replace",
			rule: "Replace leaves nothing of the old file, be it longer or shorter",
			run: func(c *env) {
				for _, data := range []string{"a rather long text", "short", "", "longer again"} {
					c.put("file", data)
					c.wantFile("file", data)
				}
				c.wantNames(".", "file")
			},
		},
		{
			name: "create/replaces",
			rule: "a Replacer that knows whether there was a file says so",
			run: func(c *env) {
				for _, there := range []bool{false, true} {
					w := c.write("file", "contents", storage.CreateOptions{})
					if old, known := storage.Replaces(w); known && old != there {
						c.Errorf("Replaces = %v, want %v", old, there)
					}
					c.commit(w, "file")
				}
			},
		},
		{
			name:  "create/parent",
			rule:  "the parent directory must exist: fs.ErrNotExist, or ErrNotDir below a file",
			needs: storage.RealDirs,
			files: map[string]string{"file": "x"},
			run: func(c *env) {
				for _, mode := range []storage.CreateMode{storage.Replace, storage.Exclusive} {
					_, err := c.fsys.Create(c.ctx, "none/file", storage.CreateOptions{Mode: mode})
					c.wantErr("Create", err, "none/file", fs.ErrNotExist)
					_, err = c.fsys.Create(c.ctx, "file/below", storage.CreateOptions{Mode: mode})
					c.wantErr("Create", err, "file/below", fs.ErrNotExist, storage.ErrNotDir)
				}
				c.wantNames(".", "file")
			},
		},
		{
			name:  "create/directory",
			rule:  "a directory is never written: ErrIsDir",
			needs: storage.RealDirs,
			files: map[string]string{"dir/": ""},
			run: func(c *env) {
				modes := []storage.CreateMode{storage.Replace}
				if c.feat.Has(storage.CanAppend) {
					modes = append(modes, storage.Append)
				}
				if c.feat.Has(storage.CanResume) {
					modes = append(modes, storage.Resume)
				}
				for _, mode := range modes {
					for _, name := range []string{"dir", "."} {
						_, err := c.fsys.Create(c.ctx, name, storage.CreateOptions{Mode: mode})
						c.wantErr("Create", err, name, storage.ErrIsDir)
					}
				}
				c.wantNames("dir")
			},
		},
		{
			name:  "create/exclusive",
			rule:  "Exclusive writes a file that does not exist; any object of that name is fs.ErrExist",
			files: map[string]string{"file": "old", "dir/file": ""},
			run: func(c *env) {
				exclusive := storage.CreateOptions{Mode: storage.Exclusive}
				for _, name := range []string{"file", "dir"} {
					_, err := c.fsys.Create(c.ctx, name, exclusive)
					c.wantErr("Create with Exclusive", err, name, fs.ErrExist)
				}
				c.wantFile("file", "old")
				if info := c.putWith("new", "contents", exclusive); info.Name != "new" || info.Size != 8 {
					c.Errorf("Commit says %+v", info)
				}
				c.wantFile("new", "contents")
				c.wantNames(".", "dir", "file", "new")
			},
		},
		{
			name:  "create/reserved",
			rule:  "Exclusive reserves the name from Create on, until Abort",
			local: true,
			run: func(c *env) {
				exclusive := storage.CreateOptions{Mode: storage.Exclusive}
				first := c.write("new", "first", exclusive)
				_, err := c.fsys.Create(c.ctx, "new", exclusive)
				c.wantErr("Create with Exclusive", err, "new", fs.ErrExist)
				c.abort(first, "new")
				c.wantNone("new")
				c.putWith("new", "second", exclusive)
				c.wantFile("new", "second")
			},
		},
		{
			name: "create/size-hint",
			rule: "SizeHint is a hint: a file may become shorter or longer",
			run: func(c *env) {
				for _, hint := range []int64{1, 10, 5000} {
					c.putWith("file", "0123456789", storage.CreateOptions{SizeHint: hint})
					c.wantFile("file", "0123456789")
				}
			},
		},
		{
			name:  "create/perm",
			rule:  "Perm is the mode of a new file; an existing one keeps its mode",
			needs: storage.CanSetMode,
			local: true,
			run: func(c *env) {
				for i, perm := range []fs.FileMode{0o600, 0o640} {
					name := fmt.Sprint("file-", i)
					c.putWith(name, "new", storage.CreateOptions{Perm: perm})
					c.wantMode(name, perm)
					c.putWith(name, "replaced", storage.CreateOptions{Perm: 0o606})
					c.wantMode(name, perm)
				}
			},
		},
		{
			name:  "create/modtime",
			rule:  "ModTime is set at Commit",
			needs: storage.CanSetTime,
			run: func(c *env) {
				info := c.putWith("file", "contents", storage.CreateOptions{ModTime: someTime()})
				c.wantSame("the ModTime that Commit returns", info.ModTime, someTime())
				c.wantSame("the ModTime", c.stat("file").ModTime, someTime())
				c.put("file", "contents")
				if got := c.stat("file").ModTime; got.Equal(someTime()) {
					c.Errorf("after a Replace without ModTime it is still %v", got)
				}
			},
		},
		{
			name:  "create/form",
			rule:  "Form is kept with the file until it is replaced",
			local: true,
			run: func(c *env) {
				if info := c.putWith("file", "records", storage.CreateOptions{Form: "R"}); info.Form != "R" {
					c.Errorf("Commit says the form is %q", info.Form)
				}
				if info := c.stat("file"); info.Form != "R" {
					c.Errorf("the form is %q, want R", info.Form)
				}
				c.put("file", "plain")
				if info := c.stat("file"); info.Form != "" {
					c.Errorf("the form of the new file is %q", info.Form)
				}
				c.wantNames(".", "file")
			},
		},
		{
			name:  "create/atomic",
			rule:  "with Atomic, readers see the old file, or none, until Commit, and nothing else is listed",
			needs: storage.Atomic,
			files: map[string]string{"file": "old"},
			run: func(c *env) {
				data := text(100_000)
				over := c.write("file", data, storage.CreateOptions{})
				fresh := c.write("new", data, storage.CreateOptions{})
				c.wantFile("file", "old")
				c.wantNone("new")
				c.wantNames(".", "file")
				c.commit(over, "file")
				c.commit(fresh, "new")
				c.wantFile("file", data)
				c.wantFile("new", data)
				c.wantNames(".", "file", "new")
			},
		},
		{
			name:  "create/hidden",
			rule:  "what is being written is no entry: its directory is empty and can be removed",
			needs: storage.Atomic | storage.RealDirs,
			files: map[string]string{"dir/": ""},
			run: func(c *env) {
				w := c.write("dir/file", "contents", storage.CreateOptions{})
				c.wantNames("dir")
				c.ok("Remove", "dir", c.fsys.Remove(c.ctx, "dir", storage.KindDir))
				if _, err := w.Commit(c.ctx); err == nil {
					c.Error("Commit into a directory that was removed succeeded")
				}
				c.wantNone("dir")
			},
		},
	}
}

func (c *env) wantMode(name string, want fs.FileMode) {
	c.Helper()
	if got := c.stat(name).Mode; got != want {
		c.Errorf("the mode of %q is %o, want %o", name, got, want)
	}
}
