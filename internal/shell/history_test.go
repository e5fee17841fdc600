package shell_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/shell"
)

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ferry", "history")
	h, err := shell.OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{"": false, "  ": false, "a\nb": false, "a\x1b[m": false, "\xff": false, strings.Repeat("x", 5000): false} {
		if added, err := h.Add(line); added != want || err != nil {
			t.Errorf("Add(%q) = %v, %v", line, added, err)
		}
	}
	for _, line := range []string{"ls", "ls", "cd 'é 漢'", "ls"} {
		if _, err := h.Add(line); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"ls", "cd 'é 漢'", "ls"}
	again, err := shell.OpenHistory(path)
	if err != nil || !slices.Equal(h.Lines(), want) || !slices.Equal(again.Lines(), want) {
		t.Errorf("the history is %q, and in the file %q, %v; want %q", h.Lines(), again.Lines(), err, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others can read the history: %v, %v", info.Mode(), err)
	}
	if err := h.Clear(); err != nil {
		t.Fatal(err)
	}
	if again, err := shell.OpenHistory(path); err != nil || len(again.Lines()) != 0 {
		t.Errorf("what was forgotten is %q, %v", again.Lines(), err)
	}
}

// TestLongHistory sees that a history does not grow for ever, and that what others have
// put into the file does not reach the terminal.
func TestLongHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var text strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	text.WriteString("bad \x1b]0;x\a\nlast\n")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h, err := shell.OpenHistory(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := h.Lines(); len(lines) != 1000 || lines[0] != "line 1501" || lines[999] != "last" {
			t.Errorf("%d lines are left, from %q to %q", len(lines), lines[0], lines[len(lines)-1])
		}
	}
}
