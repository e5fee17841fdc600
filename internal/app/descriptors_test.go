package app

import (
	"bytes"
	"log/slog"
	"math"
	"strings"
	"testing"
)

func TestSessionsFor(t *testing.T) {
	for _, c := range []struct {
		want        int
		descriptors uint64
		got         int
		warned      bool
	}{
		{want: 2000, descriptors: math.MaxUint64, got: 2000},
		{want: 2000, descriptors: 524288, got: 2000},
		{want: 2000, descriptors: 1024, got: 736, warned: true},
		{want: 736, descriptors: 1024, got: 736},
		{want: 737, descriptors: 1024, got: 736, warned: true},
		{want: -1, descriptors: 1024, got: 736}, // nobody has asked for a number
		{want: 0, descriptors: 1024, got: 0},    // that is for the engine to say
		{want: 10, descriptors: 16, got: 1, warned: true},
	} {
		var out bytes.Buffer
		a := &App{log: slog.New(slog.NewTextHandler(&out, nil))}
		if got := a.sessionsFor(c.want, c.descriptors); got != c.got {
			t.Errorf("%d sessions, %d descriptors: %d are allowed, want %d", c.want, c.descriptors, got, c.got)
		}
		if warned := strings.Contains(out.String(), "too few descriptors"); warned != c.warned {
			t.Errorf("%d sessions, %d descriptors: the log says %q", c.want, c.descriptors, out.String())
		}
	}
}
