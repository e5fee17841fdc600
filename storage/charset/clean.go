package charset

import (
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// cleanDirs remembers directories, by their inside names, in which an outside name
// can only mean what a new one would: none is there in the other form. A nil
// *cleanDirs remembers none.
type cleanDirs struct {
	mu   sync.Mutex
	dirs map[string]struct{}
}

// maxClean bounds the memory; beyond it one begins anew.
const maxClean = 10_000

func (c *cleanDirs) has(dir string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.dirs[dir]
	return ok
}

// set notes what a listing has shown.
func (c *cleanDirs) set(dir string, clean bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !clean {
		delete(c.dirs, dir)
		return
	}
	if c.dirs == nil || len(c.dirs) >= maxClean {
		c.dirs = make(map[string]struct{})
	}
	c.dirs[dir] = struct{}{}
}

// add notes a directory that was just made.
func (c *cleanDirs) add(dir string) { c.set(dir, true) }

// forget is for when directories were moved or removed.
func (c *cleanDirs) forget() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dirs = nil
}

// soil notes that a name is about to be made.
func (v *view) soil(inside string) {
	if dir, base := storage.Split(inside); v.soils(base) {
		v.clean.set(dir, false)
	}
}

// soils reports whether a directory with that name in it is not clean.
func (v *view) soils(inside string) bool {
	if isASCII(inside) {
		return false
	}
	form := v.read
	if v.mixed {
		form = v.show
	}
	_, ok := form(inside)
	return ok
}
