package rig_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
)

// TestSameTree checks that no difference escapes the comparison of trees.
func TestSameTree(t *testing.T) {
	base := map[string]string{"a": "1", "d/b": "2", "d/.c": "", "e/": ""}
	tests := map[string]struct {
		name, text string // a change of base; text "-" removes
		same       bool
	}{
		"equal":            {"a", "1", true},
		"other octets":     {"a", "2", false},
		"longer":           {"a", "11", false},
		"hidden missing":   {"d/.c", "-", false},
		"directory absent": {"e/", "-", false},
		"file too many":    {"d/x", "", false},
		"file for a dir":   {"e", "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want, got := t.TempDir(), t.TempDir()
			rig.Plant(t, want, base)
			changed := make(map[string]string)
			for k, v := range base {
				if k != tt.name && k != tt.name+"/" {
					changed[k] = v
				}
			}
			if tt.text != "-" {
				changed[tt.name] = tt.text
			}
			rig.Plant(t, got, changed)
			rec := &recorder{TB: t}
			rig.SameTree(rec, got, want)
			if rec.failed == tt.same {
				t.Errorf("failed = %t, want %t", rec.failed, !tt.same)
			}
		})
	}
}

// recorder takes down failures that a test of a test expects.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
