package filter_test

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/filter"
	"github.com/seed-6092453b/ferry/storage"
)

// info describes name, which is that of a folder if it ends with a slash.
func info(name string) (string, storage.Info) {
	if dir, ok := strings.CutSuffix(name, "/"); ok {
		return dir, storage.Info{Kind: storage.KindDir}
	}
	return name, storage.Info{Kind: storage.KindFile}
}

func TestKeep(t *testing.T) {
	for _, test := range []struct {
		rules     string // one a line
		kept, not string // names, apart by blanks
	}{
		{"", "a a/b d/ .", ""},
		{"# nothing\n\n", "a", ""},
		{"- *.tmp", "a tmp d/ x.tmpl d.tmp/x", "a.tmp d/a.tmp d.tmp/ .tmp"},
		{"- /a", "d/a d/a/b b", "a a/"},
		{"- a/", "a d/a", "a/ d/a/"},
		{"- a/b", "b a xa/b a/c c/a/d/b", "a/b d/a/b d/a/b/"},
		{"- /a/**", "b d/a d/a/b", "a a/ a/b a/b/c/"},
		{"- a/**/z", "z a", "a/z a/b/z x/a/b/c/z"},
		{"- [ab]?.{jpg,png}", "a.jpg c1.png", "a1.jpg b2.png d/b2.png"},
		{`- \*`, "a", "*"},
		{"+ keep.tmp\n- *.tmp", "keep.tmp d/keep.tmp a", "a.tmp"},
		{"- *.tmp\n+ keep.tmp", "a", "keep.tmp"},
		// Only what is asked for, and the folders in which it may be.
		{"+ *.jpg", "a.jpg d/a.jpg d/ d/e/", "a d/a"},
		{"+ *.jpg\n- *", "a.jpg d/a.jpg d/ d/e/", "a d/a"},
		{"- /d/\n+ *.jpg\n- *", "a.jpg e/a.jpg e/", "a d/"},
		{"+ /a/b/*.jpg\n- *", "a/ a/b/ a/b/x.jpg", "a x/ a/c/ a/b/c/ a/x a/b/x b/"},
		{"+ /a/**\n- *", "a/ a/b a/b/c/ a/b/c/d", "b b/"},
		{"+ /a/**/z\n- *", "a/ a/b/ a/b/c/ a/z a/b/z", "a/x b/"},
		{"+ /{a/b,c}/z\n- *", "a/ a/b/ a/b/z c/z", "z"},
		{"+ /[ab]*/z\n- *", "a1/ b/ b/z", "c/ a1"},
	} {
		l, err := filter.Parse(strings.Split(test.rules, "\n"))
		if err != nil {
			t.Errorf("Parse(%q): %v", test.rules, err)
			continue
		}
		for name := range strings.FieldsSeq(test.kept) {
			if keep, why := l.Keep(info(name)); !keep || why != "" {
				t.Errorf("%q: %s: %v, %q; want it", test.rules, name, keep, why)
			}
		}
		for name := range strings.FieldsSeq(test.not) {
			if keep, why := l.Keep(info(name)); keep || why == "" {
				t.Errorf("%q: %s: %v, %q; do not want it", test.rules, name, keep, why)
			}
		}
	}
}

// A pattern may hold blanks, and end with one.
func TestBlanks(t *testing.T) {
	l, err := filter.Parse([]string{"-  a b \r"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"a b": true, "a": true, "a b ": false} {
		if keep, _ := l.Keep(info(name)); keep != want {
			t.Errorf("Keep(%q) = %v", name, keep)
		}
	}
}

func TestWhy(t *testing.T) {
	for rules, want := range map[string]string{
		"- *.tmp": `is left out by "- *.tmp"`,
		"+ a":     "is not among what was asked for",
	} {
		l, err := filter.Parse([]string{rules})
		if err != nil {
			t.Fatal(err)
		}
		if _, why := l.Keep(info("x.tmp")); why != want {
			t.Errorf("%q: %q, want %q", rules, why, want)
		}
	}
	for _, l := range []*filter.List{nil, {}} {
		if keep, why := l.Keep(info("a")); !keep || why != "" {
			t.Errorf("an empty list: %v, %q", keep, why)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for line, want := range map[string]string{
		"*.tmp":  `a rule is "+ PATTERN" or "- PATTERN"`,
		"-a":     `a rule is`,
		"! a":    `a rule is`,
		"-":      `a rule is`,
		"- ":     "there is no pattern",
		"+ /":    "there is no pattern",
		"- [a":   "bracket or brace",
		"- {a":   "bracket or brace",
		"- a\\":  "backslash",
		"- a//b": "no name between",
		"- //a":  "no name between",
		"- a//":  "no name between",
	} {
		_, err := filter.Parse([]string{"- ok", line})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "rule 2") {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

// FuzzKeep parses rules, and sees that a folder takes part if anything in it does that
// was asked for.
func FuzzKeep(f *testing.F) {
	f.Add("+ *.jpg\n+ /a/**", "a/b/c.jpg")
	f.Add("+ /a/{b/c,d}/*\n- x", "a/b/c/d")
	f.Add("+ /[!a]/\\*/?", "b/*/\xff")
	f.Add("- a//", "a")
	f.Fuzz(func(t *testing.T, rules, name string) {
		l, err := filter.Parse(strings.Split(rules, "\n"))
		if err != nil || !storage.ValidName(name) || len(name) > 64 || len(rules) > 256 {
			return
		}
		keep, why := l.Keep(name, storage.Info{Kind: storage.KindFile})
		if keep != (why == "") {
			t.Fatalf("Keep = %v, %q", keep, why)
		}
		if strings.Contains("\n"+rules, "\n-") || !keep {
			return
		}
		for dir, _ := storage.Split(name); dir != "."; dir, _ = storage.Split(dir) {
			if keep, _ := l.Keep(dir, storage.Info{Kind: storage.KindDir}); !keep {
				t.Fatalf("%q takes part, but %q does not", name, dir)
			}
		}
	})
}
