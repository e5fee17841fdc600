package ftp

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestSplitCommand(t *testing.T) {
	for _, tt := range []struct {
		line, verb, arg string
		hasArg          bool
	}{
		{"NOOP", "NOOP", "", false},
		{"noop", "NOOP", "", false},
		{"CWD ", "CWD", "", true},
		{"CWD  two", "CWD", " two", true},
		{"MKD end ", "MKD", "end ", true},
		{"XSHA256 a b", "XSHA256", "a b", true},
		{"p@sw", "P@SW", "", false},
		{" NOOP", "", "", false},
		{"", "", "", false},
		{"N\xc3\xb6op", "", "", false},
		{"A\tB", "", "", false},
		{strings.Repeat("A", 17), "", "", false},
	} {
		verb, arg, hasArg := SplitCommand([]byte(tt.line))
		if verb != tt.verb || arg != tt.arg || hasArg != tt.hasArg {
			t.Errorf("%q: %q %q %v", tt.line, verb, arg, hasArg)
		}
	}
}

func TestAppendCommand(t *testing.T) {
	for _, tt := range []struct {
		verb string
		args []string
		want string // "" for ErrName
	}{
		{"NOOP", nil, "NOOP\r\n"},
		{"CWD", []string{""}, "CWD \r\n"},
		{"CWD", []string{" a b "}, "CWD  a b \r\n"},
		{"CWD", []string{"a\rb"}, "CWD a\r\x00b\r\n"},
		{"CWD", []string{"a\xffb"}, "CWD a\xff\xffb\r\n"},
		{"CWD", []string{"a\nDELE b"}, ""},
		{"CWD", []string{"a\r\nDELE b"}, ""},
		{"CWD", []string{"a\x00b"}, ""},
		{"NOOP\r\nDELE", nil, ""},
	} {
		got, err := AppendCommand(nil, tt.verb, tt.args...)
		if string(got) != tt.want || (tt.want == "") != errors.Is(err, ErrName) {
			t.Errorf("%q %q: %q, %v", tt.verb, tt.args, got, err)
		}
	}
}

// A server reads what a client has sent.
func FuzzCommand(f *testing.F) {
	f.Add("CWD", " a\rb\xff ")
	f.Fuzz(func(t *testing.T, verb, arg string) {
		wire, err := AppendCommand(nil, verb, arg)
		if err != nil || verb == "" {
			return
		}
		line, err := NewLineReader(strings.NewReader(string(wire)), len(wire)).Read()
		if err != nil || string(line.Text) != verb+" "+arg {
			t.Fatalf("sent %q %q, read %q, %v", verb, arg, line.Text, err)
		}
		if v, a, _ := SplitCommand(line.Text); v != "" && (v != strings.ToUpper(verb) || a != arg) {
			t.Errorf("sent %q %q, split into %q %q", verb, arg, v, a)
		}
	})
}

func TestSetType(t *testing.T) {
	for arg, want := range map[string]string{
		"A": "A N", "a": "A N", "A N": "A N", "a t": "A T", "A C": "A C", "E": "E N", "I": "I", "L 8": "L 8", "L 36": "L 36", "l 255": "L 255",
		"": "", "L": "", "L 0": "", "L 256": "", "L x": "", "Z": "", "u": "", "A X": "", "A NN": "", "I N": "", "AN": "", "A N N": "",
	} {
		from := Params{Type: 'A', Form: 'T', Stru: 'F', Mode: 'S'}
		got, err := from.SetType(arg)
		if want == "" {
			if wanted := map[bool]error{false: ErrSyntax, true: ErrParameter}[arg == "u"]; !errors.Is(err, wanted) || got != from {
				t.Errorf("TYPE %s: %v, %v", arg, got, err)
			}
		} else if err != nil || got.TypeString() != want || got.Stru != 'F' || got.Mode != 'S' {
			t.Errorf("TYPE %s: %v, %v", arg, got, err)
		}
	}
}

func TestSetStruAndMode(t *testing.T) {
	p := DefaultParams()
	for _, arg := range []string{"F", "r", "P"} {
		if q, err := p.SetStru(arg); err != nil || q.Stru != strings.ToUpper(arg)[0] {
			t.Errorf("STRU %s: %v, %v", arg, q, err)
		}
	}
	for _, arg := range []string{"S", "b", "C", "z"} {
		if q, err := p.SetMode(arg); err != nil || q.Mode != strings.ToUpper(arg)[0] {
			t.Errorf("MODE %s: %v, %v", arg, q, err)
		}
	}
	for arg, want := range map[string]error{"": ErrSyntax, "FF": ErrSyntax, "F N": ErrSyntax, "1": ErrSyntax, "\xff": ErrSyntax, "X": ErrParameter, "e": ErrParameter} {
		if q, err := p.SetStru(arg); !errors.Is(err, want) || q != p {
			t.Errorf("STRU %q: %v, %v", arg, q, err)
		}
		if q, err := p.SetMode(arg); !errors.Is(err, want) || q != p {
			t.Errorf("MODE %q: %v, %v", arg, q, err)
		}
	}
}

func TestParseNumbers(t *testing.T) {
	for arg, want := range map[string]int64{
		"0": 0, "5": 5, "9223372036854775807": math.MaxInt64,
		"9223372036854775808": -1, "18446744073709551616": -1, "-1": -1, "+1": -1, "x": -1, "": -1, "1e4": -1, "10 ;": -1, "0x10": -1,
	} {
		got, err := ParseRest(arg)
		if want < 0 != (err != nil) || err == nil && got != want {
			t.Errorf("REST %q: %d, %v", arg, got, err)
		}
	}
	for _, tt := range []struct {
		arg          string
		size, record int64
		bad          bool
	}{
		{arg: "100", size: 100},
		{arg: "100 R 80", size: 100, record: 80},
		{arg: "100 r 80", size: 100, record: 80},
		{arg: "99999999999999999999", size: math.MaxInt64},
		{arg: "x", bad: true}, {arg: "-1", bad: true}, {arg: "100 R", bad: true}, {arg: "100 80", bad: true}, {arg: "", bad: true},
	} {
		size, record, err := ParseAllo(tt.arg)
		if tt.bad != (err != nil) || err == nil && (size != tt.size || record != tt.record) {
			t.Errorf("ALLO %q: %d, %d, %v", tt.arg, size, record, err)
		}
	}
	for arg, want := range map[string]PassiveArg{"": {}, "1": {Family: 1}, "2": {Family: 2}, "9": {Family: 9}, "all": {All: true}, "ALL": {All: true}} {
		if got, err := ParseEPSV(arg); err != nil || got != want {
			t.Errorf("EPSV %q: %v, %v", arg, got, err)
		}
	}
	for _, arg := range []string{"x", "0", "-1", "ALL 1"} {
		if _, err := ParseEPSV(arg); !errors.Is(err, ErrSyntax) {
			t.Errorf("EPSV %q: %v", arg, err)
		}
	}
}

func TestParseList(t *testing.T) {
	exists := func(path string) bool { return path == "-x file" }
	for arg, want := range map[string]ListArg{
		"":             {},
		"dir":          {Path: "dir"},
		"-a":           {},
		"-la dir":      {Path: "dir"},
		"-l -R -t a b": {Recursive: true, ByTime: true, Path: "a b"},
		"-dSrF x":      {Self: true, BySize: true, Reverse: true, Classify: true, Path: "x"},
		"-- -l":        {Path: "-l"},
		"./-l":         {Path: "./-l"},
		"-x file":      {Path: "-x file"},
		"-R -x file":   {Recursive: true, Path: "-x file"},
		"--help":       {},
		" lead":        {Path: " lead"},
	} {
		if got := ParseList(arg, exists); got != want {
			t.Errorf("%q: %+v, want %+v", arg, got, want)
		}
	}
}

func TestParseTimePath(t *testing.T) {
	tm, path, err := ParseTimePath("20020717210715  two spaces")
	if err != nil || path != " two spaces" || FormatTime(tm) != "20020717210715" {
		t.Errorf("%v %q %v", tm, path, err)
	}
	for _, arg := range []string{"20010229000000 f", "20020717210715", "20020717210715 ", "x f", ""} {
		if _, _, err := ParseTimePath(arg); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %v", arg, err)
		}
	}
}

func FuzzArgs(f *testing.F) {
	f.Add("A N")
	f.Add("L 36")
	f.Add("100 R 80")
	f.Add("-la -- x")
	f.Add("20020717210715 f")
	f.Fuzz(func(t *testing.T, arg string) {
		if p, err := DefaultParams().SetType(arg); err == nil {
			if q, err := DefaultParams().SetType(p.TypeString()); err != nil || q != p {
				t.Errorf("TYPE %q is %v, and that is %v, %v", arg, p, q, err)
			}
		}
		if n, err := ParseRest(arg); err == nil && n < 0 {
			t.Errorf("REST %q is %d", arg, n)
		}
		if n, r, err := ParseAllo(arg); err == nil && (n < 0 || r < 0) {
			t.Errorf("ALLO %q is %d, %d", arg, n, r)
		}
		if l := ParseList(arg, nil); !strings.HasSuffix(arg, l.Path) {
			t.Errorf("LIST %q has path %q", arg, l.Path)
		}
		ParseEPSV(arg)
		ParseTimePath(arg)
		DefaultParams().SetStru(arg)
		DefaultParams().SetMode(arg)
	})
}
