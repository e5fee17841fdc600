package interop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

var longAgo = time.Date(2003, 4, 5, 6, 7, 8, 0, time.UTC)

// wantTime fails unless the file on the server's disk has the time longAgo, and a
// client has set it by MFMT.
func wantTime(t testing.TB, s *rig.Server, file string) {
	t.Helper()
	info, err := os.Stat(file)
	check(t, err)
	if !info.ModTime().Equal(longAgo) {
		t.Errorf("the file is of %v, want %v", info.ModTime().UTC(), longAgo)
	}
	for _, c := range rig.These[ftpserver.Commanded](s.Log) {
		if c.Verb == "MFMT" && c.Code.OK() {
			return
		}
	}
	t.Error("no MFMT succeeded")
}

// TestTimeByCurl sets the time of what curl has just stored.
func TestTimeByCurl(t *testing.T) {
	root, local := t.TempDir(), filepath.Join(t.TempDir(), "f")
	check(t, os.WriteFile(local, []byte("content"), 0o644))
	s := rig.ServeWith(t, root, nil)
	rig.Run(t, rig.Invocation{Path: peers.Require(t, "curl", "curl"), Args: []string{
		"--disable", "--silent", "--show-error", "--max-time", "30", "--user", s.User + ":" + s.Password,
		"--upload-file", local, "--quote", "-MFMT 20030405060708 f", s.URL("f"),
	}})
	wantTime(t, s, filepath.Join(root, "f"))
}

// TestTimeByLftp has lftp, which finds MFMT in FEAT, keep the times of what it
// mirrors.
func TestTimeByLftp(t *testing.T) {
	root, local := t.TempDir(), t.TempDir()
	check(t, os.WriteFile(filepath.Join(local, "f"), []byte("content"), 0o644))
	check(t, os.Chtimes(filepath.Join(local, "f"), longAgo, longAgo))
	s := rig.ServeWith(t, root, nil)
	script := strings.Join([]string{
		"set cmd:fail-exit yes", "set net:max-retries 2", "set net:timeout 20",
		fmt.Sprintf("open -u %s,%s %s", s.User, s.Password, s.URL("")),
		"mirror -R " + local + " up", "",
	}, "\n")
	rig.Run(t, rig.Invocation{Path: peers.Require(t, "lftp", "lftp"), Args: []string{"--norc", "-c", script}})
	wantTime(t, s, filepath.Join(root, "up", "f"))
}
