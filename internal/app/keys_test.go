package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/internal/certs"
)

// A folder is not served in which a private key lies, or would be made, whatever
// the ways are by which it is named.
func TestKeysAreNotServed(t *testing.T) {
	base := t.TempDir()
	join := func(names ...string) string { return filepath.Join(append([]string{base}, names...)...) }
	for _, dir := range []string{join("srv", "sub"), join("srvant"), join("away")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	made, err := certs.Open(t.Context(), certs.Options{SelfSigned: true, Dir: join("away")})
	if err != nil {
		t.Fatal(err)
	}
	made.Close()
	text, err := os.ReadFile(join("away", "self-signed.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(join("srv", "sub", "key.pem"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	away := join("away", "self-signed.pem")
	for name, target := range map[string]string{
		join("link"):                    join("srv", "sub"),
		join("srv", "out"):              join("away"),
		join("srv", "out.pem"):          away,
		join("away", "in.pem"):          join("srv", "sub", "key.pem"),
		join("again"):                   join("srv"),
		join("srv", "sub", "round.pem"): away,
	} {
		if err := os.Symlink(target, name); err != nil {
			t.Skipf("the system lets this user make no links: %v", err)
		}
	}
	t.Chdir(base)
	for _, tt := range []struct {
		dir   string // that is served
		state string // of a self-signed certificate, or
		key   string // file
		bad   bool
	}{
		{dir: join("srv"), state: join("srv", "state"), bad: true},
		{dir: join("srv"), state: join("srv", "deep", "down"), bad: true},
		{dir: join("srv"), state: "srv", bad: true},
		{dir: "srv", state: join("srv", "x"), bad: true},
		{dir: join("again"), state: "srv/x", bad: true},
		{dir: join("srv"), state: join("link", "x"), bad: true},
		{dir: join("srv"), state: join("srv", "out", "x"), bad: true}, // a link that a client may turn
		{dir: "/", state: join("state"), bad: true},
		{dir: join("srv"), state: join("srvant"), bad: false},
		{dir: join("srv", "sub"), state: join("srv", "state"), bad: false},

		{dir: join("srv"), key: join("srv", "sub", "key.pem"), bad: true},
		{dir: join("srv"), key: join("link", "key.pem"), bad: true},
		{dir: join("srv"), key: join("away", "in.pem"), bad: true},
		{dir: join("srv"), key: join("srv", "out.pem"), bad: true},
		{dir: join("srv"), key: join("srv", "out", "self-signed.pem"), bad: true},
		{dir: join("srv"), key: away, bad: false},
		{dir: join("srvant"), key: join("srv", "sub", "key.pem"), bad: false},
	} {
		o := Options{Dir: tt.dir, Anonymous: true, Listen: []string{"127.0.0.1:0"}, TLS: TLS{SelfSigned: tt.key == "", State: tt.state}}
		if tt.key != "" {
			o.TLS.Files = []certs.Pair{{Cert: tt.key}}
		}
		a, err := New(t.Context(), o)
		if err == nil {
			a.Close()
		}
		var ke *KeyError
		if errors.As(err, &ke) != tt.bad || !tt.bad && err != nil {
			t.Errorf("%+v: %v", tt, err)
		}
		if tt.bad {
			if _, err := os.Stat(filepath.Join(tt.state, "tls")); tt.state != "" && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%+v: something has been made: %v", tt, err)
			}
		}
	}
	// So it is for every folder that is served.
	_, err = New(t.Context(), Options{Dir: join("srvant"), Anonymous: true, Mounts: []Folder{{"m", join("srv")}},
		Listen: []string{"127.0.0.1:0"}, TLS: TLS{SelfSigned: true, State: join("srv", "state")}})
	if ke := (*KeyError)(nil); !errors.As(err, &ke) || ke.Folder != join("srv") {
		t.Errorf("a mount: %v", err)
	}
}
