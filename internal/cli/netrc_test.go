package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const netrcSample = `# a comment
machine a.example login bob password "two words" account acc
machine b.example
	login carol
	password #hash\x
macdef init
machine not.one login x password y

machine b.example login dave password "q\"uote"
# machine c.example login no password no
default login anonymous password me@example
`

func TestParseNetrc(t *testing.T) {
	got, err := parseNetrc(netrcSample)
	want := []netrcEntry{
		{"a.example", "bob", "two words", "acc"},
		{"b.example", "carol", `#hash\x`, ""},
		{"b.example", "dave", `q"uote`, ""},
		{"", "anonymous", "me@example", ""},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v\nwant %q", got, err, want)
	}
	for _, tt := range []struct{ host, user, login string }{
		{"A.example", "", "bob"},
		{"b.example", "", "carol"},
		{"b.example", "dave", "dave"},
		{"b.example", "erin", ""},
		{"x.example", "", "anonymous"},
		{"x.example", "anonymous", "anonymous"},
	} {
		e, ok := netrcFor(got, tt.host, tt.user)
		if ok != (tt.login != "") || e.login != tt.login {
			t.Errorf("%s on %q: %q, %v", tt.user, tt.host, e.login, ok)
		}
	}
}

func TestParseNetrcErrors(t *testing.T) {
	for _, in := range []string{"login bob", "machine a\nlogin bob passwort hunter2"} {
		_, err := parseNetrc(in)
		if err == nil || !strings.Contains(err.Error(), "line ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestReadNetrc(t *testing.T) {
	path := filepath.Join(t.TempDir(), "netrc")
	if _, _, err := readNetrc(path); err == nil {
		t.Error("a missing file that was asked for is no error")
	}
	t.Setenv("NETRC", path)
	if entries, _, err := readNetrc(""); err != nil || entries != nil {
		t.Errorf("a missing default: %v, %v", entries, err)
	}
	if err := os.WriteFile(path, []byte(netrcSample), 0o644); err != nil {
		t.Fatal(err)
	}
	entries, warning, err := readNetrc("")
	if err != nil || len(entries) != 4 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if runtime.GOOS != "windows" && !strings.Contains(warning, "chmod 600") {
		t.Errorf("no warning: %q", warning)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, warning, _ := readNetrc(""); warning != "" {
		t.Errorf("a warning about a private file: %q", warning)
	}
}

func FuzzParseNetrc(f *testing.F) {
	f.Add(netrcSample)
	f.Add("machine")
	f.Add("macdef")
	f.Add(`machine "\`)
	f.Fuzz(func(t *testing.T, s string) {
		entries, err := parseNetrc(s)
		if err != nil && entries != nil {
			t.Error("both entries and an error")
		}
	})
}
