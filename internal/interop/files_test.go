package interop_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestFileCommandsWithFtplib has Python's ftplib use the commands about files
// that RFC 959 does not have, and hashlib and zlib check what they answer.
func TestFileCommandsWithFtplib(t *testing.T) {
	root := t.TempDir()
	s := rig.ServeWith(t, root, nil)
	script, err := filepath.Abs("testdata/files.py")
	check(t, err)
	rig.Run(t, rig.Invocation{
		Path: peers.Require(t, "/usr/bin/python3", "python3"),
		Args: []string{"-I", script, s.Host, strconv.Itoa(s.Port), s.User, s.Password, root},
	})
}

// TestFileCommandsWithCurl has curl send them one after the other, as people do
// from scripts; it fails at the first that is refused.
func TestFileCommandsWithCurl(t *testing.T) {
	root := t.TempDir()
	check(t, os.WriteFile(filepath.Join(root, "f"), []byte("content"), 0o644))
	s := rig.ServeWith(t, root, nil)
	args := []string{"--disable", "--silent", "--show-error", "--max-time", "30", "--user", s.User + ":" + s.Password, "--head"}
	for _, line := range []string{
		"HASH f", "OPTS HASH CRC32", "HASH f", "XSHA256 f", "MD5 f", "CPFR f", "CPTO g", "SITE COPY f h", "SITE MKDIR a/b/c",
		"CPFR a", "CPTO d", `COMB "all" "g" "h"`, "SITE RMDIR a", "SITE SYMLINK all link", "DSIZ /", "TYPE I", "RANG 0 1",
	} {
		args = append(args, "--quote", line)
	}
	rig.Run(t, rig.Invocation{Path: peers.Require(t, "curl", "curl"), Args: append(args, s.URL(""))})
	for name, want := range map[string]string{"f": "content", "all": "contentcontent", "link": "contentcontent"} {
		got, err := os.ReadFile(filepath.Join(root, name))
		check(t, err)
		if string(got) != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]bool{"g": false, "h": false, "a": false, "d/b/c": true} {
		if _, err := os.Stat(filepath.Join(root, name)); (err == nil) != want {
			t.Errorf("%s: %v, want it to be there: %v", name, err, want)
		}
	}
}
