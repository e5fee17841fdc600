package serving

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// A material is a folder of files that are served. Their names are numbers from 0; no
// file is like another, so that nothing is found out to be the same.
type material struct {
	name  string // of the folder; "": there is none
	files int
	size  int64
}

// make makes the folder in dir, unless it is there.
func (m material) make(dir string) error {
	dir = filepath.Join(dir, m.name)
	if _, err := os.Stat(dir); err == nil || m.name == "" {
		return err
	}
	// A folder that was not finished is not to be taken for one that was.
	draft := dir + ".draft"
	if err := os.Mkdir(draft, 0o755); err != nil {
		return err
	}
	for i := range m.files {
		if err := random(filepath.Join(draft, strconv.Itoa(i)), m.size); err != nil {
			return err
		}
	}
	return errors.Join(os.Chmod(draft, 0o755), os.Rename(draft, dir))
}

// random writes a file that cannot be compressed.
func random(name string, size int64) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	buf := make([]byte, min(size, 1<<20))
	for left := size; left > 0 && err == nil; left -= int64(len(buf)) {
		buf = buf[:min(int64(len(buf)), left)]
		rand.Read(buf)
		_, err = f.Write(buf)
	}
	return errors.Join(err, f.Chmod(0o644), f.Close())
}

// fill writes so many octets to a file and removes it.
func fill(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	buf := make([]byte, 1<<20)
	for left := size; left > 0 && err == nil; left -= int64(len(buf)) {
		_, err = f.Write(buf)
	}
	return errors.Join(err, f.Close(), os.Remove(name))
}

// errLost says that an upload was confirmed and is not there, or not whole.
var errLost = errors.New("uploads were confirmed and are not whole")

// uploaded checks that so many files are in dir, each with so many octets, and removes
// them. One of them has to be a copy of a file; "" is of none.
func uploaded(dir string, files int64, size int64, of string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var whole int64
	for i, e := range entries {
		name := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Size() == size {
			whole++
		}
		if of != "" && i == 0 {
			if ok, err := same(name, of); err != nil || !ok {
				return errors.Join(errLost, err)
			}
		}
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	if whole != files {
		return fmt.Errorf("%w: %d of %d are", errLost, whole, files)
	}
	return nil
}

// same reports whether two files have the same contents.
func same(a, b string) (bool, error) {
	f, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer g.Close()
	x, y := make([]byte, 1<<20), make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(f, x)
		m, _ := io.ReadFull(g, y)
		if err != nil || !bytes.Equal(x[:n], y[:m]) {
			return bytes.Equal(x[:n], y[:m]), end(err)
		}
	}
}

// end is nil where a file has ended.
func end(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
