package storagetest

import (
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

func statChecks() []check {
	return []check{
		{
			name:  "stat/root",
			rule:  `the root is a directory called "."`,
			reads: true,
			run: func(c *env) {
				info := c.stat(".")
				if info.Name != "." || info.Kind != storage.KindDir || info.Size != 0 {
					c.Errorf("Stat of the root: name %q, %v, size %d", info.Name, info.Kind, info.Size)
				}
			},
		},
		{
			name:  "stat/objects",
			rule:  "Stat tells the last element of the name, the kind and the size, 0 for directories",
			reads: true,
			files: map[string]string{"file": "12345", "empty": "", "dir/sub/file": "123"},
			run: func(c *env) {
				for _, want := range []struct {
					name string
					kind storage.Kind
					size int64
				}{
					{"file", storage.KindFile, 5},
					{"empty", storage.KindFile, 0},
					{"dir", storage.KindDir, 0},
					{"dir/sub", storage.KindDir, 0},
					{"dir/sub/file", storage.KindFile, 3},
				} {
					got := c.stat(want.name)
					_, base := storage.Split(want.name)
					if got.Name != base || got.Kind != want.kind || got.Size != want.size || got.Target != "" || got.Form != "" {
						c.Errorf("Stat(%q) = %+v, want a %v of %d octets", want.name, got, want.kind, want.size)
					}
				}
			},
		},
		{
			name:  "stat/missing",
			rule:  "what does not exist is fs.ErrNotExist; below a file it may be ErrNotDir",
			reads: true,
			files: map[string]string{"file": "x", "dir/file": "y"},
			run: func(c *env) {
				for _, name := range []string{"none", "dir/none", "none/file", "fil", "file2", "di"} {
					_, err := c.fsys.Stat(c.ctx, name)
					c.wantErr("Stat", err, name, fs.ErrNotExist)
				}
				_, err := c.fsys.Stat(c.ctx, "file/none")
				c.wantErr("Stat", err, "file/none", fs.ErrNotExist, storage.ErrNotDir)
			},
		},
		{
			name:  "stat/long-missing",
			rule:  "a name too long for the FS is an error, not a crash",
			reads: true,
			run: func(c *env) {
				name := strings.Repeat("n", 70000)
				if _, err := c.fsys.Stat(c.ctx, name); err == nil {
					c.Error("Stat of a name of 70000 octets succeeded")
				}
			},
		},
	}
}
