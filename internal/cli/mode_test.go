package cli

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestParseMode(t *testing.T) {
	for _, tt := range []struct {
		text   string
		old    fs.FileMode
		folder bool
		want   fs.FileMode
	}{
		{"644", 0o777, false, 0o644},
		{"2775", 0, false, 0o775 | fs.ModeSetgid},
		{"u+x", 0o644, false, 0o744},
		{"go-w", 0o666, false, 0o644},
		{"u+x,go-w", 0o666, false, 0o744},
		{"+x", 0o644, false, 0o755},
		{"a=r", 0o777, false, 0o444},
		{"u=rw,g=r,o=", 0o777, false, 0o640},
		{"a+X", 0o644, false, 0o644},
		{"a+X", 0o644, true, 0o755},
		{"a+X", 0o744, false, 0o755},
		{"u-x+w", 0o555, false, 0o655},
		{"o+r", 0o4750&0o777 | fs.ModeSetuid, false, 0o754 | fs.ModeSetuid},
	} {
		m, err := parseMode(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
		} else if got := m.apply(tt.old, tt.folder); got != tt.want {
			t.Errorf("%s of %v is %v, want %v", tt.text, tt.old, got, tt.want)
		}
	}
	for _, text := range []string{"", "8", "u", "u+q", "rwx", "+s", ",", "u+x,", "99999", "-1", "u*x"} {
		if m, err := parseMode(text); err == nil || exitCode(err) != exitUsage {
			t.Errorf("%q is %+v, %v", text, m, err)
		}
	}
}

// FuzzParseMode: whatever changes there are, they are about permissions alone.
func FuzzParseMode(f *testing.F) {
	for _, text := range []string{"644", "u+x,go-w", "a=rX", "u-x+w", "7777"} {
		f.Add(text, uint16(0o644), true)
	}
	f.Fuzz(func(t *testing.T, text string, old uint16, folder bool) {
		m, err := parseMode(text)
		if err != nil {
			return
		}
		mode := fs.FileMode(old & 0o777)
		once := m.apply(mode, folder)
		if once&^(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0 {
			t.Errorf("%q of %v is %v", text, mode, once)
		}
	})
}

// TestChmod asks for the permissions only where they matter, and does not guess them.
func TestChmod(t *testing.T) {
	store := mem.New(mem.Options{})
	w, err := store.Create(t.Context(), "f", storage.CreateOptions{Perm: 0o644})
	if err == nil {
		_, err = w.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		want fs.FileMode
	}{{"u+x,go-r", 0o700}, {"640", 0o640}} {
		m, err := parseMode(tt.text)
		if err == nil {
			err = chmod(t.Context(), store, "f", m)
		}
		info, serr := store.Stat(t.Context(), "f")
		if err != nil || serr != nil || info.Mode != tt.want {
			t.Errorf("%s: the mode is %v, want %v: %v, %v", tt.text, info.Mode, tt.want, err, serr)
		}
	}
	m, _ := parseMode("u+x")
	if err := chmod(t.Context(), modeless{store}, "f", m); !errors.Is(err, errNoMode) {
		t.Errorf("of what has none: %v", err)
	}
}

// modeless is a server that tells no permissions.
type modeless struct{ storage.FS }

func (m modeless) Stat(ctx context.Context, name string) (storage.Info, error) {
	info, err := m.FS.Stat(ctx, name)
	info.Mode = 0
	return info, err
}
