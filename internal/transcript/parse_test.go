package transcript

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	s := parse(t, strings.Join([]string{
		"# comment",
		"",
		`@ file "a b" c ""`,
		"C:  two  spaces ",
		"C:",
		`C< "a" * 3 "b"`,
		"+1h30m",
		"X: client reset",
		"== other one",
		"T: a=b c",
		`D! "no way" x`,
		"T> cut",
	}, "\r\n"))
	tests := []struct {
		line int
		got  func(step) any
		want any
	}{
		{3, func(st step) any { return strings.Join(st.words, "|") }, "file|a b|c|"},
		{4, func(st step) any { return st.text[0].text }, " two  spaces "},
		{5, func(st step) any { return len(st.text) }, 0},
		{6, func(st step) any { return string(st.bytes) }, "aaab"},
		{7, func(st step) any { return st.pause }, 90 * time.Minute},
		{8, func(st step) any { return st.by == client && st.ending == byReset }, true},
		{9, func(st step) any { return st.session }, "other one"},
		{10, func(st step) any { return st.kind == kindTLS && strings.Join(st.words, "|") == "a=b|c" }, true},
		{11, func(st step) any { return st.kind == kindDataTLS && st.fails == "no way" && st.words[0] == "x" }, true},
		{12, func(st step) any { return st.kind == kindTLSEnd && st.by == client && st.ending == cut }, true},
	}
	if len(s.steps) != len(tests) {
		t.Fatalf("%d steps, want %d", len(s.steps), len(tests))
	}
	for i, tt := range tests {
		if st := s.steps[i]; st.number != tt.line || tt.got(st) != tt.want {
			t.Errorf("step %d is line %d with %q; want line %d with %q", i, st.number, tt.got(st), tt.line, tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, line := range []string{
		"USER bob", "c: x", "C", "+", "+x", "+-1s", "@", "@ \"x", "==", "X: open", "X: client", "D", "D x", "D> x",
		"D< 'a'", "C< ", "C< \"\"", "C< \"a\" *", "C< \"a\" * 99999999999", "C< \"a\" * 8388609", "S~ (", "C: $", "S: ${x", "C: \xff",
		"T", "T: \"x", "T!", "T! \"\"", "D!", "T> reset", "T< cut", "T< open",
	} {
		if s, err := Parse("test", []byte("\n"+line)); err == nil {
			t.Errorf("%q is read as %+v", line, s.steps)
		} else if !strings.HasPrefix(err.Error(), "test:2: ") {
			t.Errorf("%q: the error %q does not begin with its place", line, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("S: 220 a $$ $b ${c}\nC< \"x\" * 3\n@ a \"b\"\n+1s\nX: client closed\nD~ a.*\nT: a\nT! b c\nT> cut\nD:")
	f.Fuzz(func(t *testing.T, source string) {
		s, err := Parse("fuzz", []byte(source))
		if err != nil {
			return
		}
		lines := strings.Split(source, "\n")
		for _, st := range s.steps {
			if want := strings.TrimSuffix(lines[st.number-1], "\r"); st.source != want {
				t.Errorf("line %d is %q, the step's is %q", st.number, want, st.source)
			}
			if st.kind == kindLine {
				checkTemplate(t, st.text)
			}
		}
	})
}

// checkTemplate sees that a text without ends of data connections matches
// itself.
func checkTemplate(t *testing.T, text template) {
	values := make(map[string]string)
	for _, p := range text {
		values[p.name] = "v" + p.name
	}
	s, err := text.expand(values)
	if err != nil {
		t.Fatal(err)
	}
	if text.mentionsEndpoint() {
		return
	}
	re, err := text.pattern(values)
	if err != nil {
		t.Fatal(err)
	}
	if !re.MatchString(s) {
		t.Errorf("%v does not match %q", re, s)
	}
}

func TestPatternTakesEndpoint(t *testing.T) {
	text, err := parseTemplate("|1|$dhost|$dport| $x.")
	if err != nil {
		t.Fatal(err)
	}
	re, err := text.pattern(map[string]string{"x": "a.b"})
	if err != nil {
		t.Fatal(err)
	}
	got := re.FindStringSubmatch("|1|2001:db8::1|65535| a.b.")
	if want := []string{"2001:db8::1", "65535"}; len(got) != 3 || !slices.Equal(got[1:], want) {
		t.Errorf("%v took %q, want %q", re, got, want)
	}
	if re.MatchString("|1|2001:db8::1|65535| a-b.") {
		t.Errorf("%v takes the value of $x for an expression", re)
	}
}

func parse(t *testing.T, script string) *Script {
	t.Helper()
	s, err := Parse("test", []byte(script))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
