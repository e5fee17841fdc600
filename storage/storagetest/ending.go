package storagetest

import (
	"context"
	"errors"
	"io"

	"github.com/seed-6092453b/ferry/storage"
)

func endingChecks() []check {
	old := map[string]string{"file": "old contents"}
	return []check{
		{
			name: "ending/commit",
			rule: "after Commit the writer has ended: ErrEnded, but Abort is nil and changes nothing",
			run: func(c *env) {
				w := c.write("file", "contents", storage.CreateOptions{})
				c.commit(w, "file")
				c.wantEnded(w, "file")
				c.wantFile("file", "contents")
			},
		},
		{
			name: "ending/suspend",
			rule: "after Suspend the writer has ended: ErrEnded, but Abort is nil and changes nothing",
			run: func(c *env) {
				w := c.write("file", "contents", storage.CreateOptions{})
				c.suspend(w, "file")
				c.wantEnded(w, "file")
				c.wantPart("file", "", "contents")
			},
		},
		{
			name: "ending/abort",
			rule: "after Abort the writer has ended: ErrEnded, and nothing is published any more",
			run: func(c *env) {
				w := c.write("file", "contents", storage.CreateOptions{})
				c.abort(w, "file")
				c.wantEnded(w, "file")
				c.wantNone("file")
			},
		},
		{
			name: "ending/abort-new",
			rule: "Abort of a new file leaves nothing",
			run: func(c *env) {
				for _, size := range []int{0, 10, 300_000} {
					c.abort(c.write("file", text(size), storage.CreateOptions{}), "file")
					c.wantNone("file")
				}
				c.wantNames(".")
			},
		},
		{
			name:  "ending/abort-replace",
			rule:  "Abort of an overwrite leaves the old file",
			needs: storage.Atomic,
			files: old,
			run: func(c *env) {
				c.abort(c.write("file", text(300_000), storage.CreateOptions{}), "file")
				c.wantFile("file", old["file"])
				c.wantNames(".", "file")
			},
		},
		{
			name: "ending/suspend-new",
			rule: "Suspend of a new file makes the part visible under its name",
			run: func(c *env) {
				data := text(300_000)
				c.suspend(c.write("file", data, storage.CreateOptions{}), "file")
				if size, stat := c.wantPart("file", "", data), c.stat("file"); stat.Size != size {
					c.Errorf("Stat says %d octets, there are %d", stat.Size, size)
				}
				c.wantNames(".", "file")
			},
		},
		{
			name: "ending/sync",
			rule: "Sync tells how long the file is so far, or is errors.ErrUnsupported; writing goes on behind it",
			run: func(c *env) {
				w := c.create("file", storage.CreateOptions{})
				for i, size := range []int64{0, 70_000, 70_003} {
					c.feed(w, "file", text(int(size))[[]int64{0, 0, 70_000}[i]:])
					stored, err := w.Sync(c.ctx)
					if errors.Is(err, errors.ErrUnsupported) {
						c.wantErr("Sync", err, "file", errors.ErrUnsupported)
					} else if err != nil || stored != size {
						c.Errorf("Sync = %d, %v, want %d", stored, err, size)
					}
				}
				c.commit(w, "file")
				c.wantFile("file", text(70_003))
			},
		},
		{
			name:  "ending/commit-cancelled",
			rule:  "a Commit that is cancelled fails with the context's error and has ended the writer as Abort does",
			needs: storage.Atomic,
			files: old,
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				over := c.write("file", "contents", storage.CreateOptions{})
				fresh := c.write("new", "contents", storage.CreateOptions{})
				cancel()
				_, err := over.Commit(ctx)
				c.wantErr("Commit", err, "file", context.Canceled)
				_, err = fresh.Commit(ctx)
				c.wantErr("Commit", err, "new", context.Canceled)
				c.wantEnded(over, "file")
				c.wantFile("file", old["file"])
				c.wantNames(".", "file")
			},
		},
	}
}

// wantEnded demands that a writer has ended.
func (c *env) wantEnded(w storage.Writer, name string) {
	c.Helper()
	_, err := io.WriteString(w, "more")
	c.wantErr("Write after the end", err, name, storage.ErrEnded)
	_, err = w.Sync(c.ctx)
	c.wantErr("Sync after the end", err, name, storage.ErrEnded, errors.ErrUnsupported)
	c.wantErr("Suspend after the end", w.Suspend(c.ctx), name, storage.ErrEnded)
	_, err = w.Commit(c.ctx)
	c.wantErr("Commit after the end", err, name, storage.ErrEnded)
	c.abort(w, name)
}
