package mirrortest

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// editor makes random changes in a tree.
type editor struct {
	t     *testing.T
	rnd   *rand.Rand
	tree  mirror.Tree
	sized bool // a change of contents is one of size: times cannot tell
	least int  // octets of a file, so that two editors make no two of one size
	have  map[string]string
}

// dirMark stands for the contents of a folder.
const dirMark = "a folder"

// bases are the names of files and folders: what shells, listings and patterns stumble
// over.
var bases = []string{"a", "b", "c", "with blank", "-rf", "[x]", "*", ".hidden", "caf\u00e9", "%41", "#1", "~t", "a.b.c", "CON", "q'\"", "B", "total 3", "x -> y"}

// edit makes n changes.
func (e *editor) edit(n int) {
	e.have = snapshot(e.t, e.tree)
	for range n {
		e.once()
	}
}

// once makes one change. Where what is chosen cannot be done, nothing happens.
func (e *editor) once() {
	name := e.pick()
	switch k := e.rnd.IntN(10); {
	case name == "" || k < 5:
		e.write(e.newName())
	case k == 5:
		e.mkdir(e.newName())
	case k == 6:
		e.remove(name)
	case k == 7 && e.have[name] != dirMark:
		e.remove(name)
		e.mkdir(name)
	case k == 8 && e.have[name] == dirMark:
		e.remove(name)
		e.write(name)
	case e.have[name] != dirMark:
		e.write(name)
	}
}

// pick returns the name of something that is there, or "".
func (e *editor) pick() string {
	names := slices.Sorted(maps.Keys(e.have))
	if len(names) == 0 {
		return ""
	}
	return names[e.rnd.IntN(len(names))]
}

// newName returns a name in a folder that is there.
func (e *editor) newName() string {
	dirs := []string{"."}
	for name, data := range e.have {
		if data == dirMark && strings.Count(name, "/") < 3 {
			dirs = append(dirs, name)
		}
	}
	slices.Sort(dirs)
	return storage.Join(dirs[e.rnd.IntN(len(dirs))], bases[e.rnd.IntN(len(bases))])
}

func (e *editor) mkdir(name string) {
	if _, there := e.have[name]; there || strings.HasSuffix(name, "*") { // which ProFTPD refuses
		return
	}
	check(e.t, e.tree.FS.Mkdir(e.t.Context(), storage.Join(e.tree.Root, name)))
	e.have[name] = dirMark
}

// write makes a file, or changes it.
func (e *editor) write(name string) {
	old, there := e.have[name]
	if there && old == dirMark {
		return
	}
	n := e.least + e.rnd.IntN(300)
	if e.rnd.IntN(20) == 0 {
		n = e.least + 64<<10 + e.rnd.IntN(10) // about where parts and batches begin
	}
	if there && e.rnd.IntN(2) == 0 {
		n = len(old)
	}
	if there && e.sized && n == len(old) {
		n++
	}
	data := make([]byte, n)
	for i := range data {
		data[i] = byte('a' + e.rnd.IntN(26))
	}
	o := storage.CreateOptions{}
	if e.tree.FS.Features().Has(storage.CanSetTime) {
		o.ModTime = time.Now().Add(-time.Duration(e.rnd.IntN(400*24*3600)) * time.Second).Truncate(time.Second)
	}
	w, err := e.tree.FS.Create(e.t.Context(), storage.Join(e.tree.Root, name), o)
	check(e.t, err)
	defer w.Abort()
	_, err = w.Write(data)
	check(e.t, err)
	_, err = w.Commit(e.t.Context())
	check(e.t, err)
	e.have[name] = string(data)
}

// remove removes a file, or a folder with all that is in it.
func (e *editor) remove(name string) {
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(e.have))) {
		if n != name && !strings.HasPrefix(n, name+"/") {
			continue
		}
		kind := storage.KindFile
		if e.have[n] == dirMark {
			kind = storage.KindDir
		}
		check(e.t, e.tree.FS.Remove(e.t.Context(), storage.Join(e.tree.Root, n), kind))
		delete(e.have, n)
	}
}

// snapshot returns the contents of all files of a tree by their names. One that is not
// there is empty.
func snapshot(t *testing.T, tree mirror.Tree) map[string]string {
	t.Helper()
	all := make(map[string]string)
	var walk func(dir string)
	walk = func(dir string) {
		var subs []string
		for info, err := range tree.FS.List(t.Context(), storage.Join(tree.Root, dir)) {
			if dir == "." && errors.Is(err, fs.ErrNotExist) {
				return
			}
			check(t, err)
			name := storage.Join(dir, info.Name)
			if info.IsDir() {
				all[name] = dirMark
				subs = append(subs, name)
				continue
			}
			all[name] = ""
		}
		for _, sub := range subs {
			walk(sub)
		}
	}
	walk(".")
	for name, data := range all {
		if data == dirMark {
			continue
		}
		r, err := tree.FS.Open(t.Context(), storage.Join(tree.Root, name), storage.Range{})
		check(t, err)
		b, err := io.ReadAll(r)
		check(t, errors.Join(err, r.Close()))
		all[name] = string(b)
	}
	return all
}
