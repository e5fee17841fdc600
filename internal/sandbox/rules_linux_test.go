package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFolders has certificates lie as those who renew them lay them out.
func TestFolders(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(top, "home")
	t.Setenv("HOME", home)
	for _, dir := range []string{"live/host", "archive/host", "mounted/..2026", "plain", "home/certs"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"archive/host/cert1.pem", "mounted/..2026/cert.pem", "plain/cert.pem", "home/cert.pem", "home/certs/cert.pem"} {
		if err := os.WriteFile(filepath.Join(top, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"live/host/cert.pem": "../../archive/host/cert1.pem",
		"mounted/..data":     "..2026",
		"mounted/cert.pem":   "..data/cert.pem",
		"away":               "plain",
	} {
		if err := os.Symlink(target, filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string][]string{
		"plain/cert.pem":      {"plain"},
		"away/cert.pem":       {"plain"},
		"live/host/cert.pem":  {"live/host", "archive/host"},
		"mounted/cert.pem":    {"mounted", "mounted/..2026"},
		"home/cert.pem":       nil, // the home itself is not for all to read
		"home/certs/cert.pem": {"home/certs"},
	} {
		got, err := folders(filepath.Join(top, file))
		for i := range want {
			want[i] = filepath.Join(top, want[i])
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", file, got, err, want)
		}
	}
	for dir, want := range map[string]bool{"/": true, "/etc": true, "/home/bob": true, home: true, "/etc/ssl": false, "/home/bob/certs": false} {
		if broad(dir) != want {
			t.Errorf("%s: %v", dir, !want)
		}
	}
}
