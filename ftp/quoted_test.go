package ftp

import (
	"slices"
	"strings"
	"testing"
)

func TestParseWords(t *testing.T) {
	for in, want := range map[string][]Word{
		"":                   nil,
		"   ":                nil,
		"a":                  {{"a", false}},
		" a  b ":             {{"a", false}, {"b", false}},
		`"a b" c`:            {{"a b", true}, {"c", false}},
		`"a" "b" "c d"`:      {{"a", true}, {"b", true}, {"c d", true}},
		`"say ""hi""" x`:     {{`say "hi"`, true}, {"x", false}},
		`""`:                 {{"", true}},
		`""""`:               {{`"`, true}},
		`a"b c"d`:            {{`a"b`, false}, {`c"d`, false}},
		`"a\" b`:             {{`a\`, true}, {"b", false}},
		"\"\xff\x01 \t\" \t": {{"\xff\x01 \t", true}, {"\t", false}},
	} {
		if got, err := ParseWords(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{`"`, `"a`, `"a""`, `"a"b`, `x "a"b`, `"a""b c`, `""a`} {
		if got, err := ParseWords(in); err != ErrSyntax {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestParseNames(t *testing.T) {
	for in, want := range map[string][]Word{
		"a":                 {{"a", false}},
		"a,b":               {{"a", false}, {"b", false}},
		"a b , c  d ":       {{"a b", false}, {"c  d", false}},
		`"a, b",c`:          {{"a, b", true}, {"c", false}},
		`"a" , "b ""x"", "`: {{"a", true}, {`b "x", `, true}},
		`say "a, b" c`:      {{`say "a`, false}, {`b" c`, false}},
	} {
		if got, err := ParseNames(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", ",", "a,", ",a", "a,,b", `"a`, `"a"b`, `"a" b`, `""`, "a, ", `"a",`} {
		if got, err := ParseNames(in); err != ErrSyntax {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// Whatever is read can be written and is read the same again, and no word is
// lost on the way.
func FuzzParseWords(f *testing.F) {
	for _, s := range []string{`a "b c" d`, `"a""b"`, `"a, b", c`, `"`, ` ""  x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for sep, parse := range map[string]func(string) ([]Word, error){" ": ParseWords, ", ": ParseNames} {
			words, err := parse(in)
			if err != nil {
				continue
			}
			var again []string
			octets := 0
			for _, w := range words {
				again = append(again, w.String())
				octets += len(w.Text)
			}
			if octets > len(in) {
				t.Fatalf("%q: %q is longer", in, words)
			}
			if octets == 0 && len(words) == 0 {
				continue
			}
			if got, err := parse(strings.Join(again, sep)); err != nil || !slices.Equal(got, words) {
				t.Fatalf("%q: %q, then %q, %v", in, words, got, err)
			}
		}
	})
}

func TestParseSpan(t *testing.T) {
	for in, want := range map[string][2]int64{
		"0 0": {0, 0}, "0 9": {0, 9}, " 3  7 ": {3, 7}, "1 0": {1, 0}, "5 5": {5, 5},
		"0 9223372036854775807": {0, 9223372036854775807},
	} {
		if first, last, err := ParseSpan(in); err != nil || first != want[0] || last != want[1] {
			t.Errorf("%q: %d %d %v", in, first, last, err)
		}
	}
	for _, in := range []string{"", "1", "2 1", "2 0", "1 2 3", "-1 2", "+1 2", "a b", "0x1 2", "1 9223372036854775808", "1,2"} {
		if first, last, err := ParseSpan(in); err != ErrSyntax {
			t.Errorf("%q: %d %d %v", in, first, last, err)
		}
	}
}

func TestParseDigest(t *testing.T) {
	exists := func(path string) bool { return path == "f 1 2" || path == `"q" 1 2` }
	for in, want := range map[string]DigestArg{
		"f":              {"f", 0, -1},
		"f 10 20":        {"f", 10, 20},
		"a b 10 20":      {"a b", 10, 20},
		"a  10 20":       {"a ", 10, 20},
		"f 1 2":          {"f 1 2", 0, -1},
		"f 10":           {"f 10", 0, -1},
		"10 20":          {"10 20", 0, -1},
		" 10 20":         {" 10 20", 0, -1},
		"f 10 x":         {"f 10 x", 0, -1},
		`"f"`:            {"f", 0, -1},
		`"f" 10`:         {"f", 10, -1},
		`"f" 10 20`:      {"f", 10, 20},
		`"f 1 2"  10 20`: {"f 1 2", 10, 20},
		`"a""b" 0 1`:     {`a"b`, 0, 1},
		`"q" 1 2`:        {`"q" 1 2`, 0, -1},
	} {
		if got, err := ParseDigest(in, exists); err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"f 20 10", "f 5 5", "f 0 0", `"f" 5 5`, `"f" x`, `"f" 1 y`, `"f" 1 2 3`, `"f`, `"f"x`, `""`, `"" 1 2`,
		"f 1 9223372036854775808", `"f" -1 2`} {
		if got, err := ParseDigest(in, nil); err != ErrSyntax {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

func FuzzParseDigest(f *testing.F) {
	for _, s := range []string{"a 1 2", `"a b" 3`, "a", "1 2", `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		d, err := ParseDigest(in, nil)
		if err == nil && (d.Path == "" && in != "" || d.Start < 0 || d.End >= 0 && d.End <= d.Start) {
			t.Fatalf("%q: %+v", in, d)
		}
		if first, last, err := ParseSpan(in); err == nil && (first < 0 || last < first && (first != 1 || last != 0)) {
			t.Fatalf("%q: %d %d", in, first, last)
		}
	})
}
