package attack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// links makes links in the root, in the place of what has these names.
func (w *world) links(targets map[string]string) {
	w.t.Helper()
	for name, target := range targets {
		name = filepath.Join(w.dir, name)
		if now, err := os.Readlink(name); err == nil && now == target {
			continue
		}
		check(w.t, os.RemoveAll(name))
		check(w.t, os.Symlink(target, name))
	}
}

// TestAttack03Symlinks: a link that leads out leads nowhere, whoever has made it and
// whatever stands behind it. One that stays inside is followed.
func TestAttack03Symlinks(t *testing.T) {
	t.Parallel()
	w := serve(t, everything)
	w.canary("cage")
	w.canary(".")
	links := map[string]string{
		"dir": "../cage", "deep": "sub/../../cage", "abs": filepath.Join(w.outer, "cage"), "file": "../canary",
		"absfile": filepath.Join(w.outer, "canary"), "chain": "link2", "link2": "dir", "up": "..", "root": "/", "proc": "/proc/self/cwd",
		"back": "../root/../cage", "none": "../nothing-yet", "loop": "loop",
	}
	c := w.login(t)
	for name := range links {
		c.confined(func() { w.links(links) }, name, name+"/canary", name+"/../canary")
	}
	w.write("root/inside/file", "within")
	w.links(map[string]string{"good": "inside"})
	if octets, r := c.get("RETR good/file"); octets != "within" || r.code != 226 {
		t.Errorf("a link that stays inside: %q, %v", octets, r)
	}
}

// TestAttack03SymlinkSwap: a folder that becomes a link, which leads out, and a folder
// again, over and over, lets nothing in or out at any moment: there is no time between
// the check and the use.
func TestAttack03SymlinkSwap(t *testing.T) {
	t.Parallel()
	w := serve(t, everything)
	w.canary("cage")
	w.write("root/real/canary", "inside\n")
	before := w.outside()
	moving := filepath.Join(w.dir, "moving")
	swapped := make(chan error, 1)
	go func() {
		swapped <- func() error {
			real, link := filepath.Join(w.dir, "real"), filepath.Join(w.dir, "link")
			for range few(10_000, 2000) {
				for _, step := range []func() error{
					func() error { return os.Symlink("../cage", link) },
					func() error { return os.Rename(link, moving) }, // a link, which leads out
					func() error { return os.Remove(moving) },
					func() error { return os.Rename(real, moving) }, // a folder, which may be used
					func() error { return os.Rename(moving, real) },
				} {
					if err := step(); err != nil {
						return err
					}
				}
			}
			return nil
		}()
	}()
	c := w.login(t)
	within, rounds := 0, 0
	for done := false; !done; rounds++ {
		select {
		case err := <-swapped:
			check(t, err)
			done = true
		default:
		}
		for _, line := range []string{
			"RETR moving/canary", "STOR moving/new", "APPE moving/canary", "MFMT 20010101000000 moving/canary",
			"SITE CHMOD 600 moving/canary", "LIST moving", "HASH moving/canary", "DELE moving/new", "SITE COPY moving/canary copied",
			"MKD moving/dir", "RMD moving/dir", "CWD moving", "MLST canary", "RETR canary", "CWD /",
		} {
			answer := c.exchange(line)
			if leak, leaked := partOf(answer, leaks); leaked {
				t.Fatalf("round %d: %s tells of the canary: %q", rounds, line, leak)
			}
			if strings.Contains(answer, "inside\n") {
				within++
			}
		}
		if after := w.outside(); after != before {
			t.Fatalf("round %d has changed what is outside:\n%s\nIt was\n%s", rounds, after, before)
		}
	}
	t.Logf("%d rounds, %d met the folder", rounds, within)
	if strings.Contains(w.read("root/real/canary"), "canary sings") {
		t.Error("the canary was copied into the root")
	}
}
