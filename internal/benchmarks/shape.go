package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// A shape is what is copied.
type shape struct {
	Folders int // 0: the files are in the top one
	Files   int // in all
	Size    int64
}

// shapes are those of the rows, by name.
var shapes = map[string]shape{
	"flat": {0, 1000, 1 << 10},
	"tree": {100, 10_000, 1 << 10},
	"big":  {0, 1, 1 << 30},
}

// String says it in words.
func (s shape) String() string {
	text := report.Several(s.Files, "file") + " of " + report.Octets(s.Size)
	if s.Folders > 0 {
		text += " in " + report.Several(s.Folders, "folder")
	}
	return text
}

// fewer is the same shape with fewer files.
func (s shape) fewer(files int) shape {
	if files >= s.Files {
		return s
	}
	if s.Folders > 0 {
		s.Folders = max(1, s.Folders*files/s.Files)
		files = s.Folders * max(1, files/s.Folders)
	}
	s.Files = files
	return s
}

// names returns the names of the files, slash-separated.
func (s shape) names() []string {
	all := make([]string, s.Files)
	for i := range all {
		all[i] = fmt.Sprintf("file-%05d.bin", i)
		if s.Folders > 0 {
			all[i] = fmt.Sprintf("folder-%03d/%s", i*s.Folders/s.Files, all[i])
		}
	}
	return all
}

// contents returns what is in file i: no two files are alike.
func (s shape) contents(i int) io.Reader {
	var seed [32]byte
	copy(seed[:], fmt.Sprint(i))
	return io.LimitReader(rand.NewChaCha8(seed), s.Size)
}

// make writes the files below dir, which is made.
func (s shape) make(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for i, name := range s.names() {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, s.contents(i))
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// check says in what the files below dir are not those that were to be copied.
func (s shape) check(dir string) error {
	missing, different := 0, 0
	for i, name := range s.names() {
		switch same, err := s.same(i, filepath.Join(dir, filepath.FromSlash(name))); {
		case errors.Is(err, fs.ErrNotExist):
			missing++
		case err != nil:
			return err
		case !same:
			different++
		}
	}
	if missing+different > 0 {
		return fmt.Errorf("of %d files %d are missing and %d are not the same", s.Files, missing, different)
	}
	return nil
}

func (s shape) same(i int, name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != s.Size {
		return false, err
	}
	n := min(s.Size, 1<<20)
	got, want := make([]byte, n), make([]byte, n)
	r := s.contents(i)
	for left := s.Size; left > 0; left -= n {
		n = min(n, left)
		if _, err := io.ReadFull(f, got[:n]); err != nil {
			return false, err
		}
		if _, err := io.ReadFull(r, want[:n]); err != nil {
			return false, err
		}
		if !bytes.Equal(got[:n], want[:n]) {
			return false, nil
		}
	}
	return true, nil
}
