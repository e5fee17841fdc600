package peers

import (
	"slices"
	"strings"
	"testing"
)

// verifyMode fails the test unless the client asked for its data connections in
// the given mode and in no other.
func verifyMode(t *testing.T, m Mode, sent []string) {
	t.Helper()
	passive := []string{"PASV", "EPSV", "LPSV"}
	active := []string{"PORT", "EPRT", "LPRT"}
	want, not := passive, active
	switch m {
	case Active:
		want, not = active, passive
	case Control:
		// A client may list a directory on the way; how is its business.
		return
	}
	var seen bool
	for _, line := range sent {
		verb, _, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if slices.Contains(not, verb) {
			t.Errorf("%s in %s mode", line, m)
		}
		seen = seen || slices.Contains(want, verb)
	}
	if !seen {
		t.Errorf("none of %q was sent for a transfer in %s mode, but\n%s", want, m, strings.Join(sent, "\n"))
	}
}
