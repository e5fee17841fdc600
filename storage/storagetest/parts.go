package storagetest

import (
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// The features that a part kept aside needs.
const keeping = storage.Atomic | storage.CanResume

// cut is what is sent of an overwrite before it is cut, whole all of it.
const (
	cut   = 150_000
	whole = 200_000
)

func partChecks() []check {
	old := map[string]string{"file": "old", "other": "x"}
	return []check{
		{
			name:  "parts/kept",
			rule:  "the part of an overwrite that is cut is kept aside, and the old file stays",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				if !c.o.Remote {
					if info := c.stat("file"); info.Size != 3 {
						c.Errorf("Stat says %d octets, want the 3 of the old file", info.Size)
					}
				}
				c.wantNames(".", "file", "other")
				c.wantFile("file", "old") // which ends the part
			},
		},
		{
			name:  "parts/pending",
			rule:  "Pending describes the part: its name, its kind, its size",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				info, err := c.pender().Pending(c.ctx, "file", anna)
				c.ok("Pending", "file", err)
				if info.Name != "file" || info.Kind == storage.KindDir || info.Size > cut || !c.o.Remote && info.Size != cut {
					c.Errorf("Pending = %+v, want a file of %d octets", info, cut)
				}
			},
		},
		{
			name:  "parts/none",
			rule:  "where no part is kept, Pending is fs.ErrNotExist, and Discard is nil",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.wantNoPart("file", anna)
				_, err := c.pender().Pending(c.ctx, "none", anna)
				c.wantErr("Pending", err, "none", fs.ErrNotExist)
				c.ok("Discard", "file", c.pender().Discard(c.ctx, "file", anna))
				c.suspend(c.write("new", "part of a new file", storage.CreateOptions{Owner: anna}), "new")
				c.wantNoPart("new", anna)
				c.wantFile("file", "old")
			},
		},
		{
			name:  "parts/resume",
			rule:  "Resume by the owner writes on with the part; Commit makes it the file",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				there := c.cutOverwrite("file", anna)
				info := c.putWith("file", text(whole)[there:], resuming(there))
				if info.Size != whole {
					c.Errorf("Commit says %d octets, want %d", info.Size, whole)
				}
				c.wantNoPart("file", anna)
				c.wantFile("file", text(whole))
				c.wantNames(".", "file", "other")
			},
		},
		{
			name:  "parts/append",
			rule:  "Append by the owner writes at the end of the part; Commit makes it the file",
			needs: keeping | storage.CanAppend,
			parts: true,
			files: old,
			run: func(c *env) {
				there := c.cutOverwrite("file", anna)
				c.putWith("file", text(whole)[there:], storage.CreateOptions{Mode: storage.Append, Owner: anna})
				c.wantNoPart("file", anna)
				c.wantFile("file", text(whole))
			},
		},
		{
			name:  "parts/rewind",
			rule:  "Resume may begin within the part; Commit cuts off what lies behind",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				c.putWith("file", "end", resuming(10))
				c.wantFile("file", text(10)+"end")
			},
		},
		{
			name:  "parts/beyond",
			rule:  "Resume beyond the end of the part is ErrOffset, and the part stays",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				_, err := c.fsys.Create(c.ctx, "file", resuming(cut+1))
				c.wantErr("Create with Resume", err, "file", storage.ErrOffset)
				c.kept("file", anna)
			},
		},
		{
			name:  "parts/again",
			rule:  "a part that was continued and cut again stays kept, as far as it is",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				there := c.cutOverwrite("file", anna)
				for _, end := range []int64{there + 1000, there + 1000, there + 30_000} {
					c.suspend(c.write("file", text(whole)[there:end], resuming(there)), "file")
					now := c.kept("file", anna)
					if now < there || now > end || !c.o.Remote && now != end {
						c.Errorf("the part has %d octets, want %d", now, end)
					}
					there = now
				}
				c.putWith("file", text(whole)[there:], resuming(there))
				c.wantFile("file", text(whole))
			},
		},
		{
			name:  "parts/abort",
			rule:  "Abort of a writer that continued a part leaves the part and the old file",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				there := c.cutOverwrite("file", anna)
				c.abort(c.write("file", text(whole)[there:], resuming(there)), "file")
				now := c.kept("file", anna)
				if now < there || now > whole || !c.o.Remote && now != whole {
					c.Errorf("the part has %d octets, want %d", now, whole)
				}
				c.putWith("file", text(whole)[now:], resuming(now))
				c.wantFile("file", text(whole))
			},
		},
		{
			name:  "parts/aborted",
			rule:  "Abort of an overwrite keeps no part",
			needs: keeping,
			parts: true,
			files: old,
			run: func(c *env) {
				c.abort(c.write("file", text(cut), storage.CreateOptions{Owner: anna}), "file")
				c.wantNoPart("file", anna)
			},
		},
		{
			name:  "parts/owner",
			rule:  "a part is its owner's: others do not see it and write to the file instead",
			needs: keeping | storage.CanAppend,
			parts: true,
			local: true,
			files: old,
			run: func(c *env) {
				c.cutOverwrite("file", anna)
				c.wantNoPart("file", bert)
				c.putWith("file", "+bert", storage.CreateOptions{Mode: storage.Append, Owner: bert})
				if now := c.kept("file", anna); now != cut {
					c.Errorf("after another's Append the part has %d octets, want %d", now, cut)
				}
				c.ok("Discard", "file", c.pender().Discard(c.ctx, "file", bert))
				c.cutOverwrite("other", bert)
				c.cutOverwrite("other", bert)
				c.wantNoPart("other", anna)
				c.putWith("file", text(whole)[cut:], resuming(cut))
				c.wantFile("file", text(whole))
			},
		},
	}
}

// cutOverwrite begins to overwrite a file and suspends. It returns how much of
// the part is kept.
func (c *env) cutOverwrite(name, owner string) int64 {
	c.Helper()
	c.suspend(c.write(name, text(whole)[:cut], storage.CreateOptions{Owner: owner}), name)
	there := c.kept(name, owner)
	if there > cut || there < cut && !c.o.Remote {
		c.Fatalf("the part of %q has %d octets, want %d", name, there, cut)
	}
	return there
}

func (c *env) pender() storage.Pender {
	p, _ := storage.As[storage.Pender](c.fsys)
	return p
}

// kept returns the size of the part kept aside.
func (c *env) kept(name, owner string) int64 {
	c.Helper()
	info, err := c.pender().Pending(c.ctx, name, owner)
	c.ok("Pending", name, err)
	return info.Size
}

// wantNoPart demands that no part is kept aside.
func (c *env) wantNoPart(name, owner string) {
	c.Helper()
	_, err := c.pender().Pending(c.ctx, name, owner)
	c.wantErr("Pending for "+strings.ToUpper(owner[:1])+owner[1:], err, name, fs.ErrNotExist)
}
