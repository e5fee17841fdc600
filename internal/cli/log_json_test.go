package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// TestJSONUnprinted shows that --json obeys the same rule: what stands in it comes from
// servers, and it is looked at on terminals.
func TestJSONUnprinted(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &stdio{out: f}
	for _, name := range []string{"a\u009b31mb", "a\x7f\u202eb"} {
		if err := s.json(struct{ Name string }{name}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(f.Name())
	if want := `{"Name":"a\u009b31mb"}` + "\n" + `{"Name":"a\u007f\u202eb"}` + "\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUnprinted(t *testing.T) {
	for text, want := range map[string]string{
		"plain":          `"plain"`,
		"ä 文":            `"ä 文"`,
		"a\x7fb":         `"a\u007fb"`,
		"a\u009b31mb":    `"a\u009b31mb"`,
		"a\u202eb":       `"a\u202eb"`,
		"\U000e0001x":    `"\udb40\udc01x"`,
		"\xff":           `"\ufffd"`,
		"\u202ea\u202eb": `"\u202ea\u202eb"`,
	} {
		var out bytes.Buffer
		slog.New(slog.NewJSONHandler(unprinted{&out}, nil)).Info("x", "name", text)
		var got struct{ Name json.RawMessage }
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || string(got.Name) != want {
			t.Errorf("%q is logged as %s, want %s (%v)", text, got.Name, want, err)
		}
	}
}
