package ftp

import "testing"

func TestPerm(t *testing.T) {
	for _, tc := range []struct {
		s    string
		want Perm
		back string
	}{
		{"", 0, ""},
		{"r", PermRetrieve, "r"},
		{"adfrw", PermAppend | PermDelete | PermRename | PermRetrieve | PermStore, "adfrw"},
		{"flcdmpe", PermRename | PermList | PermCreate | PermDelete | PermMakeDir | PermPurge | PermEnter, "cdeflmp"},
		{"WR", PermRetrieve | PermStore, "rw"},
		{"rr?xz9\x12", PermRetrieve, "r"},
		{"wrpmlfedca", 1<<10 - 1, "acdeflmprw"},
	} {
		got := ParsePerm(tc.s)
		if got != tc.want || got.String() != tc.back {
			t.Errorf("ParsePerm(%q) = %b %q, want %b %q", tc.s, got, got, tc.want, tc.back)
		}
	}
}
