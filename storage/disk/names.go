package disk

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// A temporary name is a prefix, which says whether a writer has the file or a
// part is kept aside under it, and 26 characters that nobody can guess. Other
// names with such a prefix are names like any other.
const (
	uploadPrefix = ".ferry-tmp-u-"
	keptPrefix   = ".ferry-tmp-k-"
	randomLen    = 26
)

func newUploadName() string { return newTempName(uploadPrefix) }
func newKeptName() string   { return newTempName(keptPrefix) }

// newTempName is prefix + rand.Text() as one string from the start.
func newTempName(prefix string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var b [len(uploadPrefix) + randomLen]byte
	random := b[copy(b[:], prefix):]
	rand.Read(random)
	for i, r := range random {
		random[i] = alphabet[r%32]
	}
	return string(b[:])
}

// isTemp reports whether the element base is a temporary name. It folds case,
// for the sake of file systems that do.
func isTemp(base string) bool {
	n := len(uploadPrefix)
	if len(base) != n+randomLen || base[0] != '.' {
		return false
	}
	if !strings.EqualFold(base[:n], uploadPrefix) && !strings.EqualFold(base[:n], keptPrefix) {
		return false
	}
	for _, c := range []byte(base[n:]) {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '2' && c <= '7' {
			continue
		}
		return false
	}
	return true
}

// isKept reports whether the temporary name base is that of a part kept aside.
func isKept(base string) bool { return strings.EqualFold(base[:len(keptPrefix)], keptPrefix) }

func hasTemp(name string) bool {
	for elem := range strings.SplitSeq(name, "/") {
		if isTemp(elem) {
			return true
		}
	}
	return false
}

// checkOld says what is wrong with name, given to an operation on something
// that exists.
func checkOld(ctx context.Context, name string) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case !storage.ValidName(name) || !systemAllows(name):
		return storage.ErrName
	case hasTemp(name):
		return fs.ErrNotExist
	}
	return nil
}

// maxName is the length of the longest name that anything is made under: that of
// the longest path which Linux takes. Names are resolved element by element here,
// so the system would not stop a client from nesting folders without end, and
// whatever walks such a tree (a count, a removal) takes the square of its depth.
const maxName = 4095

// checkNew says what is wrong with name, given to an operation that makes
// something of that name.
func checkNew(ctx context.Context, name string) error {
	err := checkOld(ctx, name)
	if err == fs.ErrNotExist || err == nil && len(name) > maxName {
		return storage.ErrName
	}
	return err
}

// CheckName implements storage.Namer.
func (d *FS) CheckName(ctx context.Context, name string) error {
	return storage.PathError("check", name, checkNew(ctx, name))
}

// key is what name is compared by.
func (d *FS) key(name string) string {
	if d.features.Has(storage.CaseFolding) {
		return strings.ToLower(name)
	}
	return name
}

// foldsCase looks for a name in root that has a letter, and for the same name
// in the other case. Nothing is written for it. An empty root is taken to be
// as file systems of this operating system usually are.
func foldsCase(root *os.Root) bool {
	f, err := root.Open(".")
	if err != nil {
		return usuallyFolds
	}
	defer f.Close()
	names, _ := f.Readdirnames(64)
	for _, name := range names {
		other := strings.ToUpper(name)
		if other == name {
			other = strings.ToLower(name)
		}
		if other == name {
			continue
		}
		a, err := root.Lstat(name)
		if err != nil {
			continue
		}
		b, err := root.Lstat(other)
		return err == nil && os.SameFile(a, b)
	}
	return usuallyFolds
}

// nameSet is a set of names that may be used concurrently.
type nameSet struct {
	mu sync.Mutex
	m  map[string]struct{}
}

// add reports whether name was not in the set yet.
func (s *nameSet) add(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.m[name]; ok {
		return false
	}
	if s.m == nil {
		s.m = make(map[string]struct{})
	}
	s.m[name] = struct{}{}
	return true
}

func (s *nameSet) remove(name string) {
	s.mu.Lock()
	delete(s.m, name)
	s.mu.Unlock()
}

func (s *nameSet) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.m[name]
	return ok
}
