package shell_test

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// show writes a script in a form that tests can name: words in <>, patterns behind ~.
func show(script shell.Script) string {
	var all []string
	for _, st := range script {
		var b strings.Builder
		for _, c := range st.Commands {
			switch c.Unless {
			case shell.Failure:
				b.WriteString(" AND ")
			case shell.Success:
				b.WriteString(" OR ")
			}
			if c.IsLocal {
				b.WriteString("!" + c.Local)
			}
			for i, w := range c.Words {
				if i > 0 {
					b.WriteByte(' ')
				}
				b.WriteString("<" + w.Text + ">")
				if w.Pattern != "" {
					b.WriteString("~" + w.Pattern)
				}
				if w.Tilde {
					b.WriteString("@")
				}
			}
		}
		if st.Background {
			b.WriteString(" &")
		}
		all = append(all, b.String())
	}
	return strings.Join(all, " | ")
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{" \t\n ;", "a command is missing before ;"},
		{"ls", "<ls>"},
		{"  ls  -l\ta b ", "<ls> <-l> <a> <b>"},
		{"ls\r\ncd x\r\n", "<ls> | <cd> <x>"},
		{"a;b;", "<a> | <b>"},
		{"a;;b", "a command is missing before ;"},
		{"get a & get b&", "<get> <a> & | <get> <b> &"},
		{"a && b || c; d", "<a> AND <b> OR <c> | <d>"},
		{"a &&\n b", "<a> AND <b>"},
		{"a &&", "incomplete"},
		{"a && && b", "a command is missing before &&"},
		{"&& b", "a command is missing before &&"},
		{"a & && b", "a command is missing before &&"},

		{"# all of it", ""},
		{"ls # the rest\npwd", "<ls> | <pwd>"},
		{"get a#b", "<get> <a#b>"},
		{"get '#a' \\#b", "<get> <#a> <#b>"},

		{`'a b' "c d" e\ f`, "<a b> <c d> <e f>"},
		{`a'b'"c"\d`, "<abcd>"},
		{`'' ""`, "<> <>"},
		{`'a\b' "a\b" "a\"b\\c\$d"`, `<a\b> <a\b> <a"b\c$d>`},
		{`'a;b' "c&d" e\;f`, "<a;b> <c&d> <e;f>"},
		{`$HOME "$x" $`, "<$HOME> <$x> <$>"},
		{"`ls`", "<`ls`>"},
		{"'a\nb'", "<a\nb>"},
		{"a\\\nb", "<ab>"},
		{"\"a\\\nb\"", "<ab>"},
		{"a \\\n b", "<a> <b>"},
		{"'a", "incomplete"},
		{`"a`, "incomplete"},
		{`"a\`, "incomplete"},
		{`a\`, "incomplete"},
		{`$'a\'`, "incomplete"},
		{`$'a\tb\x41\101\e\'\\\u00e9\U0001F600\q'`, "<a\tbAA\x1b'\\é😀q>"},
		{`$'\xff\xfe'x`, "<\xff\xfex>"},
		{`$'\xzz\u'`, `<\xzz\u>`},

		{"get *.txt 'a*'b?", `<get> <*.txt>~*.txt <a*b?>~a\*b?`},
		{`get \*.txt "*"`, `<get> <*.txt> <*>`},
		{"rm [!a]* [^a] [ [z-a]x [a]", `<rm> <[!a]*>~[^a]* <[^a]>~[^a] <[> <[z-a]x>~[z-a]x <[a]>~[a]`},
		{`rm \[a]*`, `<rm> <[a]*>~\[a]*`},
		{"cd ~ ~/x ~bob '~' \\~ a~", "<cd> <~>@ <~/x>@ <~bob> <~> <~> <a~>"},

		{"!ls -l; echo && x\npwd", "!ls -l; echo && x | <pwd>"},
		{"a && !b", "<a> AND !b"},
		{"!", "!"},
		{"ls !x", "<ls> <!x>"},
		{"ls | wc", "| is not known here: put it in quotes, or behind ! for the shell of the system"},
		{"ls >x", "> is not known here: put it in quotes, or behind ! for the shell of the system"},
		{"get a(1).txt {a,b}", "<get> <a(1).txt> <{a,b}>"},
		{"ls \x00", "a command line cannot hold NUL"},
	} {
		script, err := shell.Parse(tt.in)
		got := show(script)
		switch {
		case errors.Is(err, shell.ErrIncomplete):
			got = "incomplete"
		case err != nil:
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Parse(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestParseText(t *testing.T) {
	script, err := shell.Parse("a 'b c' &  d && e ; ! x y ")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, st := range script {
		got = append(got, st.Text)
	}
	if want := "[a 'b c' d && e ! x y]"; fmt.Sprint(got) != want {
		t.Errorf("texts %q, want %s", got, want)
	}
}

// names are some that are hard to write.
var names = []string{
	"a", "a b", " a ", "-a", "#a", "a#", "~", "~/x", "a~", "'", `"`, `\`, `a\`, "$a", "`a`", "*", "[a]", "?", "{a,b}", "!a", "a!b",
	"a;b", "a&b", "a|b", "a<b>c", "é 漢字", "\x1b[31m", "a\nb", "\xff", "a\xffb'c\\", "\x001"[1:], "\u200f", "\ufffd", "",
}

func TestQuote(t *testing.T) {
	for _, name := range names {
		for _, style := range []shell.Style{shell.Backslash, shell.Single, shell.Double} {
			checkQuote(t, name, style)
		}
	}
}

// checkQuote sees that a quoted text is a word that means it, and nothing a terminal obeys.
func checkQuote(t *testing.T, text string, style shell.Style) {
	t.Helper()
	quoted := shell.Quote(text, style)
	if !utf8.ValidString(quoted) || strings.ContainsFunc(quoted, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		t.Errorf("Quote(%q) = %q, which is not for a terminal", text, quoted)
	}
	script, err := shell.Parse("x " + quoted)
	if err != nil || len(script) != 1 || len(script[0].Commands) != 1 || len(script[0].Commands[0].Words) != 2 {
		t.Errorf("Quote(%q) = %q, which is read as %v, %v", text, quoted, show(script), err)
		return
	}
	if w := script[0].Commands[0].Words[1]; w.Text != text || w.Pattern != "" || w.Tilde {
		t.Errorf("Quote(%q) = %q, which is read as %+v", text, quoted, w)
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		line, head, text string
		words            int
		completed        string // of text + "X y"
	}{
		{"", "", "", 0, `X\ y `},
		{"ge", "", "ge", 0, `geX\ y `},
		{"get ", "get ", "", 1, `X\ y `},
		{"get my", "get ", "my", 1, `myX\ y `},
		{`get my\ `, "get ", "my ", 1, `my\ X\ y `},
		{`get 'my `, "get ", "my ", 1, `'my X y' `},
		{`get "my `, "get ", "my ", 1, `"my X y" `},
		{`get $'my\`, "get ", "my", 1, `myX\ y `},
		{`get a; rm "b`, `get a; rm `, "b", 1, `"bX y" `},
		{"ls && cd x", "ls && cd ", "x", 1, `xX\ y `},
		{"get a b", "get a ", "b", 2, `bX\ y `},
		{"cd ~/a", "cd ", "~/a", 1, `~/aX\ y `},
		{`get a\`, "get ", "a", 1, `aX\ y `},
	} {
		p := shell.Cut(tt.line)
		if p.Head != tt.head || p.Text != tt.text || len(p.Words) != tt.words || p.IsLocal {
			t.Errorf("Cut(%q) = %+v", tt.line, p)
		}
		if got := p.Complete(p.Text+"X y", false); got != tt.completed {
			t.Errorf("%q is completed by %q, want %q", tt.line, got, tt.completed)
		}
	}
	if p := shell.Cut("ls; !cat fi"); !p.IsLocal || p.Text != "fi" || len(p.Words) != 1 {
		t.Errorf("a local command is cut into %+v", p)
	}
	for line, want := range map[string]string{"cd ": `a\ b/`, "cd '": "'a b/", `cd "`: `"a b/`} {
		if got := shell.Cut(line).Complete("a b/", true); got != want {
			t.Errorf("%q is completed by %q, want %q", line, got, want)
		}
	}
	if got := shell.Cut("cd 'a").Complete("a\x1b/", true); got != `$'a\033/'` {
		t.Errorf("a name that terminals obey is completed by %q", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"get 'a b' && rm c & !x", `$'\x41\u00e9' "\$" ~/x [!a]*`, "a ||\n b # c", "a\\"} {
		f.Add(s)
	}
	for _, name := range names {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, text string) {
		script, err := shell.Parse(text)
		for _, st := range script {
			for i, c := range st.Commands {
				if !c.IsLocal && len(c.Words) == 0 || (c.Unless == shell.Unknown) != (i == 0) {
					t.Errorf("%q has a command without words, or one that depends on nothing", text)
				}
				for _, w := range c.Words {
					if _, err := path.Match(w.Pattern, "x"); err != nil {
						t.Errorf("%q has the pattern %q: %v", text, w.Pattern, err)
					}
				}
			}
		}
		if err == nil && strings.IndexByte(text, 0) < 0 { // what is complete can stand before more
			if again, err := shell.Parse(text + "\nx"); err != nil || len(again) < 1 {
				t.Errorf("%q is a script, and with a line behind it is not: %v", text, err)
			}
		}
		if p := shell.Cut(text); !strings.HasPrefix(text, p.Head) {
			t.Errorf("%q is cut into %+v", text, p)
		}
		if strings.IndexByte(text, 0) < 0 {
			checkQuote(t, text, shell.Style(len(text)%3))
		}
	})
}
