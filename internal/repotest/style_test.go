package repotest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// maxLines is for tests as well. A file that comes near it has more than one
// idea in it.
const maxLines = 600

func TestFileLength(t *testing.T) {
	for _, f := range files(t) {
		if n := f.lines(); n > maxLines {
			t.Errorf("%s has %d lines; at most %d can be read in one go", f.name, n, maxLines)
		}
	}
}

func TestPackageComments(t *testing.T) {
	documented := make(map[string]int) // files with a comment, by directory
	for _, f := range files(t) {
		if f.external() {
			continue
		}
		documented[f.dir] += 0
		if f.doc {
			documented[f.dir]++
		}
	}
	for dir, n := range documented {
		if n != 1 {
			t.Errorf("%d files of %s have a package comment, want exactly one", n, dir)
		}
	}
}

// A test that waits for real time is slow or flaky, and mostly both.
func TestNoSleepInTests(t *testing.T) {
	sleep := regexp.MustCompile(`\btime\.Sleep\(`)
	for _, f := range files(t) {
		if f.test && !f.imported("testing/synctest") && sleep.Match(f.source) {
			t.Errorf("%s sleeps, and not in a testing/synctest bubble", f.name)
		}
	}
}

// Work that is left undone belongs in an issue, where someone will see it.
func TestNothingLeftUndone(t *testing.T) {
	undone := regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}, "|") + `)\b`)
	for _, f := range files(t) {
		for i, line := range strings.Split(string(f.source), "\n") {
			if _, comment, ok := strings.Cut(line, "//"); ok && undone.MatchString(comment) {
				t.Error(place(f, i+1), strings.TrimSpace(line))
			}
		}
	}
}

// A warning that is silenced in the code is either wrong, and then the check
// should go, or right, and then the code should.
func TestNoLintDirectives(t *testing.T) {
	directive := regexp.MustCompile(`//(nolint|lint:ignore|lint:file-ignore)\b`)
	for _, f := range files(t) {
		if f.dir == "internal/repotest" {
			continue
		}
		for i, line := range strings.Split(string(f.source), "\n") {
			if directive.MatchString(line) {
				t.Error(place(f, i+1), strings.TrimSpace(line))
			}
		}
	}
}

// What comes from a server is written through storage/disk, and so through os.Root: a
// name that the server makes up, or a link that somebody has planted, then leads nowhere
// else. MkdirAll makes the folder that the user names.
func TestClientWritesThroughRoot(t *testing.T) {
	write := regexp.MustCompile(`\bos\.(Create|CreateTemp|OpenFile|WriteFile|Rename|Remove|RemoveAll|Symlink|Link|Mkdir|Chmod|Chown|Chtimes|Truncate)\(`)
	for _, f := range files(t) {
		if f.test || f.dir != "ftpclient" && f.dir != "internal/transfer" && f.dir != "internal/cli" {
			continue
		}
		for i, line := range strings.Split(string(f.source), "\n") {
			if write.MatchString(line) {
				t.Error(place(f, i+1), strings.TrimSpace(line))
			}
		}
	}
}

func place(f *file, line int) string { return fmt.Sprintf("%s:%d:", f.name, line) }
