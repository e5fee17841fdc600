package shell

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// How many lines a history keeps, and how long they may be.
const (
	maxHistory = 1000
	maxLine    = 4096
)

// History is the lines that were typed, kept in a file that nobody else can read.
type History struct {
	path  string
	lines []string
}

// OpenHistory reads the history of a file, which need not be there, and cuts what has
// become too long of it.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		return h, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if line := in.Text(); keeps(line) {
			h.lines = append(h.lines, line)
		}
	}
	if err := in.Err(); err != nil {
		return h, err
	}
	if len(h.lines) > 2*maxHistory {
		h.lines = h.lines[len(h.lines)-maxHistory:]
		return h, h.rewrite()
	}
	return h, nil
}

// keeps reports whether a line can be in a history: an editor brings it back whole, and
// a terminal bears it.
func keeps(line string) bool {
	return strings.TrimSpace(line) != "" && len(line) <= maxLine && utf8.ValidString(line) && !strings.ContainsFunc(line, hidden)
}

// Lines returns what was typed, oldest first.
func (h *History) Lines() []string { return h.lines }

// Add adds a line, unless it is the last one again. It reports whether it did.
func (h *History) Add(line string) (added bool, err error) {
	if !keeps(line) || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return false, nil
	}
	h.lines = append(h.lines, line)
	f, err := os.OpenFile(h.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return true, err
	}
	_, err = f.WriteString(line + "\n")
	return true, errors.Join(err, f.Close())
}

// Clear forgets all of it.
func (h *History) Clear() error {
	h.lines = nil
	return h.rewrite()
}

// rewrite writes the file anew, all or nothing.
func (h *History) rewrite() error {
	f, err := os.CreateTemp(filepath.Dir(h.path), "history-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(append(h.lines, ""), "\n"))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), h.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
