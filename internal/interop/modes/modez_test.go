package modes_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestModeZWithLftp has lftp, which takes MODE Z by itself where it is offered,
// bring a folder to the server and fetch it again, and files on their own.
func TestModeZWithLftp(t *testing.T) {
	source, root := t.TempDir(), t.TempDir()
	size := int64(0)
	check(t, os.MkdirAll(filepath.Join(source, "folder", "below"), 0o755))
	for i := range 20 {
		var content []byte
		for j := range i * 400 {
			content = fmt.Appendf(content, "line %d of file %d\n", j*7919, i)
		}
		size += int64(len(content))
		name := filepath.Join("folder", []string{"", "below"}[i%2], fmt.Sprintf("file-%02d", i))
		check(t, os.WriteFile(filepath.Join(source, name), content, 0o644))
	}
	s := rig.ServeWith(t, root, func(c *ftpserver.Config) { c.ModeZ = true })
	script := strings.Join([]string{
		"set cmd:fail-exit yes", "set net:max-retries 2", "set net:timeout 20",
		fmt.Sprintf("open -u %s,%s %s", s.User, s.Password, s.URL("")),
		"mirror -R " + filepath.Join(source, "folder") + " folder",
		"mirror folder " + filepath.Join(source, "again"),
		"get folder/file-18 -o " + filepath.Join(source, "single"),
		"put " + filepath.Join(source, "single") + " -o single",
		"ls folder", "",
	}, "\n")
	rig.Run(t, rig.Invocation{Path: peers.Require(t, "lftp", "lftp"), Args: []string{"--norc", "-c", script}})
	for i := range 20 {
		name := filepath.Join([]string{"", "below"}[i%2], fmt.Sprintf("file-%02d", i))
		want, err := os.ReadFile(filepath.Join(source, "folder", name))
		check(t, err)
		for _, dir := range []string{filepath.Join(root, "folder"), filepath.Join(source, "again")} {
			got, err := os.ReadFile(filepath.Join(dir, name))
			check(t, err)
			if !bytes.Equal(got, want) {
				t.Errorf("%s in %s has %d octets, want %d", name, dir, len(got), len(want))
			}
		}
	}
	single, err := os.ReadFile(filepath.Join(root, "single"))
	check(t, err)
	if want, err := os.ReadFile(filepath.Join(source, "folder", "file-18")); err != nil || !bytes.Equal(single, want) {
		t.Errorf("the single file has %d octets, want %d (%v)", len(single), len(want), err)
	}

	used := false // by itself: it was not told to
	for _, e := range rig.These[ftpserver.Commanded](s.Log) {
		used = used || e.Verb == "MODE" && e.Arg == "Z" && e.Code.OK()
	}
	moved := map[string]int64{}
	for _, e := range rig.These[ftpserver.TransferEnded](s.Log) {
		moved[e.Verb] += e.Bytes
	}
	if !used {
		t.Error("lftp has not used MODE Z")
	}
	for _, verb := range []string{"STOR", "RETR"} {
		if n := moved[verb]; n == 0 || n > size/2 {
			t.Errorf("%s has moved %d octets of %d", verb, n, size)
		}
	}
}
