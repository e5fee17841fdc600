package conformance_test

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
)

func TestEntry(t *testing.T) {
	for _, c := range []struct{ line, name, facts, err string }{
		{line: "type=file;Size=5; a", name: "a", facts: "size=5;type=file;"},
		{line: "type=OS.unix=slink:/x; a", name: "a", facts: "type=OS.unix=slink:/x;"},
		{line: "a=; x", name: "x", facts: "a=;"},
		{line: "a=1;  b ; c ", name: " b ; c ", facts: "a=1;"},
		{line: " a b", name: "a b"},
		{line: " "},
		{line: "", err: "no space"},
		{line: "type=file;a", err: "no space"},
		{line: "type=file a", err: "semicolon"},
		{line: "; a", err: "no fact"},
		{line: "type=file;; a", err: "no fact"},
		{line: "=file; a", err: "no fact"},
		{line: "type; a", err: "no fact"},
		{line: "a=\u00fc; b", err: "character"},
		{line: "a=b\tc; d", err: "character"},
		{line: "a=1;A=2; b", err: "twice"},
		{line: "a=;a=; b", err: "twice"},
	} {
		name, facts, err := conformance.ParseEntry(c.line)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: %v, want an error with %q", c.line, err, c.err)
			}
			continue
		}
		if err != nil || name != c.name || facts != c.facts {
			t.Errorf("%q is %q with %q, %v, want %q with %q", c.line, name, facts, err, c.name, c.facts)
		}
	}
}

// FuzzEntry: what is taken for an entry is its facts, a space and the name, and nothing is
// lost.
func FuzzEntry(f *testing.F) {
	f.Add("type=file;size=5; a b")
	f.Add(" a")
	f.Add("A=b=c;; d")
	f.Fuzz(func(t *testing.T, line string) {
		name, facts, err := conformance.ParseEntry(line)
		if err != nil {
			return
		}
		told, rest, ok := strings.Cut(line, " ")
		if !ok || rest != name || len(told) != len(facts) || strings.Count(told, ";") != strings.Count(facts, ";") {
			t.Errorf("%q was read as %q with %q", line, name, facts)
		}
	})
}

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		`"/a" is it`: "/a",
		`"/a"`:       "/a",
		`"/""" is`:   `/"`,
		`"a""b""" c`: `a"b"`,
		`"/a"is it`:  "",
		`/a is it`:   "",
		` "/a" is`:   "",
		`"/a is it`:  "",
		`"a"b"`:      "",
		`"" is it`:   "",
		`"""`:        "",
		"":           "",
	} {
		if got, ok := conformance.SplitQuoted(text); got != want && ok || ok != (want != "") {
			t.Errorf("%q has the path %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestAssigned(t *testing.T) {
	for word, want := range map[string]bool{
		"UNIX": true, "unix": true, "WINDOWS-NT-4": true, "UNIX-V.3": true, "MVS": true, "SUN-OS-4.0": true,
		"ferry": false, "Windows_NT": false, "UNIX-": false, "UNIXX": false, "": false, "V-x": false,
	} {
		if got := conformance.Assigned(word); got != want {
			t.Errorf("%q is an assigned name: %v, want %v", word, got, want)
		}
	}
}
