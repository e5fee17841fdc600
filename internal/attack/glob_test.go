package attack_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
)

// TestAttack04PatternBomb: patterns and listings that would not end, from several
// sessions at once, end or are refused after bounded work, hold little memory, and
// keep nobody else from being answered.
func TestAttack04PatternBomb(t *testing.T) {
	const entries, attackers = 1000, 4
	var asked atomic.Int64 // operations of the storage
	w := serve(t, limits(ftpserver.Limits{Listing: entries}), over(func(fsys storage.FS) storage.FS {
		count := func(context.Context) error { asked.Add(1); return nil }
		return faultfs.New(fsys, faultfs.Rule{Op: faultfs.Stat, Do: count}, faultfs.Rule{Op: faultfs.List, Do: count})
	}))
	for d := range 20 {
		dir := filepath.Join(w.dir, fmt.Sprintf("d%02d", d))
		check(t, os.Mkdir(dir, 0o777))
		for f := range 20 {
			check(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%02d", f)), nil, 0o666))
		}
		check(t, os.Symlink("..", filepath.Join(dir, "up"))) // a circle
	}
	bombs := []string{
		"LIST */../*/../*/../*/../*/../*/../*", "NLST */../*/../*/../*/../*", "STAT */../*/../*/../*/../*",
		"LIST " + strings.Repeat("*/../", 1500) + "*", "STAT *" + strings.Repeat("/../d00", 1100) + "/*", "NLST */*" + strings.Repeat("/..", 2500),
		"LIST */up/*/up/*/up/*/up/*", "LIST -R */up/*/up/*", "NLST -R up", "LIST -tR */../*/..", "LIST -R", "NLST -R", "LIST -tR .", "LIST -SR */up",
		"STAT -R", "STAT [[[[[[[[", "LIST [a-", "LIST " + strings.Repeat("[", 8000), "LIST " + strings.Repeat("*?", 4000), "NLST " + strings.Repeat("*a", 4000) + "b",
		"NLST " + strings.Repeat("{a,b}", 1500), "LIST {*,*,*}/{*,*,*}", "STAT " + strings.Repeat("d*/../", 1300), "LIST -a" + strings.Repeat("lR", 3000) + " *",
		"MLST */../*", "SIZE */../*", "LIST *\\", "LIST " + strings.Repeat("\\*", 4000),
	}
	idle := heap()
	for _, bomb := range bombs {
		// No data connection is read before a bystander has been answered.
		before := asked.Load()
		var all []*client
		for range attackers {
			c := w.login(t)
			c.data()
			c.send(bomb)
			all = append(all, c)
		}
		bystander := w.login(t)
		bystander.want(200, "NOOP")
		if octets, r := bystander.get("LIST d00/f00"); r.code != 226 || strings.Count(octets, "\n") != 1 {
			t.Errorf("during %.40q a bystander is told %v, and %q", bomb, r, octets)
		}
		bystander.conn.Close()
		if grown := heap() - idle; grown > 32<<20 {
			t.Errorf("%.40q takes %d MiB of memory", bomb, grown>>20)
		}
		for _, c := range all {
			c.conn.Close() // which ends a transfer
		}
		eventually(t, "the sessions end", func() bool { return len(w.srv.Sessions()) == 0 })
		// Each attacker's pattern may look at so many entries. What it fits is listed,
		// as the client wants it: here at most 20 times a tree of 20 folders.
		if n := (asked.Load() - before) / attackers; n > 10*entries {
			t.Errorf("%.40q costs %d operations of the storage, for %d entries", bomb, n, entries)
		}
	}

	// What a listing holds is held against all: two fit, a third does not until one of
	// them is gone.
	var all []*client
	for i := range 3 {
		c := w.login(t)
		c.passive()
		c.want([]int{150, 150, 450}[i], "NLST */*")
		all = append(all, c)
	}
	if r := all[0].do("ABOR"); r.code/100 != 4 {
		t.Errorf("ABOR: %v", r)
	}
	all[0].expect(226)
	c := all[2]
	c.passive()
	c.want(150, "NLST */*")
}

// heap returns how many octets are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// vast is a storage of a million files, which takes no memory: a thousand folders of a
// thousand files each.
type vast struct{ storage.FS }

// part returns the number that a name has at its end, behind its letter.
func part(name string, letter byte) (int, bool) {
	if len(name) != 4 || name[0] != letter {
		return 0, false
	}
	n, err := strconv.Atoi(name[1:])
	return n, err == nil
}

func (v vast) Stat(_ context.Context, name string) (storage.Info, error) {
	dir, file, inside := strings.Cut(name, "/")
	_, isDir := part(dir, 'd')
	_, isFile := part(file, 'f')
	switch {
	case name == ".", isDir && !inside:
		return storage.Info{Name: path.Base(name), Kind: storage.KindDir, ModTime: time.Unix(1e9, 0)}, nil
	case isDir && isFile:
		return storage.Info{Name: file, Kind: storage.KindFile, Size: 1, ModTime: time.Unix(1e9, 0)}, nil
	}
	return storage.Info{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

func (v vast) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		format := "f%03d"
		if dir == "." {
			format = "d%03d"
		}
		for n := range 1000 {
			info, err := v.Stat(ctx, path.Join(dir, fmt.Sprintf(format, n)))
			if err = cmp.Or(ctx.Err(), err); !yield(info, err) || err != nil {
				return
			}
		}
	}
}

// TestAttack04VastTree: fifty sessions list a million files, and read but the beginning
// of it. The server holds what one folder takes for each, and answers everybody else;
// one who reads all that he has asked for gets it.
func TestAttack04VastTree(t *testing.T) {
	const attackers = 50
	w := serve(t, over(func(fsys storage.FS) storage.FS { return vast{fsys} }))
	idle := heap()
	var all []*client
	var begun sync.WaitGroup
	for i := range attackers {
		c := w.login(t)
		all = append(all, c)
		begun.Go(func() {
			data := c.data()
			data.(*net.TCPConn).SetReadBuffer(64 << 10) // what the kernel holds is work, and no memory of the server's
			line := []string{"LIST -R", "NLST -R", "LIST -tR", "LIST -aR d0*"}[i%4]
			c.send(line)
			if r := c.reply(); r.code != 150 {
				t.Errorf("%s: %v", line, r)
				return
			}
			if _, err := io.CopyN(io.Discard, data, 100<<10); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		})
	}
	bystander := w.login(t) // while they begin
	for range few(50, 20) {
		bystander.send("NOOP", "SYST", "PWD")
		bystander.expect(200)
		bystander.expect(215)
		bystander.expect(257)
	}
	begun.Wait()
	if grown := heap() - idle; grown > 64<<20 {
		t.Errorf("%d listings take %d MiB of memory", attackers, grown>>20)
	}
	if octets, r := bystander.get("LIST d123/f456"); r.code != 226 || strings.Count(octets, "\n") != 1 {
		t.Errorf("a bystander is told %v, and %q", r, octets)
	}
	for _, c := range all {
		c.conn.Close()
	}
	eventually(t, "the sessions end", func() bool { return len(w.srv.Sessions()) == 1 })
	conn := bystander.begin("NLST -R d01*")
	lines := bufio.NewScanner(conn)
	n := 0
	for lines.Scan() {
		if strings.HasPrefix(path.Base(lines.Text()), "f") {
			n++
		}
	}
	if bystander.expect(226); n != 10_000 {
		t.Errorf("%d files are listed", n)
	}
}

// TestAttack04DeepTree: a tree as deep as somebody can make it neither overflows
// anything nor grows without bounds when it is listed, measured, copied and removed.
func TestAttack04DeepTree(t *testing.T) {
	w := serve(t, everything)
	c := w.login(t)
	if r := c.do("SITE MKDIR " + strings.Repeat("/d", 3000)); r.code < 500 {
		t.Errorf("a tree 3,000 deep: %v", r)
	}
	c.want(200, "SITE MKDIR "+strings.Repeat("/d", 150))
	idle := heap()
	for _, line := range []string{"LIST -R /", "NLST -R /", "DSIZ /", "STAT -R /", "SITE COPY /d /e", "RMDA /e", "RMDA /d"} {
		c.exchange(line)
	}
	if grown := heap() - idle; grown > 32<<20 {
		t.Errorf("%d MiB of memory are kept", grown>>20)
	}
	c.want(200, "NOOP")
}
