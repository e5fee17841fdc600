package ftpserver

import (
	"container/list"
	"reflect"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// digestCache remembers the digests that were asked for last. It may be used
// concurrently.
type digestCache struct {
	limit int

	mu    sync.Mutex
	byKey map[digestKey]*list.Element
	used  list.List // of *digestEntry, the last used in front
}

// digestKey names what a digest is of: not a name but an object, in a state.
type digestKey struct {
	fs          storage.FS // to compare
	id, version string
	alg         string
	first, end  int64
}

type digestEntry struct {
	key digestKey
	sum []byte
}

func newDigestCache(limit int) *digestCache {
	return &digestCache{limit: limit, byKey: make(map[digestKey]*list.Element)}
}

// get returns the digest for key, or nil.
func (c *digestCache) get(key digestKey) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	c.used.MoveToFront(e)
	return e.Value.(*digestEntry).sum
}

// put remembers a digest, and forgets the one that was not used for longest if
// there are too many.
func (c *digestCache) put(key digestKey, sum []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[key]; e != nil {
		c.used.MoveToFront(e)
		return
	}
	c.byKey[key] = c.used.PushFront(&digestEntry{key, sum})
	for c.used.Len() > c.limit {
		old := c.used.Remove(c.used.Back()).(*digestEntry)
		delete(c.byKey, old.key)
	}
}

// digestKeyOf returns the key for a range of a file; false if a digest of it
// cannot be remembered, because nothing tells the file, or a state of it, from
// others.
func digestKeyOf(fsys storage.FS, info storage.Info, alg string, first, end int64) (digestKey, bool) {
	// What only adds to a FS, and changes no names, has its objects.
	for {
		w, ok := fsys.(interface{ Unwrap() storage.FS })
		if !ok {
			break
		}
		fsys = w.Unwrap()
	}
	ok := info.ID != "" && info.Version != "" && reflect.TypeOf(fsys).Comparable()
	return digestKey{fsys, info.ID, info.Version, alg, first, end}, ok
}
