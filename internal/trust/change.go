package trust

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// change has f make new lines out of those that there are; nil changes nothing. No
// other process changes the file meanwhile, and whoever reads it finds the old one or
// the new one whole.
func (s *Store) change(f func(lines []string, entries []Entry) ([]string, error)) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(s.dir, "trusted.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	lines, entries, err := s.read()
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		lines = []string{header}
	}
	lines, err = f(lines, entries)
	if err != nil || lines == nil {
		return err
	}
	return replace(s.Path(), strings.Join(lines, "\n")+"\n")
}

// replace puts a text into the place of a file, readable by its owner alone. It is on
// the disk when replace returns.
func replace(path, text string) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".trusted-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if _, err = f.WriteString(text); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, derr := os.Open(dir); derr == nil {
		_ = d.Sync() // some systems cannot; the name is then there soon
		d.Close()
	}
	return nil
}

// lock waits for the lock that keeps other processes from changing the file. Where the
// file system has no locks it goes on without: two changes at the same time may then
// become one.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	_ = flock(f)
	return func() { f.Close() }, nil // which gives the lock back
}
