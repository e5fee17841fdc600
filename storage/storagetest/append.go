package storagetest

import (
	"github.com/seed-6092453b/ferry/storage"
)

func appendChecks() []check {
	old := map[string]string{"file": "old,"}
	appending := storage.CreateOptions{Mode: storage.Append, Owner: anna}
	return []check{
		{
			name:  "append/existing",
			rule:  "Append writes at the end of a file",
			needs: storage.CanAppend,
			files: old,
			run: func(c *env) {
				if info := c.putWith("file", "new,", appending); info.Size != 8 {
					c.Errorf("Commit says %d octets, want 8", info.Size)
				}
				long := text(100_000)
				c.putWith("file", long, appending)
				c.putWith("file", "", appending)
				c.wantFile("file", "old,new,"+long)
				c.wantNames(".", "file")
			},
		},
		{
			name:  "append/new",
			rule:  "Append creates a file that does not exist",
			needs: storage.CanAppend,
			run: func(c *env) {
				c.putWith("file", "contents", appending)
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "append/suspend",
			rule:  "Suspend of an Append leaves what was written behind the old contents",
			needs: storage.CanAppend,
			files: old,
			run: func(c *env) {
				c.suspend(c.write("file", "new", appending), "file")
				c.wantPart("file", "old,", "new")
				c.suspend(c.write("fresh", "new", appending), "fresh")
				c.wantPart("fresh", "", "new")
			},
		},
		{
			name:  "append/abort",
			rule:  "Abort of an Append cuts the file back to its old end",
			needs: storage.CanAppend,
			local: true,
			files: old,
			run: func(c *env) {
				c.abort(c.write("file", text(100_000), appending), "file")
				c.wantFile("file", "old,")
				c.putWith("file", "new", appending)
				c.wantFile("file", "old,new")
			},
		},
		{
			name:  "append/abort-remote",
			rule:  "Abort of an Append never harms the old contents",
			needs: storage.CanAppend,
			files: old,
			run: func(c *env) {
				data := text(100_000)
				w := c.write("file", data, appending)
				c.abort(w, "file")
				got := c.read("file", storage.Range{})
				if len(got) < 4 || got != ("old," + data)[:len(got)] {
					c.Errorf("the file holds %s", brief(got))
				}
			},
		},
		{
			name:  "append/abort-new",
			rule:  "Abort of an Append to a file that did not exist leaves nothing",
			needs: storage.CanAppend,
			run: func(c *env) {
				c.abort(c.write("file", "contents", appending), "file")
				c.wantNone("file")
			},
		},
		{
			name:  "append/sync",
			rule:  "Sync counts from the beginning of the file, not of what was appended",
			needs: storage.CanAppend,
			local: true,
			files: old,
			run: func(c *env) {
				w := c.write("file", "new", appending)
				if stored, err := w.Sync(c.ctx); err == nil && stored != 7 {
					c.Errorf("Sync = %d, want 7", stored)
				}
				c.commit(w, "file")
			},
		},
		{
			name:  "append/mode",
			rule:  "an existing file keeps its mode",
			needs: storage.CanAppend | storage.CanSetMode,
			local: true,
			run: func(c *env) {
				c.putWith("file", "old,", storage.CreateOptions{Perm: 0o600})
				o := appending
				o.Perm = 0o666
				c.putWith("file", "new", o)
				c.wantMode("file", 0o600)
			},
		},
		{
			name:  "append/modtime",
			rule:  "ModTime is set at Commit of an Append too",
			needs: storage.CanAppend | storage.CanSetTime,
			files: old,
			run: func(c *env) {
				o := appending
				o.ModTime = someTime()
				c.putWith("file", "new", o)
				c.wantSame("the ModTime", c.stat("file").ModTime, someTime())
			},
		},
	}
}
