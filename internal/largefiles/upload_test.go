package largefiles

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// inbox is a folder that everybody may write to.
const inbox = "inbox"

// inboxIn makes one.
func inboxIn(t *testing.T, root string) string {
	t.Helper()
	dir := filepath.Join(root, inbox)
	check(t, os.Mkdir(dir, 0o777))
	check(t, os.Chmod(dir, 0o777)) // whatever the umask
	return dir
}

// TestUpload stores a file in segments where the server combines them, and in one piece
// elsewhere.
func TestUpload(t *testing.T) {
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			target := s.start(t)
			dir := inboxIn(t, target.Root)
			j := job{Server: target, Folder: inbox, Dir: t.TempDir(), Up: true}
			want := sow(t, j.Dir)
			for _, j.Segments = range []int{1, 4} {
				check(t, os.RemoveAll(filepath.Join(dir, name)))
				res, err := j.run(t.Context())
				check(t, err)
				wantSame(t, dir, want)
				if len(res.notes) > 0 {
					t.Errorf("%d segments: told %q", j.Segments, res.notes)
				}
				if n := res.wrote.Load(); n != size {
					t.Errorf("%d segments: %d octets went over", j.Segments, n)
				}
			}
		})
	}
}

// settle waits until a server has ended the sessions of a client that was killed: what it
// has then of what was sent is all that it will ever have.
func settle(t *testing.T, port int) {
	t.Helper()
	const minute = 600
	for range minute {
		if sessions(t, port) == 0 {
			return
		}
		<-time.After(100 * time.Millisecond)
	}
	t.Fatalf("after a minute the server still has %d sessions", sessions(t, port))
}

// sum is how many octets of the file a server has, in one piece or in parts.
func sum(t *testing.T, dir string) (n int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		info, err := e.Info()
		check(t, err)
		if strings.HasPrefix(e.Name(), name) {
			n += info.Size()
		}
	}
	return n
}

// sessions counts the control connections that a server on this computer has not closed.
func sessions(t *testing.T, port int) (n int) {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skipf("the connections of a server are counted by the kernel of Linux: %v", err)
	}
	const established, closeWait = "01", "08"
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line) // number, local address, remote one, state, ...
		if len(fields) < 4 || !strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) {
			continue
		}
		if fields[3] == established || fields[3] == closeWait {
			n++
		}
	}
	return n
}

// TestUploadKilled kills the client in the middle: what had arrived does not go over
// again.
func TestUploadKilled(t *testing.T) {
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			target := s.start(t)
			dir := inboxIn(t, target.Root)
			for _, segments := range []int{1, 4} {
				for _, temp := range []bool{false, true} {
					const first = size * 2 / 3
					check(t, os.RemoveAll(filepath.Join(dir, name)))
					j := job{Server: target, Folder: inbox, Dir: t.TempDir(), Up: true, Segments: segments, Temp: temp, Die: first}
					want := sow(t, j.Dir)
					j.killed(t)
					settle(t, target.Port)
					// What still stood in the buffers of the kernel is lost where a server
					// notices first that the session is gone: how much that is, is the
					// server's affair. What it has stored is not to be sent again.
					stored := sum(t, dir)
					if stored == 0 {
						t.Fatalf("%d segments: nothing had arrived", segments)
					}
					j.Die, j.Goes = 0, true
					res, err := j.run(t.Context())
					check(t, err)
					wantSame(t, dir, want)
					if again := res.wrote.Load() - (size - stored); again != 0 {
						t.Errorf("%d segments: %d octets of %d went over again, told %q", segments, again, stored, res.notes)
					}
				}
			}
		})
	}
}
