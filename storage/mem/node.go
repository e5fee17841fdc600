package mem

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// maxLinks is how many symbolic links one name may pass, as on Linux.
const maxLinks = 40

// node is a file, a directory or a symbolic link.
type node struct {
	kind         storage.Kind
	id, version  string
	mode         fs.FileMode
	birth, mtime time.Time
	owner, group string
	form         string
	target       string // of a symbolic link
	dead         bool   // in no directory any more

	children map[string]*node // of a directory
	sorted   []string         // the names in children, nil when they have changed

	data  *content          // of a file
	parts map[string]*draft // of a file, by owner: what Suspend kept aside
	busy  bool              // of a file: a writer is at work in place
}

// place is where a name leads.
type place struct {
	dir  *node  // the directory that has or would have base; nil for a directory reached by ".."
	base string //
	n    *node  // nil: there is nothing of that name
}

// find looks name up. Links on the way are followed, one at its end only if
// follow is set. A link out of the root leads nowhere, which is fs.ErrNotExist.
func (f *FS) find(name string, follow bool) (place, error) {
	if !storage.ValidName(name) {
		return place{}, storage.ErrName
	}
	elems := strings.Split(name, "/")
	dirs := []*node{f.root}
	links := 0
	for len(elems) > 0 {
		elem, last, dir := elems[0], len(elems) == 1, dirs[len(dirs)-1]
		elems = elems[1:]
		switch elem {
		case "", ".": // "." itself, or within the target of a link
			continue
		case "..":
			if len(dirs) == 1 {
				return place{}, fs.ErrNotExist
			}
			dirs = dirs[:len(dirs)-1]
			continue
		}
		n := dir.children[elem]
		switch {
		case n == nil && last:
			return place{dir: dir, base: elem}, nil
		case n == nil:
			return place{}, fs.ErrNotExist
		case n.kind == storage.KindSymlink && (follow || !last):
			if links++; links > maxLinks || strings.HasPrefix(n.target, "/") {
				return place{}, fs.ErrNotExist
			}
			elems = append(strings.Split(n.target, "/"), elems...)
		case last:
			return place{dir: dir, base: elem, n: n}, nil
		case n.kind != storage.KindDir:
			return place{}, storage.ErrNotDir
		default:
			dirs = append(dirs, n)
		}
	}
	return place{base: ".", n: dirs[len(dirs)-1]}, nil
}

// describe returns the Info of what name leads to, or of the link itself if it
// leads nowhere.
func (f *FS) describe(name string) (storage.Info, error) {
	self, err := f.find(name, false)
	if err != nil {
		return storage.Info{}, err
	}
	if self.n == nil {
		return storage.Info{}, fs.ErrNotExist
	}
	_, base := storage.Split(name)
	if self.n.kind == storage.KindSymlink {
		if end, err := f.find(name, true); err == nil && end.n != nil {
			info := end.n.info(base)
			info.Target = self.n.target
			return info, nil
		}
	}
	return self.n.info(base), nil
}

func (n *node) info(base string) storage.Info {
	info := storage.Info{
		Name: base, Kind: n.kind, ModTime: n.mtime, Birth: n.birth,
		ID: n.id, Version: n.version, Form: n.form,
		Mode: n.mode, Owner: n.owner, Group: n.group, Target: n.target,
	}
	if n.data != nil {
		info.Size = n.data.size
	}
	return info
}

// link puts n into dir as base, in place of whatever is there.
func (f *FS) link(dir *node, base string, n *node) {
	if old := dir.children[base]; old != nil && old != n {
		f.unlink(dir, base)
	}
	dir.children[base] = n
	f.touch(dir)
}

// unlink takes base out of dir and forgets what it held.
func (f *FS) unlink(dir *node, base string) {
	n := dir.children[base]
	n.dead = true
	f.endParts(n)
	if n.data != nil {
		f.drop(n.data)
	}
	delete(dir.children, base)
	f.touch(dir)
}

// touch marks the contents of n as changed now.
func (f *FS) touch(n *node) {
	n.mtime = time.Now()
	n.version = f.next()
	n.sorted = nil
}

// names returns the sorted names in a directory. The slice is shared by all
// listings and never changed, so that a listing needs no memory of its own.
func (n *node) names() []string {
	if n.sorted == nil {
		n.sorted = slices.Sorted(maps.Keys(n.children))
	}
	return n.sorted
}
