package ftpserver

import (
	"slices"
	"testing"
)

// A port that is given up once more is the newest again: others are forgotten first.
func TestGivenUpNewest(t *testing.T) {
	g := newGivenUp(6)
	for _, port := range []uint16{1, 2, 3, 1, 4, 5} {
		g.note(port)
	}
	var kept []uint16
	for port := range uint16(8) {
		if g.has(port) {
			kept = append(kept, port)
		}
	}
	if want := []uint16{1, 4, 5}; !slices.Equal(kept, want) {
		t.Errorf("%d are remembered, want %d", kept, want)
	}
	if none := newGivenUp(1); none.draw(7, 1) != 0 || none.has(7) {
		t.Error("a range of one port")
	} else if none.note(7); none.has(7) {
		t.Error("the only port of a range is remembered")
	}
}
