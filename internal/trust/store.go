// Package trust decides whether a server is the one that it should be: by pins, by
// the keys that were seen before, or by who vouches for its certificate.
package trust

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Store remembers the keys of servers in a file that people can read: a line for each
// server with its host, its port, the fingerprint of its key and the day. It may be
// used by several goroutines and several processes at once.
//
// What is not understood is an error, never no entry: a damaged file must not make
// every server a new one.
type Store struct {
	dir string // made when it is first written to
}

// NewStore returns the Store that is kept in a folder, which need not be there yet.
func NewStore(dir string) *Store { return &Store{dir} }

// Path is where the file is.
func (s *Store) Path() string { return filepath.Join(s.dir, "trusted") }

const header = "# The keys of FTP servers that ferry trusts: host, port, key, day. See: ferry trust -h"

// maxStore bounds what is read; it is room for some ten thousand servers.
const maxStore = 4 << 20

// List returns all entries in the order of the file.
func (s *Store) List() ([]Entry, error) {
	_, entries, err := s.read()
	return entries, err
}

// Find returns the entry of a server.
func (s *Store) Find(server Server) (e Entry, found bool, err error) {
	entries, err := s.List()
	if i := index(entries, server); err == nil && i >= 0 {
		return entries[i], true, nil
	}
	return e, false, err
}

func index(entries []Entry, server Server) int {
	return slices.IndexFunc(entries, func(e Entry) bool { return e.Server == server })
}

// Learn remembers the key of a server of which none is known. If there is an entry,
// it stays: it may be another's who came first. Learn returns the one that counts.
func (s *Store) Learn(e Entry) (Entry, error) {
	err := s.change(func(lines []string, entries []Entry) ([]string, error) {
		if i := index(entries, e.Server); i >= 0 {
			e = entries[i]
			return nil, nil
		}
		line, err := e.line()
		return append(lines, line), err
	})
	return e, err
}

// Set remembers the key of a server in place of the one before.
func (s *Store) Set(e Entry) error {
	return s.change(func(lines []string, _ []Entry) ([]string, error) {
		line, err := e.line()
		return append(without(lines, e.Server), line), err
	})
}

// Remove forgets a server. It reports whether it was known.
func (s *Store) Remove(server Server) (known bool, err error) {
	err = s.change(func(lines []string, entries []Entry) ([]string, error) {
		if known = index(entries, server) >= 0; !known {
			return nil, nil
		}
		return without(lines, server), nil
	})
	return known, err
}

// without returns the lines that are not about a server.
func without(lines []string, server Server) []string {
	return slices.DeleteFunc(lines, func(line string) bool {
		e, ok, _ := parseLine(line)
		return ok && e.Server == server
	})
}

// read returns the lines of the file and the entries that they are.
func (s *Store) read() (lines []string, entries []Entry, err error) {
	f, err := os.Open(s.Path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return nil, nil, fmt.Errorf("others can write to %s, so that it proves nothing: look at what it says, then chmod 600 it", s.Path())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxStore+1))
	if err != nil {
		return nil, nil, err
	}
	if len(text) > maxStore {
		return nil, nil, fmt.Errorf("%s is too large", s.Path())
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, line)
		e, ok, err := parseLine(line)
		if err == nil && ok && index(entries, e.Server) >= 0 {
			err = fmt.Errorf("a second line about %s", e.Server)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("line %d of %s: %w; correct it, or remove it", len(lines), s.Path(), err)
		}
		if ok {
			entries = append(entries, e)
		}
	}
	return lines, entries, nil
}
