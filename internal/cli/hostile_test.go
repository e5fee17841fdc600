package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// What a server must not be able to do to whoever runs ferry: each attack against the
// command line as it is, from a real port, in the clear and under TLS.

// bothWays runs a test in the clear and under TLS.
func bothWays(t *testing.T, f func(t *testing.T, with func(*fake) *fake)) {
	t.Run("clear", func(t *testing.T) {
		atHome(t)
		f(t, func(s *fake) *fake { return startFake(t, s) })
	})
	t.Run("TLS", func(t *testing.T) {
		atHome(t)
		var all []*fake
		f(t, func(s *fake) *fake {
			s.cert = mint.Cert{}.Make()
			all = append(all, startFake(t, s))
			return s
		})
		for _, s := range all {
			if s.got("AUTH") == 0 {
				t.Error("there was no TLS")
			}
		}
	})
}

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// under lists all that is in a folder, links as links.
func under(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, path); rel != "." {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// hostileNames are names that lead elsewhere, or that are more than names.
var hostileNames = []string{
	"../canary", "../../canary", "..", ".", "/etc/canary", "a/../../canary", "./canary", "sub/canary", "//canary",
	"nul\x00canary", "cr\rcanary", "..\x00",
}

// oddNames are names that a Unix has room for, and a terminal has not.
var oddNames = []string{
	"\x1b]0;owned\x07", "\x1b[2J\x1b[H", "tab\tname", "\x7f\x08\x08", "\u202egnp.exe", "\u009b31m", " ", "-rf", "~", "%2e%2e", "....", "CON", "nul.txt",
	"C:evil", `..\canary`, `\\host\share`,
}

func TestHostileNames(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		var list strings.Builder
		files := map[string]string{"good": "good"}
		for _, name := range append(append([]string{"good"}, hostileNames...), oddNames...) {
			fmt.Fprintf(&list, "type=file;size=4;modify=20260102030405; %s\r\n", name)
			files[name], files["tree/"+name] = "evil", "evil"
			fmt.Fprintf(&list, "type=dir;modify=20260102030405; %s\r\n", "d"+name)
		}
		f := startWith(start, &fake{listing: map[string]string{"tree": list.String()}, files: files})
		outside := t.TempDir()
		for _, place := range []string{"canary", "in/canary"} {
			mustWrite(t, filepath.Join(outside, place), "alive")
		}
		dst := filepath.Join(outside, "in", "dst")
		code, stdout, stderr := ferry(t, "get", "-r", f.url("ftp", "tree"), dst)
		if code == exitOK {
			t.Errorf("a tree of hostile names was copied whole:\n%s", stderr)
		}
		if strings.ContainsAny(stdout+stderr, "\x1b\x07\x08\x00\r\u202e\u009b") {
			t.Errorf("control characters reach the terminal: %q", stdout+stderr)
		}
		for _, place := range []string{"canary", "in/canary"} {
			if got := mustRead(t, filepath.Join(outside, place)); got != "alive" {
				t.Errorf("%s was overwritten: %q", place, got)
			}
		}
		if got := mustRead(t, filepath.Join(dst, "good")); got != "evil" {
			t.Errorf("the good file: %q", got)
		}
		for _, name := range under(t, outside) {
			if name != "canary" && name != "in" && name != "in/canary" && name != "in/dst" && !strings.HasPrefix(name, "in/dst/") {
				t.Errorf("made outside: %q", name)
			}
		}
		if runtime.GOOS == "linux" {
			for _, name := range oddNames {
				if got := mustRead(t, filepath.Join(dst, name)); got != "evil" {
					t.Errorf("%q is a name like any other on Linux: %q", name, got)
				}
			}
		}
	})
}

func startWith(start func(*fake) *fake, f *fake) *fake {
	if _, ok := f.files["tree/good"]; !ok && f.files["good"] != "" {
		f.files["tree/good"] = "evil"
	}
	return start(f)
}

// TestHostileTerminal shows every place where a server's words are shown to people.
func TestHostileTerminal(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		const esc = "\x1b]0;owned\x07\x1b[2J\u202e"
		f := start(&fake{
			files:   map[string]string{"x": "x"},
			listing: map[string]string{"": "type=file;size=1;unix.owner=" + esc + "; " + esc + "\r\n"},
			on: map[string]func(*fakeConn, string) bool{
				"SYST": func(c *fakeConn, _ string) bool { c.say("215 UNIX " + esc); return true },
				"FEAT": func(c *fakeConn, _ string) bool { c.say("211-F\r\n X" + esc + " y" + esc + "\r\n211 End"); return true },
				"PASS": func(c *fakeConn, _ string) bool { c.say("230-" + esc + "\r\n230 " + esc); return true },
				"DELE": func(c *fakeConn, _ string) bool { c.say("550 " + esc); return true },
				"SITE": func(c *fakeConn, _ string) bool { c.say("550-" + esc + "\r\n550 " + esc); return true },
			},
		})
		for _, args := range [][]string{
			{"features", f.url("ftp", "")}, {"features", "--json", f.url("ftp", "")}, {"ls", "-v", f.url("ftp", "")}, {"ls", "--json", f.url("ftp", "")},
			{"stat", f.url("ftp", "x")}, {"rm", f.url("ftp", "x")}, {"get", "-v", f.url("ftp", "x"), filepath.Join(t.TempDir(), "x")},
		} {
			_, stdout, stderr := ferry(t, args...)
			shown := stderr
			if args[0] != "ls" || args[1] == "--json" { // what ls writes into a file is exact
				shown += stdout
			}
			if strings.ContainsAny(shown, "\x1b\x07\u202e") && !strings.Contains(args[1], "json") || strings.ContainsAny(shown, "\x1b\x07") {
				t.Errorf("%v: control characters reach the terminal: %q", args, shown)
			}
		}
	})
}

// A server that offers a link, and then a file below it, wants to write where the link
// leads to.
func TestHostileLinkEntry(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		outside := t.TempDir()
		mustWrite(t, filepath.Join(outside, "canary"), "alive")
		for _, kind := range []string{"OS.unix=slink:" + outside, "OS.unix=symlink", "slink", "dir"} {
			f := start(&fake{
				listing: map[string]string{
					"tree":      "type=" + kind + "; link\r\ntype=dir; link\r\ntype=OS.unix=slink:" + outside + "/canary; canary\r\ntype=file;size=4; canary\r\n",
					"tree/link": "type=file;size=4; canary\r\n",
				},
				files: map[string]string{"tree/link/canary": "evil", "tree/canary": "evil"},
			})
			dst := filepath.Join(t.TempDir(), "dst")
			ferry(t, "get", "-r", f.url("ftp", "tree"), dst)
			for _, name := range under(t, dst) {
				if info, err := os.Lstat(filepath.Join(dst, name)); err != nil || info.Mode()&os.ModeSymlink != 0 {
					t.Errorf("%s: a link was made: %v, %v", kind, name, err)
				}
			}
			if got := mustRead(t, filepath.Join(outside, "canary")); got != "alive" {
				t.Fatalf("%s: the file behind the link was overwritten: %q", kind, got)
			}
		}
	})
}

// Links that somebody has planted in the folder that is downloaded to lead nowhere.
func TestHostilePlantedLinks(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		big := strings.Repeat("evil", 64<<10) // goes by way of a part
		f := start(&fake{
			listing: map[string]string{
				"tree":     "type=dir; dir\r\ntype=file;size=4; file\r\n" + fmt.Sprintf("type=file;size=%d; big\r\n", len(big)),
				"tree/dir": "type=file;size=4; canary\r\n",
			},
			files: map[string]string{"tree/dir/canary": "evil", "tree/file": "evil", "tree/big": big},
		})
		outside, dst := t.TempDir(), t.TempDir()
		mustWrite(t, filepath.Join(outside, "canary"), "alive")
		for link, to := range map[string]string{"dir": "", "file": "canary", "big": "canary", "big.ferry-part": "canary", "big.ferry-part.json": "canary"} {
			if err := os.Symlink(filepath.Join(outside, to), filepath.Join(dst, link)); err != nil {
				t.Skip(err)
			}
		}
		for range 2 {
			ferry(t, "get", "-r", f.url("ftp", "tree"), dst)
			ferry(t, "get", f.url("ftp", "tree/file"), filepath.Join(dst, "file"))
		}
		if got := mustRead(t, filepath.Join(outside, "canary")); got != "alive" {
			t.Errorf("the file behind the link was overwritten: %.20q", got)
		}
		if names := under(t, outside); len(names) != 1 {
			t.Errorf("made outside: %q", names)
		}
	})
}

// A folder that turns into a link, and back, while it is written into.
func TestHostileLinkRace(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		list, files := "", map[string]string{}
		for i := range 40 {
			list += fmt.Sprintf("type=file;size=4; f%d\r\n", i)
			files[fmt.Sprintf("tree/dir/f%d", i)] = "evil"
		}
		f := start(&fake{listing: map[string]string{"tree": "type=dir; dir\r\n", "tree/dir": list}, files: files})
		outside, dst := t.TempDir(), t.TempDir()
		dir, aside := filepath.Join(dst, "dir"), filepath.Join(dst, "aside")
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		var over atomic.Bool
		ended, turns := make(chan struct{}), 0
		go func() {
			defer close(ended)
			for ; !over.Load(); turns++ {
				os.Rename(dir, aside)
				os.Symlink(outside, dir)
				os.Remove(dir)
				os.Rename(aside, dir)
			}
		}()
		for range 5 {
			ferry(t, "get", "-r", "--restart", "--sync", "never", f.url("ftp", "tree"), dst)
		}
		over.Store(true)
		<-ended
		if names := under(t, outside); len(names) > 0 {
			t.Errorf("after %d turns %d files were written outside, as %q", turns, len(names), names[0])
		}
	})
}
