package storagetest

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// resuming returns the options to write on at off.
func resuming(off int64) storage.CreateOptions {
	return storage.CreateOptions{Mode: storage.Resume, Offset: off, Owner: anna}
}

func resumeChecks() []check {
	old := map[string]string{"file": "0123456789"}
	return []check{
		{
			name:  "resume/offset",
			rule:  "Resume writes at Offset; Commit cuts off what lies behind the last octet written",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				for _, step := range []struct {
					off        int64
					data, want string
				}{
					{10, "abc", "0123456789abc"}, {13, "", "0123456789abc"}, {4, "xy", "0123xy"},
					{6, text(100_000), "0123xy" + text(100_000)}, {70_000, "z", ("0123xy" + text(100_000))[:70_000] + "z"},
					{2, "", "01"}, {0, "new", "new"}, {0, "", ""},
				} {
					if info := c.putWith("file", step.data, resuming(step.off)); info.Size != int64(len(step.want)) {
						c.Errorf("Commit at %d says %d octets, want %d", step.off, info.Size, len(step.want))
					}
					c.wantFile("file", step.want)
				}
			},
		},
		{
			name:  "resume/beyond",
			rule:  "Offset beyond the end, or negative, is ErrOffset and changes nothing",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				for _, off := range []int64{11, 1 << 62, -1} {
					_, err := c.fsys.Create(c.ctx, "file", resuming(off))
					c.wantErr("Create with Resume", err, "file", storage.ErrOffset)
				}
				c.wantFile("file", old["file"])
			},
		},
		{
			name:  "resume/new",
			rule:  "Resume at 0 creates a file that does not exist; at any other offset it is an error",
			needs: storage.CanResume,
			run: func(c *env) {
				_, err := c.fsys.Create(c.ctx, "file", resuming(1))
				c.wantErr("Create with Resume", err, "file", fs.ErrNotExist, storage.ErrOffset)
				c.wantNone("file")
				c.abort(c.write("file", "contents", resuming(0)), "file")
				c.wantNone("file")
				c.putWith("file", "contents", resuming(0))
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "resume/suspend",
			rule:  "Suspend of a Resume leaves what was written in place, and cuts nothing off",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				c.suspend(c.write("file", "abc", resuming(4)), "file")
				c.wantOverlay("file", "0123456789", "0123abc789")
			},
		},
		{
			name:  "resume/abort",
			rule:  "Abort of a Resume leaves what was written in place, and cuts nothing off",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				c.abort(c.write("file", "abc", resuming(4)), "file")
				c.wantOverlay("file", "0123456789", "0123abc789")
			},
		},
		{
			name:  "resume/cut-upload",
			rule:  "an upload of a new file that was cut goes on where Stat says",
			needs: storage.CanResume,
			run: func(c *env) {
				data := text(400_000)
				for name, mode := range map[string]storage.CreateMode{"stor": storage.Resume, "appe": storage.Append} {
					if mode == storage.Append && !c.feat.Has(storage.CanAppend) {
						continue
					}
					c.suspend(c.write(name, data[:300_000], storage.CreateOptions{Owner: anna}), name)
					there := c.stat(name).Size
					if there > 300_000 {
						c.Fatalf("%d octets are there of 300000", there)
					}
					c.putWith(name, data[there:], storage.CreateOptions{Mode: mode, Offset: resumeOffset(mode, there), Owner: anna})
					c.wantFile(name, data)
				}
			},
		},
		{
			name:  "resume/anywhere",
			rule:  "WriteAt writes anywhere, and Commit keeps all up to the last octet, however it was written",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				for _, step := range []struct {
					o    storage.CreateOptions
					want string
				}{
					{resuming(10), "01wx456789" + strings.Repeat("\x00", 90_000) + "yz"},
					{storage.CreateOptions{}, "\x00\x00wx" + strings.Repeat("\x00", 90_006) + "yz"},
				} {
					w := c.create("file", step.o)
					at, ok := w.(io.WriterAt)
					if !ok {
						c.Skip("its Writers write in order")
					}
					c.at(at, 90_010, "yz")
					c.at(at, 2, "wx")
					if info := c.commit(w, "file"); info.Size != int64(len(step.want)) {
						c.Errorf("Commit says %d octets, want %d", info.Size, len(step.want))
					}
					c.wantFile("file", step.want)
					c.putWith("file", old["file"], storage.CreateOptions{Owner: anna})
				}
				w := c.create("file", resuming(5))
				c.at(w.(io.WriterAt), 2, "wx")
				c.commit(w, "file")
				c.wantFile("file", "01wx4")
				c.putWith("file", old["file"], storage.CreateOptions{Owner: anna})
				w = c.create("file", resuming(10))
				c.at(w.(io.WriterAt), 12, "x")
				if _, err := w.(io.WriterAt).WriteAt([]byte("x"), -1); err == nil {
					c.Error("WriteAt before the beginning succeeded")
				}
				c.suspend(w, "file")
				c.wantFile("file", "0123456789\x00\x00x")
			},
		},
		{
			name:  "resume/range",
			rule:  "with Len only that range is written, by several writers at once, and nothing is cut off",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				first, second := c.ranged(2, 2), c.ranged(6, 3)
				c.feed(second, "file", "xyz")
				c.feed(first, "file", "ab")
				c.commit(first, "file")
				c.commit(second, "file")
				c.wantFile("file", "01ab45xyz9")
				c.commit(c.ranged(9, 5), "file")
				c.wantFile("file", "01ab45xyz9")
				grown := c.ranged(9, 3)
				c.feed(grown, "file", "!!!")
				c.commit(grown, "file")
				c.wantFile("file", "01ab45xyz!!!")
			},
		},
		{
			name:  "resume/range-over",
			rule:  "writing more than Len octets is ErrOffset and touches nothing behind the range",
			needs: storage.CanResume,
			files: old,
			run: func(c *env) {
				w := c.ranged(2, 3)
				_, err := io.WriteString(w, "abcdef")
				if !errors.Is(err, storage.ErrOffset) {
					c.Errorf("Write of 6 octets into a range of 3: %v, want %v", err, storage.ErrOffset)
				}
				c.abort(w, "file")
				got := c.read("file", storage.Range{})
				if len(got) != 10 || got[:2] != "01" || got[5:] != "56789" {
					c.Errorf("the file is %q, want 01...56789", got)
				}
			},
		},
	}
}

// resumeOffset is where to go on: Append finds the end by itself.
func resumeOffset(mode storage.CreateMode, there int64) int64 {
	if mode == storage.Append {
		return 0
	}
	return there
}

// ranged begins to write a range of "file". A remote FS may not be able to.
// at writes data in one place.
func (c *env) at(w io.WriterAt, off int64, data string) {
	c.Helper()
	if n, err := w.WriteAt([]byte(data), off); err != nil || n != len(data) {
		c.Fatalf("WriteAt(%d octets) at %d = %d, %v", len(data), off, n, err)
	}
}

func (c *env) ranged(off, n int64) storage.Writer {
	c.Helper()
	o := resuming(off)
	o.Len = n
	w, err := c.fsys.Create(c.ctx, "file", o)
	if c.o.Remote && errors.Is(err, errors.ErrUnsupported) {
		c.Skip("the file system writes no ranges")
	}
	c.ok("Create with Len", "file", err)
	c.Cleanup(func() { w.Abort() })
	return w
}

// wantOverlay demands that a file is written, or, where octets may be lost,
// that each of its octets is that of written or of old.
func (c *env) wantOverlay(name, old, written string) {
	c.Helper()
	got := c.read(name, storage.Range{})
	ok := len(got) == len(old)
	for i := 0; ok && i < len(got); i++ {
		ok = got[i] == written[i] || c.o.Remote && got[i] == old[i]
	}
	if !ok {
		c.Errorf("%q holds %s, want %s", name, brief(got), brief(written))
	}
}
