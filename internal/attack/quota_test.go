package attack_test

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// stored adds up what is in the root, hidden or not.
func (w *world) stored() (octets int64) {
	w.t.Helper()
	check(w.t, filepath.WalkDir(w.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			octets += info.Size()
		}
		return err
	}))
	return octets
}

// TestAttack22QuotaRace: many who store, append, copy, combine and rename at once have
// never more than the quota, and what is counted in the end is what is there. (While a
// file is replaced, both are on the disk: the disk is looked at between the rounds.)
func TestAttack22QuotaRace(t *testing.T) {
	t.Parallel()
	const most, clients = 1 << 20, 20
	var q *quota.FS
	w := serve(t, everything, over(func(fsys storage.FS) storage.FS {
		q = quota.New(fsys, quota.Options{MaxOctets: most, MaxFiles: 200})
		return q
	}))
	w.write("root/seed", strings.Repeat("s", 50<<10))
	var all []*client
	for range clients {
		all = append(all, w.login(t))
	}
	var full atomic.Int64
	for round := range few(8, 3) {
		var busy sync.WaitGroup
		for i, c := range all {
			own, other := fmt.Sprintf("f%d", i), fmt.Sprintf("f%d", (i+7)%clients)
			busy.Go(func() {
				for _, line := range []string{
					"STOR " + own, "APPE " + own, "SITE COPY seed " + own + "c", "STOR " + other, "APPE seed", "RNFR " + own, "RNTO " + other,
					"COMB " + own + "m " + own + "c", "STOU", "REST 1000", "APPE " + other, "DELE " + own + "m", "SITE MKDIR d/" + own, "RNFR d", "RNTO e",
					"SITE COPY e d", "RMDA e",
				} {
					var r reply
					switch verb, _, _ := strings.Cut(line, " "); verb {
					case "STOR", "APPE", "STOU":
						r = c.put(line, strings.Repeat("x", 40<<10+round))
					default:
						r = c.do(line)
					}
					if r.code == 552 {
						full.Add(1)
					}
				}
			})
		}
		busy.Wait()
		if n := w.stored(); n > most {
			t.Fatalf("%d octets are on the disk, more than %d", n, most)
		}
	}
	if full.Load() == 0 {
		t.Error("nobody met the limit: the test is too small")
	}
	usage, err := q.Quota(t.Context())
	check(t, err)
	anew := quota.New(reopen(t, w), quota.Options{MaxOctets: most})
	truth, err := anew.Quota(t.Context())
	check(t, err)
	if usage.Octets < truth.Octets || usage.Octets > most {
		t.Errorf("%d octets are counted, and there are %d", usage.Octets, truth.Octets)
	}
}

// reopen opens the root as a server does that is started again.
func reopen(t *testing.T, w *world) storage.FS {
	t.Helper()
	fsys, err := disk.Open(w.dir, disk.Options{Sync: disk.SyncNever})
	check(t, err)
	t.Cleanup(func() { fsys.Close() })
	return fsys
}

// TestAttack23Overwrite: an upload over a file that does not come to its end, for any
// reason, leaves the file as it was. A full disk is played by a quota: the storage
// says then what it says of a disk.
func TestAttack23Overwrite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const old = "the old contents"
		for name, spoil := range map[string]func(c *client, data io.WriteCloser) int{
			"ABOR": func(c *client, data io.WriteCloser) int {
				io.WriteString(data, "new")
				c.send("ABOR")
				code := c.reply().code
				c.expect(226)
				return code
			},
			"a reset": func(c *client, data io.WriteCloser) int {
				io.WriteString(data, "new")
				reset(data)
				return c.reply().code
			},
			"no room": func(c *client, data io.WriteCloser) int {
				io.WriteString(data, strings.Repeat("new", 1<<20))
				data.Close()
				return c.reply().code
			},
			"a client that is killed": func(c *client, data io.WriteCloser) int {
				io.WriteString(data, "new")
				c.conn.Close()
				data.Close()
				return 0
			},
		} {
			w.write("root/file", old)
			c := w.login(t)
			if code := spoil(c, c.begin("STOR file")); code != 0 && code/100 != 4 && code/100 != 5 {
				t.Errorf("%s: the upload is answered %d", name, code)
			}
			c.conn.Close()
			eventually(t, "the session ends", func() bool { return len(w.srv.Sessions()) == 0 })
			reader := w.login(t)
			if octets, r := reader.get("RETR file"); octets != old || w.read("root/file") != old {
				t.Errorf("after %s the file is %.40q, %v", name, octets, r)
			}
			reader.conn.Close()
			if r := w.login(t).put("STOR file", "whole"); r.code != 226 || w.read("root/file") != "whole" {
				t.Errorf("after %s a whole upload is %v, %q", name, r, w.read("root/file"))
			}
			for _, s := range w.srv.Sessions() {
				w.srv.Kick(s.Conn.ID)
			}
			eventually(t, "the session ends", func() bool { return len(w.srv.Sessions()) == 0 })
		}
	}, over(func(fsys storage.FS) storage.FS { return quota.New(fsys, quota.Options{MaxOctets: 1 << 20}) }))
}

// TestAttack23NoSpace: where there is no room for all of it, nothing is published under
// a new name, either, that somebody could take for the file.
func TestAttack23NoSpace(t *testing.T) {
	t.Parallel()
	w := serve(t, limits(ftpserver.Limits{}), over(func(fsys storage.FS) storage.FS { return quota.New(fsys, quota.Options{MaxOctets: 1 << 20}) }))
	c := w.login(t)
	if r := c.put("STOR new", strings.Repeat("x", 2<<20)); r.code != 552 && r.code != 452 {
		t.Errorf("an upload without room: %v", r)
	}
	c.want(550, "SIZE new")
	if octets, _ := c.get("NLST"); octets != "" {
		t.Errorf("there is %q", octets)
	}
	if r := c.put("STOR small", "fits"); r.code != 226 {
		t.Errorf("what fits behind it: %v", r)
	}
}
