package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
)

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
