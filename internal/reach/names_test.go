package reach_test

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// names are those that something on the way may take for more than a name: a pattern, an
// option, a path, two words, nothing, or octets of some charset.
var names = []string{
	"two words", "two  blanks", " first", "last ", " ", "-", "-x", "-la", "--help", "- x",
	"a[b]c", "[ab]", "star*", "*", "what?", "?", "{a,b}", "a{b", "a]b",
	`q"uote`, `"`, "it's", `back\slash`, `\`, "semi;colon", "a=b;c", "; type=dir", "%41", "100%", "#", "a#b",
	"~", "~root", "a~", "$HOME", "`id`", "$(id)", "|pipe", "a&b", "<a>", ":colon", "c:", "a,b", "(paren)", "!", "@",
	"...", "..x", "x..", ".hidden", "total 4", "a -> b", "213 x",
	"ä", "a\u0308", "日本語", "\xe4", "\xff", "\xff\xfe", "\xffa\xff\xff", "\xc3", "tab\there", "\x01", "\x7f",
	strings.Repeat("long", 60),
}

// decoys are what the patterns among them match.
var decoys = []string{"abc", "a", "b", "starfish", "whats", "x"}

// An oddity is what a server itself cannot do with some names, whoever asks.
type oddity struct {
	names                []string
	store, mkdir, listed bool // what it cannot
	renames              bool // it stores under another name, and does not say so: the client does
	top                  bool // only in the first directory
	why                  string
}

var oddities = map[string][]oddity{
	"ProFTPD": {
		{names: []string{"star*", "*"}, mkdir: true, why: "core_mkd answers 550 Invalid directory name where there is an asterisk"},
	},
	"Pure-FTPd": {
		{names: []string{" first"}, store: true, mkdir: true, renames: true, top: true, why: "blanks at either end of the argument become underscores in new names"},
		{names: []string{"last ", " "}, store: true, mkdir: true, renames: true, why: "likewise"},
		{names: []string{`back\slash`, `\`}, store: true, mkdir: true, why: "a backslash is a prohibited name (553)"},
		{names: []string{"tab\there", "\x01", "\x7f"}, listed: true, why: "listings have underscores for control characters"},
	},
	"pyftpdlib": {
		{names: []string{"\xe4", "\xff", "\xff\xfe", "\xffa\xff\xff", "\xc3"}, store: true, mkdir: true, why: "octets that are not UTF-8 become U+FFFD, each"},
	},
}

// odd returns what the server cannot do with a name.
func odd(server, dir, base string) oddity {
	for _, o := range oddities[server] {
		if slices.Contains(o.names, base) && (dir == "." || !o.top) {
			return o
		}
	}
	return oddity{}
}

// TestNames does all that can be done with a file and with a directory of every name, in
// the first directory and in one of an odd name itself, at every server.
func TestNames(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg, ok := peers.StartSetup(t, s, peers.IPv4, peers.Setup{})
			if !ok {
				t.Fatal("no such server")
			}
			cl := connect(t, tg, ftpclient.Options{Security: ftpclient.SecurityOff})
			if err := cl.Mkdir(t.Context(), "-top [x] dir"); err != nil {
				t.Fatal(err)
			}
			for _, dir := range []string{".", "-top [x] dir"} {
				for _, d := range decoys {
					if err := put(t.Context(), cl, storage.Join(dir, d), "decoy"); err != nil {
						t.Fatal(err)
					}
				}
				for _, base := range names {
					cannot := odd(s.Name, dir, base)
					if cannot.why != "" {
						t.Logf("%q: %s", base, cannot.why)
					}
					if cannot.renames {
						if err := put(t.Context(), cl, storage.Join(dir, base), "hello"); !errors.Is(err, storage.ErrName) {
							t.Errorf("put %q: %v", base, err)
						}
					}
					if !cannot.store {
						file(t, cl, dir, base, cannot)
					}
					if !cannot.mkdir {
						folder(t, cl, dir, base, cannot)
					}
				}
				for _, d := range decoys {
					if got, err := get(t.Context(), cl, storage.Join(dir, d)); got != "decoy" || err != nil {
						t.Errorf("%q has been taken for %q: %q, %v", "something", d, got, err)
					}
				}
			}
		})
	}
}

// listed returns what a directory has.
func listed(t *testing.T, fsys storage.FS, dir string) map[string]storage.Info {
	t.Helper()
	found := make(map[string]storage.Info)
	for info, err := range fsys.List(t.Context(), dir) {
		if err != nil {
			t.Errorf("list %q: %v", dir, err)
			continue
		}
		found[info.Name] = info
	}
	return found
}

// file does it all with a file.
func file(t *testing.T, cl *ftpclient.Client, dir, base string, cannot oddity) {
	ctx, name := t.Context(), storage.Join(dir, base)
	if err := put(ctx, cl, name, "hello"); err != nil {
		t.Errorf("put %q: %v", name, err)
		return
	}
	if got, err := get(ctx, cl, name); got != "hello" || err != nil {
		t.Errorf("get %q: %q, %v", name, got, err)
	}
	if info, err := cl.Stat(ctx, name); err != nil || info.Size != 5 || info.IsDir() || info.Name != base {
		t.Errorf("stat %q: %+v, %v", name, info, err)
	}
	found := listed(t, cl, dir)
	if info, ok := found[base]; (!ok || info.Size != 5) && !cannot.listed {
		t.Errorf("%q is not listed: %q", name, slices.Sorted(maps.Keys(found)))
	}
	other := storage.Join(dir, "other")
	if err := cl.Rename(ctx, name, other); err != nil {
		t.Errorf("rename %q: %v", name, err)
	} else if err := cl.Rename(ctx, other, name); err != nil {
		t.Errorf("rename to %q: %v", name, err)
	}
	if err := cl.Remove(ctx, name, storage.KindFile); err != nil {
		t.Errorf("remove %q: %v", name, err)
	}
	if _, err := cl.Stat(ctx, name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("stat %q behind its removal: %v", name, err)
	}
}

// folder does it all with a directory.
func folder(t *testing.T, cl *ftpclient.Client, dir, base string, cannot oddity) {
	ctx, name := t.Context(), storage.Join(dir, base)
	if err := cl.Mkdir(ctx, name); err != nil {
		t.Errorf("mkdir %q: %v", name, err)
		return
	}
	if info, err := cl.Stat(ctx, name); err != nil || !info.IsDir() {
		t.Errorf("stat of the directory %q: %+v, %v", name, info, err)
	}
	within := storage.Join(name, base)
	if err := put(ctx, cl, within, "hello"); err != nil {
		t.Errorf("put %q: %v", within, err)
	}
	if found := slices.Collect(maps.Keys(listed(t, cl, name))); len(found) != 1 || found[0] != base && !cannot.listed {
		t.Errorf("%q has %q", name, found)
	}
	if got, err := get(ctx, cl, within); got != "hello" || err != nil {
		t.Errorf("get %q: %q, %v", within, got, err)
	}
	if err := cl.Remove(ctx, within, storage.KindFile); err != nil {
		t.Errorf("remove %q: %v", within, err)
	}
	if err := cl.Remove(ctx, name, storage.KindDir); err != nil {
		t.Errorf("rmdir %q: %v", name, err)
	}
}
