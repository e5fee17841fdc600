package ftpserver

import "testing"

func TestCleanPath(t *testing.T) {
	for _, tt := range []struct{ dir, arg, want string }{
		{"/", "", "/"},
		{"/a", "", "/a"},
		{"/a", ".", "/a"},
		{"/a", "..", "/"},
		{"/a/b", "..", "/a"},
		{"/a/b", "../../..", "/"},
		{"/a/b", "../../../c", "/c"},
		{"/a", "b//c/", "/a/b/c"},
		{"/a", "/", "/"},
		{"/a", "//", "/"},
		{"/a", "/b/./c/..", "/b"},
		{"/a", "/b/c", "/b/c"},
		{"/a", "b", "/a/b"},
		{"/", "...", "/..."},
		{"/a", `\..`, `/a/\..`},
		{"/a", "b /../ c", "/a/ c"},
	} {
		if got := cleanPath(tt.dir, tt.arg); got != tt.want {
			t.Errorf("%q in %q is %q, want %q", tt.arg, tt.dir, got, tt.want)
		}
	}
}
