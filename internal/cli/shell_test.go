package cli

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/shell"
)

func TestBelow(t *testing.T) {
	for _, tt := range []struct{ dir, text, want string }{
		{".", "a", "a"}, {".", "/", "."}, {".", "..", "."}, {".", "../../a", "a"},
		{"a/b", "c", "a/b/c"}, {"a/b", "..", "a"}, {"a/b", "../..", "."}, {"a/b", "../../..", "."}, {"a/b", "../c/./d//", "a/c/d"},
		{"a/b", "/c", "c"}, {"a/b", "/../c", "c"}, {"a/b", ".", "a/b"}, {"a/b", "...", "a/b/..."}, {"a", "\xff b", "a/\xff b"},
	} {
		if got := below(tt.dir, tt.text); got != tt.want {
			t.Errorf("%s in %s is %s, want %s", tt.text, tt.dir, got, tt.want)
		}
	}
}

func TestHasSecret(t *testing.T) {
	for line, want := range map[string]bool{
		"ls": false, "get a:b c@d": false, "get two@words 'a:b'": false, "open ftp://bob@host/": false, "open -u bob host": false, "user bob": false,
		"quote NOOP": false, "cd ~/passwords": false, "open ftp://host:2121/a@b": true, // rather one too many
		"open ftp://bob:hush@host/": true, "open 'ftp://bob:hu sh@host/'": true, "open bob:hush@host": true, "open -u bob,hush host": true, "open -ubob,hush host": true,
		"user bob hush": true, "ls; user bob hush": true, "ls && quote PASS hush": true, "quote 'pass hush'": true, "site x; quote ACCT y": true,
		"queue 'open ftp://bob:hush@host/'": true, "bookmark add x ftp://bob:hush@host/": true, "!curl ftp://bob:hush@host/": true,
		"open 'ftp://bob:hush@host": true, "user bob 'hush": true, "open -u bob,'hush": true, "queue 'user bob hush'": true, "queue \"open -u bob,hush host\"": true,
	} {
		if got := hasSecret(line); got != want {
			t.Errorf("%q has a secret: %v, want %v", line, got, want)
		}
	}
}

// TestShellTable sees that the commands are told apart, and that help and completion can
// do with them.
func TestShellTable(t *testing.T) {
	seen := make(map[string]bool)
	for _, g := range shellGroups() {
		for _, c := range g.commands {
			for name := range strings.FieldsSeq(c.names) {
				if seen[name] {
					t.Errorf("there are two commands %s", name)
				}
				seen[name] = true
			}
			if c.run == nil || !strings.HasSuffix(c.help, ".") || c.more != "" && !strings.HasSuffix(c.more, ".") {
				t.Errorf("%s is not complete", c.name())
			}
			if c.max != 0 && c.complete == "" {
				t.Errorf("%s takes words, and does not say which", c.name())
			}
			for _, letter := range strings.ReplaceAll(c.opts, ":", "") {
				if !strings.Contains(c.args, "-"+string(letter)) && !strings.Contains(c.args, string(letter)) && !strings.Contains(c.more, "-"+string(letter)) {
					t.Errorf("%s does not tell of -%c", c.name(), letter)
				}
			}
		}
	}
	for name := range strings.FieldsSeq("open close user pwd cd lcd lpwd ls dir nlist cls cat get put mget mput mirror reget reput rm mrm rmdir mkdir mv cp chmod ln touch stat du find size hash type ascii binary quote site help ? set verbose trace progress limit-rate bookmark history exit quit bye queue jobs wait fg kill source") {
		if !seen[name] {
			t.Errorf("there is no command %s", name)
		}
	}
}

func TestShellOptions(t *testing.T) {
	c := &shellCommand{names: "x", opts: "rO:", max: 2}
	for line, want := range map[string]string{
		"x": "", "x a b": "a b", "x a b c": "error", "x -r a": "r=; a", "x a -r": "r=; a", "x -- -r": "-r", "x - a": "- a", "x -q": "error",
		"x -O d a": "O=d; a", "x -Od a": "O=d; a", "x -rO d": "O=d; r=;", "x -O": "error", "x -rx": "error", "x -O -r": "O=-r;", "x -:": "error",
	} {
		script, err := shell.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.parse(script[0].Commands[0].Words)
		got := "error"
		if err == nil {
			var all []string
			for letter, value := range a.opts {
				all = append(all, string(rune(letter))+"="+value+";")
			}
			slices.Sort(all)
			for _, w := range a.words {
				all = append(all, w.Text)
			}
			got = strings.Join(all, " ")
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", line, got, want)
		}
	}
}

func TestKindAt(t *testing.T) {
	for _, tt := range []struct {
		complete string
		at       int
		kind     byte
		choice   string
	}{
		{"r", 0, 'r', ""}, {"r", 5, 'r', ""}, {"rl", 1, 'l', ""}, {"rl", 7, 'l', ""}, {"", 0, 0, ""},
		{"/a b/c", 0, '/', "a b"}, {"/a b/c", 1, 'c', ""}, {"/a b/", 3, '/', "a b"},
	} {
		if kind, choice := kindAt(tt.complete, tt.at); kind != tt.kind || strings.Join(choice, " ") != tt.choice {
			t.Errorf("%q at %d is %c %q", tt.complete, tt.at, kind, choice)
		}
	}
}

// TestGate sees that what is written while a line is edited comes afterwards, in order,
// and that there is an end to what is kept.
func TestGate(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var g gate
	w, size := g.to(f), func() int64 {
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	w.Write([]byte("one\n"))
	g.hold()
	w.Write([]byte("two\n"))
	w.Write([]byte("three\n"))
	if size() != 4 {
		t.Errorf("%d octets came while the gate was shut", size())
	}
	g.release()
	got, err := os.ReadFile(f.Name())
	if err != nil || string(got) != "one\ntwo\nthree\n" {
		t.Errorf("what came is %q, %v", got, err)
	}
	g.hold()
	for range 100 {
		w.Write(make([]byte, 10_000))
	}
	if g.size > maxKept {
		t.Errorf("%d octets are kept back", g.size)
	}
}

// TestLoginOfOthers sees that what the command line says of logging in goes to no other
// server than the first.
func TestLoginOfOthers(t *testing.T) {
	atHome(t)
	t.Setenv("FERRY_PASSWORD", "hush")
	parse := func(raw string) remoteURL {
		u, err := parseURL(raw)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	sh := &ferryShell{flags: remoteFlags{loginFlags: loginFlags{User: "bob"}, VirtualHost: "v", Timeout: 1, Stall: 1}}
	s, _ := capture(t)
	for _, tt := range []struct{ url, user, password string }{
		{"ftp://first/", "bob", "hush"},
		{"ftp://first/x", "bob", "hush"},
		{"ftp://other/", "", ""},
		{"ftp://eve@other/", "eve", "none"},
		{"ftp://bob@other/", "bob", "none"},
		{"ftp://first:2121/", "", ""},
		{"ftp://eve@first/", "eve", "none"},
		{"ftp://first/", "bob", "hush"},
	} {
		u := parse(tt.url)
		f := sh.flagsFor(u)
		who, err := f.loginFor(t.Context(), s, u)
		if err != nil {
			who.password = "none"
		}
		if who.user != tt.user || who.password != tt.password {
			t.Errorf("%s is logged in to by %q with %q; want %q with %q", tt.url, who.user, who.password, tt.user, tt.password)
		}
		if other := u.Addr() != sh.first.Addr(); other == (f.VirtualHost == "v") {
			t.Errorf("%s is asked to be %q", tt.url, f.VirtualHost)
		}
	}
}

func TestPrompt(t *testing.T) {
	e := &shellEnv{dir: "."}
	if got := e.prompt(); got != "ferry> " {
		t.Errorf("without a server: %q", got)
	}
	e.site = &site{url: remoteURL{Host: "host", User: "bob"}, home: "home/bob", absolute: true}
	for dir, want := range map[string]string{
		".": "bob@host:/> ", "home/bob": "bob@host:~> ", "home/bob/a b": "bob@host:~/a b> ", "home/bobby": "bob@host:/home/bobby> ",
		"home/bob/\x1b[31m": `bob@host:~/\x1b[31m> `,
	} {
		e.dir = dir
		if got := e.prompt(); got != want {
			t.Errorf("in %q: %q, want %q", dir, got, want)
		}
	}
	e.dir = strings.Repeat("漢", 100)
	if got := e.prompt(); utf8.RuneCountInString(got) > maxPrompt+2 {
		t.Errorf("the prompt is %d long", utf8.RuneCountInString(got))
	}
}
