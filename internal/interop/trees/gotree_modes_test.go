package trees_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestGoTreeModes moves Go's source tree in every mode but the one that
// TestGoTreeByFerry moves it in, by ferry's own program from and to ferry's server.
// Down goes all of it; up goes as much as takes a bearable time.
func TestGoTreeModes(t *testing.T) {
	rig.NotShort(t, "moves more than ten thousand files several times")
	t.Parallel()
	p := rig.NewProgram(t)
	whole := rig.GoTree(t)
	part := filepath.Join(whole, "net")
	for _, mode := range []string{"B", "C", "Z"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			moveTree(t, p, whole, part, "--mode", mode)
		})
	}
}

// TestGoTextModes does so with the texts of the tree, as texts.
func TestGoTextModes(t *testing.T) {
	rig.NotShort(t, "moves thousands of files several times")
	t.Parallel()
	p := rig.NewProgram(t)
	texts := scratch(t)
	copyTexts(t, rig.GoTree(t), texts)
	part := filepath.Join(texts, "net")
	t.Run("A", func(t *testing.T) {
		t.Parallel()
		moveTree(t, p, texts, part, "--type", "A")
	})
	t.Run("E R B", func(t *testing.T) {
		t.Parallel()
		moveTree(t, p, texts, part, "--type", "E", "--stru", "R", "--mode", "B")
	})
}

// moveTree downloads one directory and uploads another.
func moveTree(t *testing.T, p rig.Program, down, up string, flags ...string) {
	t.Helper()
	set := func(c *ftpserver.Config) { c.ModeZ, c.ASCII = true, ftp.CRNVT }
	got, back := scratch(t), scratch(t)
	from := rig.Serve(t, peers.IPv4, rig.Served{Root: down, Can: ftpserver.ReadOnly, Set: set})
	begun := time.Now()
	rig.Run(t, p.Invoke(from.Target, append([]string{"get", "-r", "--sync", "never", from.URL(""), got}, flags...)...))
	t.Logf("fetched in %v", time.Since(begun))
	rig.SameTree(t, got, down)

	to := rig.ServeWith(t, back, set)
	begun = time.Now()
	rig.Run(t, p.Invoke(to.Target, append([]string{"put", "-r", up, to.URL("")}, flags...)...))
	t.Logf("put in %v", time.Since(begun))
	rig.SameTree(t, back, up)
}

// copyTexts copies the files of a tree that are texts: every line of them ends in
// LF alone.
func copyTexts(t *testing.T, from, to string) {
	t.Helper()
	check(t, filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		if !d.Type().IsRegular() || !strings.HasSuffix(rel, ".go") && !strings.HasSuffix(rel, ".s") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || bytes.Contains(text, []byte("\r\n")) {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o666)
	}))
}
