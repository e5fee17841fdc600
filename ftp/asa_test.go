package ftp

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestASA(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"one line", " a\n", "a\n"},
		{"no last LF", " a\n b", "a\nb\n"},
		{"blank", " a\n b\n", "a\nb\n"},
		{"two lines", " a\n0b\n", "a\n\nb\n"},
		{"three lines", " a\n-b\n", "a\n\n\nb\n"},
		{"page", "1a\n b\n1c\n", "\fa\nb\fc\n"},
		{"overprint", " a_b\n+_ _\n", "a_b\r_ _\n"},
		{"first two", "0a\n", "\na\n"},
		{"first three", "-a\n", "\n\na\n"},
		{"first overprint", "+a\n", "a\n"},
		{"channels", " a\n2b\n9c\nAd\nBe\nCf\n", "a\vb\vc\vd\ve\vf\n"},
		{"unknown", "xa\nDb\n/c\n", "a\nb\nc\n"},
		{"no column", " a\n\n b\n", "a\n\nb\n"},
		{"only empty lines", "\n\n", "\n\n"},
		{"only columns", " \n0\n1\n", "\n\n\f\n"},
		{"octets", " \xff\x00\r\n+\t\n", "\xff\x00\r\r\t\n"},
		{"long line", "0" + strings.Repeat("x", 10000) + "\n+y", "\n" + strings.Repeat("x", 10000) + "\ry\n"},
	} {
		for _, r := range []func(io.Reader) io.Reader{whole, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			got, err := io.ReadAll(r(NewASAReader(r(strings.NewReader(tt.in)))))
			if err != nil || string(got) != tt.want {
				t.Errorf("%s: %q is %q, %v; want %q", tt.name, tt.in, got, err, tt.want)
			}
		}
	}
	got, err := io.ReadAll(NewASAReader(io.MultiReader(strings.NewReader("0a"), iotest.ErrReader(io.ErrUnexpectedEOF))))
	if string(got) != "\na" || err != io.ErrUnexpectedEOF {
		t.Errorf("a file that is cut: %q, %v", got, err)
	}
}

// Rendering changes columns and line ends, and nothing else.
func FuzzASA(f *testing.F) {
	f.Add(" a\n0b\n+c")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := io.ReadAll(NewASAReader(iotest.HalfReader(strings.NewReader(in))))
		if err != nil {
			t.Fatal(err)
		}
		slow, err := io.ReadAll(iotest.OneByteReader(NewASAReader(iotest.OneByteReader(strings.NewReader(in)))))
		if err != nil || string(slow) != string(got) {
			t.Fatalf("%q is %q, and octet by octet %q, %v", in, got, slow, err)
		}
		var text strings.Builder
		for line := range strings.Lines(in) {
			if line = strings.TrimSuffix(line, "\n"); line != "" {
				text.WriteString(line[1:])
			}
		}
		moves := strings.NewReplacer("\n", "", "\r", "", "\f", "", "\v", "")
		if moves.Replace(string(got)) != moves.Replace(text.String()) {
			t.Fatalf("%q is %q", in, got)
		}
	})
}
