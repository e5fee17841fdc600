package plain_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/plain"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü 日本":         "plain ü 日本",
		"\x1b[31mred":        `\x1b[31mred`,
		"a\nb":               `a\nb`,
		"\xff\xfe":           `\xff\xfe`,
		"\u202egnp.exe":      `\u202egnp.exe`,
		"a\ufffdb":           `a\ufffdb`,
		"\u0085":             `\u0085`,
		"tab\there":          `tab\there`,
		`it's "quoted" \ ok`: `it's "quoted" \ ok`,
	} {
		if got := plain.Text(in); got != want {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("220 ready\x1b[2J\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := plain.Text(s)
		odd := func(r rune) bool { return !unicode.IsPrint(r) }
		if !utf8.ValidString(got) || strings.ContainsFunc(got, odd) || plain.Text(got) != got {
			t.Errorf("%q became %q", s, got)
		}
	})
}
