package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// mirrorSide is one of the two that a mirror is between.
type mirrorSide struct {
	tree   mirror.Tree
	remote *remote // nil: a folder here
	local  *disk.FS
	dir    string // of local
}

// mirrorSides are both.
type mirrorSides struct {
	src, dst mirrorSide
	same     bool // they are on one server
}

func isURL(s string) bool { return strings.Contains(s, "://") }

// open opens both sides. Nothing is connected yet, and nothing made.
func (c *mirrorCmd) open(ctx context.Context, s *stdio) (_ *mirrorSides, err error) {
	if !isURL(c.Src) && !isURL(c.Dst) {
		return nil, usagef("neither %s nor %s is a URL, as in ftp://host/folder", printable(c.Src), printable(c.Dst))
	}
	if c.Watch && isURL(c.Src) {
		return nil, usagef("--watch is for a folder here: of a server nobody tells when a file comes")
	}
	sides := &mirrorSides{}
	defer func() {
		if err != nil {
			sides.close()
		}
	}()
	if isURL(c.Src) && isURL(c.Dst) {
		return sides, sides.openBoth(ctx, s, c)
	}
	for _, one := range []struct {
		side *mirrorSide
		arg  string
		sync disk.SyncMode
	}{{&sides.src, c.Src, disk.SyncNever}, {&sides.dst, c.Dst, c.sync()}} {
		if isURL(one.arg) {
			r, err := c.remoteFlags.open(ctx, s, one.arg, c.conns())
			if err != nil {
				return sides, err
			}
			one.side.use(r)
		} else if err := one.side.useFolder(one.arg, one.sync); err != nil {
			return sides, err
		}
	}
	return sides, nil
}

// openBoth opens two servers, or one of which both are folders.
func (m *mirrorSides) openBoth(ctx context.Context, s *stdio, c *mirrorCmd) error {
	from, err := parseURL(c.Src)
	if err != nil {
		return err
	}
	to, err := parseURL(c.Dst)
	if err != nil {
		return err
	}
	m.same = from.server() == to.server()
	conns := c.conns()
	if m.same {
		conns *= 2 // to read and to write
	}
	src, err := c.remoteFlags.open(ctx, s, c.Src, conns)
	if err != nil {
		return err
	}
	m.src.use(src)
	dst := &remote{src.Client, to}
	dst.url.User = src.url.User
	if !m.same {
		if dst, err = c.remoteFlags.open(ctx, s, c.Dst, conns); err != nil {
			return err
		}
	}
	m.dst.use(dst)
	return nil
}

func (m *mirrorSide) use(r *remote) {
	m.remote = r
	m.tree = mirror.Tree{FS: r, Root: r.url.Path, Title: r.url.Of}
}

// useFolder opens a folder here, or, where it is still missing, the one that it will lie
// in.
func (m *mirrorSide) useFolder(dir string, sync disk.SyncMode) error {
	dir = filepath.Clean(dir)
	root := "."
	for {
		_, err := os.Stat(dir)
		up := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || up == dir {
			break
		}
		root = storage.Join(filepath.Base(dir), root)
		dir = up
	}
	local, err := openLocal(dir, sync)
	if err != nil {
		return err
	}
	m.local, m.dir = local, dir
	m.tree = mirror.Tree{FS: local, Root: root, Title: pathIn(dir)}
	return nil
}

func (m *mirrorSides) close() {
	for _, side := range []mirrorSide{m.src, m.dst} {
		if side.remote != nil {
			side.remote.Close()
		}
		if side.local != nil {
			side.local.Close()
		}
	}
}

// direct returns what copies files without their coming through here, nil if nothing may.
func (m *mirrorSides) direct(s *stdio, fxp bool) func(ctx context.Context, from, to string, off int64) error {
	if m.src.remote == nil || m.dst.remote == nil || !m.same && !fxp {
		return nil
	}
	return shortcut{s: s, dst: m.dst.remote, src: m.src.remote, same: m.same, fxp: fxp}.copy()
}

// conns is how many connections a server may be asked for.
func (c *mirrorCmd) conns() int { return max(c.Parallel, int(c.Segments)) }
