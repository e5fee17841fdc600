package ftp

import "testing"

func TestParseThumb(t *testing.T) {
	for in, want := range map[string]ThumbArg{
		"JPEG 100 50 a.png":       {"JPEG", 100, 50, "a.png"},
		"png 1 2147483647 a b":    {"PNG", 1, 2147483647, "a b"},
		"GIF 007 8  leading ":     {"GIF", 7, 8, " leading "},
		"WHATEVER 1 1 /dir/x.jpg": {"WHATEVER", 1, 1, "/dir/x.jpg"},
	} {
		if got, err := ParseThumb(in); err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "JPEG", "JPEG 1", "JPEG 1 1", "JPEG 1 1 ", "JPEG 0 1 x", "JPEG 1 0 x", "JPEG -1 1 x", "JPEG +1 1 x",
		"JPEG a 1 x", "JPEG 1 2147483648 x", " 1 1 x", "JPEG  1 1 x"} {
		if got, err := ParseThumb(in); err != ErrSyntax {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}
