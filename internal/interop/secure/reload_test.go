package secure_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// A server whose certificate is renewed behind a symbolic link, as certbot does it,
// shows the new one without a restart, confined as it is, and from one client to the next.
func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "live", "both.pem")
	check(t, os.Mkdir(filepath.Dir(live), 0o700))
	check(t, os.Mkdir(filepath.Join(dir, "archive"), 0o700))
	renew := func(a *peers.Authority, name string) {
		t.Helper()
		text, err := os.ReadFile(a.BothFile)
		check(t, err)
		file := filepath.Join(dir, "archive", name)
		check(t, os.WriteFile(file, text, 0o600))
		check(t, os.Symlink(filepath.Join("..", "archive", name), live+"~"))
		check(t, os.Rename(live+"~", live))
	}
	old, fresh := peers.NewAuthority(t), peers.NewAuthority(t)
	renew(old, "1.pem")
	d := serveFerry(t, "--cert", live, t.TempDir())
	d.leaf(t, "", "localhost", old.Roots)
	renew(fresh, "2.pem")
	<-time.After(1100 * time.Millisecond) // it looks once a second
	d.leaf(t, "", "localhost", fresh.Roots)
	d.await(t, "certificate read again")
}
