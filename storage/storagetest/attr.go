package storagetest

import (
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

func attrChecks() []check {
	tree := map[string]string{"file": "contents", "dir/file": "y"}
	return []check{
		{
			name:  "setattr/time",
			rule:  "with CanSetTime, SetAttr sets ModTime and nothing else",
			needs: storage.CanSetTime,
			files: tree,
			run: func(c *env) {
				names := []string{"file", "dir/file"}
				if !c.o.Remote && c.feat.Has(storage.RealDirs) {
					names = append(names, "dir")
				}
				for _, name := range names {
					before := c.stat(name)
					c.ok("SetAttr", name, c.fsys.SetAttr(c.ctx, name, storage.Attr{ModTime: someTime()}))
					after := c.stat(name)
					c.wantSame("the ModTime of "+name, after.ModTime, someTime())
					if after.Mode != before.Mode || after.Owner != before.Owner || after.Size != before.Size {
						c.Errorf("SetAttr of ModTime made %+v of %+v", after, before)
					}
				}
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "setattr/mode",
			rule:  "with CanSetMode, SetAttr sets the permission bits and nothing else",
			needs: storage.CanSetMode,
			files: tree,
			run: func(c *env) {
				for _, mode := range []fs.FileMode{0o600, 0o644, 0o640} {
					before := c.stat("file")
					c.ok("SetAttr", "file", c.fsys.SetAttr(c.ctx, "file", storage.Attr{Mode: &mode}))
					c.wantMode("file", mode)
					c.wantSame("the ModTime", c.stat("file").ModTime, before.ModTime)
				}
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "setattr/birth",
			rule:  "with CanSetBirth, SetAttr sets Birth (where that can be seen) and nothing else",
			needs: storage.CanSetBirth,
			files: tree,
			run: func(c *env) {
				before := c.stat("file")
				c.ok("SetAttr", "file", c.fsys.SetAttr(c.ctx, "file", storage.Attr{Birth: someTime()}))
				after := c.stat("file")
				if !before.Birth.IsZero() {
					c.wantSame("the Birth", after.Birth, someTime())
				}
				c.wantSame("the ModTime", after.ModTime, before.ModTime)
			},
		},
		{
			name:  "setattr/nothing",
			rule:  "the zero Attr changes nothing",
			files: tree,
			run: func(c *env) {
				before := c.stat("file")
				c.ok("SetAttr", "file", c.fsys.SetAttr(c.ctx, "file", storage.Attr{}))
				after := c.stat("file")
				if after.Mode != before.Mode || !after.ModTime.Equal(before.ModTime) || after.Version != before.Version {
					c.Errorf("the zero Attr made %+v of %+v", after, before)
				}
			},
		},
		{
			name:  "setattr/missing",
			rule:  "SetAttr of what does not exist is fs.ErrNotExist",
			needs: storage.CanSetTime,
			files: tree,
			run: func(c *env) {
				for _, name := range []string{"none", "none/file"} {
					err := c.fsys.SetAttr(c.ctx, name, storage.Attr{ModTime: someTime()})
					c.wantErr("SetAttr", err, name, fs.ErrNotExist)
				}
			},
		},
		{
			name:  "setattr/promised",
			rule:  "what Features does not promise is errors.ErrUnsupported, and nothing changes",
			files: tree,
			run: func(c *env) {
				mode := fs.FileMode(0o600)
				for _, try := range []struct {
					promise storage.Features
					attr    storage.Attr
				}{
					{storage.CanSetTime, storage.Attr{ModTime: someTime()}},
					{storage.CanSetMode, storage.Attr{Mode: &mode}},
					{storage.CanSetBirth, storage.Attr{Birth: someTime()}},
					{storage.CanSetOwner, storage.Attr{Owner: "0"}},
					{storage.CanSetOwner, storage.Attr{Group: "0"}},
				} {
					if c.feat.Has(try.promise) {
						continue
					}
					before := c.stat("file")
					c.wantErr("SetAttr", c.fsys.SetAttr(c.ctx, "file", try.attr), "file", errors.ErrUnsupported)
					if after := c.stat("file"); after.Mode != before.Mode || !after.ModTime.Equal(before.ModTime) || after.Owner != before.Owner || after.Group != before.Group {
						c.Errorf("SetAttr failed, yet made %+v of %+v", after, before)
					}
				}
			},
		},
		{
			name:  "setattr/all",
			rule:  "SetAttr does all that it is asked for, or fails and does nothing",
			needs: storage.CanSetTime,
			files: tree,
			run: func(c *env) {
				before := c.stat("file")
				attr := storage.Attr{ModTime: someTime(), Birth: someTime(), Owner: "no such owner", Group: "no such group"}
				if err := c.fsys.SetAttr(c.ctx, "file", attr); err == nil {
					after := c.stat("file")
					c.wantSame("the ModTime", after.ModTime, someTime())
					c.wantSame("the Birth", after.Birth, someTime())
					if after.Owner != attr.Owner || after.Group != attr.Group {
						c.Errorf("SetAttr succeeded, yet the owner is %q and the group %q", after.Owner, after.Group)
					}
					return
				}
				if after := c.stat("file"); !after.ModTime.Equal(before.ModTime) || after.Owner != before.Owner {
					c.Errorf("SetAttr failed, yet made %+v of %+v", after, before)
				}
			},
		},
	}
}
