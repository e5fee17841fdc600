package ftp

import "testing"

func TestUnquotePath(t *testing.T) {
	for in, want := range map[string]string{
		`"/a" is current`:    "/a",
		`"/a""b" made`:       `/a"b`,
		`"/a b/""c""" x "y"`: `/a b/"c"`,
		`"" empty`:           "",
		`/a is current`:      "/a",
		`the path is "/x"`:   "/x",
	} {
		if got, ok := UnquotePath(in); !ok || got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", `"/a`, `"/a""`} {
		if got, ok := UnquotePath(in); ok {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestUniqueName(t *testing.T) {
	for in, want := range map[string]string{"FILE: a b": "a b", "file: x": "x", "Opening; FILE: /d/x": "/d/x", "FILE: ": "", "Opening x": ""} {
		if got, ok := UniqueName(in); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
}

func FuzzQuotePath(f *testing.F) {
	f.Add(`/a"b`)
	f.Fuzz(func(t *testing.T, path string) {
		got, ok := UnquotePath(QuotePath(path) + ` made "here".`)
		if !ok || got != path {
			t.Errorf("%q came back as %q, %v", path, got, ok)
		}
		UnquotePath(path)
		UniqueName(path)
	})
}
