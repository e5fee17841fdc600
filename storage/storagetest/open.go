package storagetest

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing/iotest"

	"github.com/seed-6092453b/ferry/storage"
)

func openChecks() []check {
	long := text(200_000)
	tree := map[string]string{"file": "0123456789", "long": long, "empty": "", "dir/file": "below"}
	return []check{
		{
			name:  "open/whole",
			rule:  "the zero Range is the whole file, and Info describes it",
			reads: true,
			files: tree,
			run: func(c *env) {
				c.wantFile("file", "0123456789")
				c.wantFile("long", long)
				c.wantFile("empty", "")
				c.wantFile("dir/file", "below")
				r, err := c.fsys.Open(c.ctx, "dir/file", storage.Range{})
				c.ok("Open", "dir/file", err)
				defer r.Close()
				if info := r.Info(); info.Name != "file" || info.Kind != storage.KindFile || info.Size != 5 {
					c.Errorf("Info = %+v, want that of a file of 5 octets", info)
				}
			},
		},
		{
			name:  "open/range",
			rule:  "Off and Len choose the octets; Len may reach beyond the end; at the end there is nothing",
			reads: true,
			files: tree,
			run: func(c *env) {
				for _, name := range []string{"file", "long", "empty"} {
					data := tree[name]
					size := int64(len(data))
					for _, off := range []int64{0, 1, 4, 9, 65535, 65536, 131073, size - 1, size} {
						for _, n := range []int64{0, 1, 5, 65536, size, 1 << 62} {
							if off < 0 || off > size {
								continue
							}
							want := data[off:]
							if n > 0 {
								want = want[:min(n, size-off)]
							}
							if got := c.read(name, storage.Range{Off: off, Len: n}); got != want {
								c.Errorf("%q from %d for %d is %s, want %s", name, off, n, brief(got), brief(want))
							}
						}
					}
				}
			},
		},
		{
			name:  "open/beyond",
			rule:  "an offset beyond the end, or a negative one, is ErrOffset",
			reads: true,
			files: tree,
			run: func(c *env) {
				for name, off := range map[string]int64{"file": 11, "empty": 1, "long": 1 << 62, "dir/file": -1} {
					_, err := c.fsys.Open(c.ctx, name, storage.Range{Off: off})
					c.wantErr("Open", err, name, storage.ErrOffset)
				}
			},
		},
		{
			name:  "open/errors",
			rule:  "a directory is ErrIsDir, nothing fs.ErrNotExist",
			reads: true,
			files: tree,
			run: func(c *env) {
				for name, want := range map[string]error{
					"dir": storage.ErrIsDir, ".": storage.ErrIsDir, "none": fs.ErrNotExist, "dir/none": fs.ErrNotExist, "none/file": fs.ErrNotExist,
				} {
					_, err := c.fsys.Open(c.ctx, name, storage.Range{})
					c.wantErr("Open", err, name, want)
				}
			},
		},
		{
			name:  "open/pieces",
			rule:  "a file may be read in pieces of any size, and closed before its end",
			reads: true,
			files: tree,
			run: func(c *env) {
				r, err := c.fsys.Open(c.ctx, "file", storage.Range{Off: 2, Len: 6})
				c.ok("Open", "file", err)
				got, err := io.ReadAll(iotest.OneByteReader(r))
				if string(got) != "234567" || err != nil {
					c.Errorf("octet by octet: %q, %v", got, err)
				}
				c.ok("Close", "file", r.Close())
				for range 20 {
					r, err := c.fsys.Open(c.ctx, "long", storage.Range{})
					c.ok("Open", "long", err)
					if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
						c.Errorf("the first octets of a long file: %v", err)
					}
					c.ok("Close", "long", r.Close())
				}
				c.wantFile("long", long)
			},
		},
		{
			name:  "open/version",
			rule:  "Range.Version opens that version, and answers ErrChanged once there is another",
			files: tree,
			run: func(c *env) {
				old := c.version("file")
				if got := c.read("file", storage.Range{Version: old}); got != tree["file"] {
					c.Errorf("with its own version the file is %q", got)
				}
				c.put("file", "9876543210")
				_, err := c.fsys.Open(c.ctx, "file", storage.Range{Version: old})
				c.wantErr("Open", err, "file", storage.ErrChanged)
			},
		},
		{
			name:  "open/changed",
			rule:  "a reader of one Version never reads octets of another: it reads the old ones or fails with ErrChanged",
			needs: storage.CanResume,
			run: func(c *env) {
				old, changed := strings.Repeat("o", 100_000), strings.Repeat("n", 100_000)
				c.put("file", old)
				r, err := c.fsys.Open(c.ctx, "file", storage.Range{Version: c.version("file")})
				c.ok("Open", "file", err)
				defer r.Close()
				c.putWith("file", changed, storage.CreateOptions{Mode: storage.Resume})
				got, err := io.ReadAll(r)
				if err != nil && !errors.Is(err, storage.ErrChanged) || !strings.HasPrefix(old, string(got)) || err == nil && len(got) != len(old) {
					c.Errorf("reading the old version: %s, %v", brief(string(got)), err)
				}
			},
		},
		{
			name:  "open/replaced",
			rule:  "who has a file open goes on reading it whole when another takes its name",
			needs: storage.Atomic,
			files: tree,
			run: func(c *env) {
				r, err := c.fsys.Open(c.ctx, "long", storage.Range{})
				c.ok("Open", "long", err)
				defer r.Close()
				head := make([]byte, 100)
				_, err = io.ReadFull(r, head)
				c.ok("Read", "long", err)
				c.put("long", strings.Repeat("x", len(long)))
				c.ok("Remove", "long", c.fsys.Remove(c.ctx, "long", storage.KindFile))
				rest, err := io.ReadAll(r)
				if err != nil || string(head)+string(rest) != long {
					c.Errorf("the open file became %s, %v", brief(string(head)+string(rest)), err)
				}
			},
		},
	}
}

// version returns the version of a file; the check is skipped without one.
func (c *env) version(name string) string {
	c.Helper()
	v := c.stat(name).Version
	if v == "" {
		c.Skip("the file system knows no versions")
	}
	return v
}
