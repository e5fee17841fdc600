package soak

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// What is served, below the folder of the server: files to download, a folder to list, and
// one for uploads.
const (
	smallFiles = 64
	largeFiles = 8
	listed     = 200
	uploads    = "up"
	listing    = "list"
)

// contents are those of all files, which every process can make for itself: a window into
// the same random octets, that begins elsewhere for each.
type contents struct{ all []byte }

const windows = 1 << 20

// newContents returns those of files of largest octets at most.
func newContents(largest int64) contents {
	all := make([]byte, windows+largest)
	rand.NewChaCha8([32]byte{'f', 'e', 'r', 'r', 'y'}).Read(all)
	return contents{all}
}

// of returns the contents of the file with that number. Nobody may change them.
func (c contents) of(number uint64, size int64) []byte {
	from := int64(number * 4099 % windows) // a prime: no two that are near are alike
	return c.all[from : from+size : from+size]
}

func smallFile(i int) string { return fmt.Sprintf("files/small-%d", i) }
func largeFile(i int) string { return fmt.Sprintf("files/large-%d", i) }
func listedFile(i int) string {
	return fmt.Sprintf("entry-%03d", i)
}

// furnish makes what is served.
func furnish(dir string, o Options) error {
	for _, name := range []string{"files", listing, uploads} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	c := newContents(max(o.Small, o.Large))
	write := func(name string, data []byte) error {
		return os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o644)
	}
	for i := range smallFiles {
		if err := write(smallFile(i), c.of(uint64(i), o.Small)); err != nil {
			return err
		}
	}
	for i := range largeFiles {
		if err := write(largeFile(i), c.of(uint64(i), o.Large)); err != nil {
			return err
		}
	}
	for i := range listed {
		if err := write(listing+"/"+listedFile(i), nil); err != nil {
			return err
		}
	}
	return nil
}

// leftovers returns what is in the folder of a server that nobody has put there to stay.
func leftovers(dir string) ([]string, error) {
	var all []string
	for name, want := range map[string]int{".": 3, "files": smallFiles + largeFiles, listing: listed, uploads: 0} {
		entries, err := os.ReadDir(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if len(entries) == want {
			continue
		}
		for _, e := range entries {
			if !furniture(name, e.Name()) {
				all = append(all, filepath.Join(name, e.Name()))
			}
		}
		if len(entries) < want {
			all = append(all, fmt.Sprintf("%s, which has lost %d", name, want-len(entries)))
		}
	}
	return all, nil
}

// furniture reports whether an entry of a folder is one that furnish makes.
func furniture(dir, name string) bool {
	switch dir {
	case ".":
		return name == "files" || name == listing || name == uploads
	case uploads:
		return false
	}
	var i int
	for _, f := range []struct {
		format string
		n      int
	}{{"small-%d", smallFiles}, {"large-%d", largeFiles}, {"entry-%03d", listed}} {
		if _, err := fmt.Sscanf(name, f.format, &i); err == nil && i < f.n && fmt.Sprintf(f.format, i) == name {
			return true
		}
	}
	return false
}
