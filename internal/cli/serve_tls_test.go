package cli

import (
	"crypto/tls"
	"os"
	"reflect"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/certs"
)

// What the flags about TLS say is what the server is told.
func TestServeTLS(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/state")
	acme := certs.ACME{Names: []string{"ftp.example.org"}, HTTPPort: 80, TLSPort: 443}
	for _, tt := range []struct {
		args   []string
		want   app.TLS
		engine ftpserver.TLS
	}{
		{nil, app.TLS{}, ftpserver.TLS{}},
		{[]string{"--tls", "off"}, app.TLS{}, ftpserver.TLS{}},
		{[]string{"--tls", "self-signed", "--tls-reuse", "require", "--tls-ccc"},
			app.TLS{SelfSigned: true, State: "/state/ferry"}, ftpserver.TLS{Reuse: ftpserver.ReuseRequire, CCC: true}},
		{[]string{"--tls", "control", "--state", "here", "--tls-reuse", "off", "--tls-any-alpn", "--tls-loose-end"},
			app.TLS{SelfSigned: true, State: "here", Demand: ftpserver.SecurityControl},
			ftpserver.TLS{Reuse: ftpserver.ReuseOff, AnyALPN: true, LooseEnd: true}},
		{[]string{"--cert", "a", "--key", "b", "--cert", "c", "--key", "c", "--tls-min", "1.3"},
			app.TLS{Files: []certs.Pair{{Cert: "a", Key: "b"}, {Cert: "c", Key: "c"}}, MinVersion: tls.VersionTLS13}, ftpserver.TLS{}},
		{[]string{"--cert", "a", "--tls", "require"},
			app.TLS{Files: []certs.Pair{{Cert: "a"}}, SelfSigned: true, State: "/state/ferry", Demand: ftpserver.SecurityData}, ftpserver.TLS{}},
		{[]string{"--acme", "ftp.example.org"}, app.TLS{ACME: acme, State: "/state/ferry"}, ftpserver.TLS{}},
		{[]string{"--acme", "a.example.org", "--acme", "b.example.org", "--acme-email", "me@example.org", "--acme-ca", "https://ca.example/dir",
			"--acme-listen", "192.0.2.1", "--acme-http-port", "8080", "--acme-tls-port", "0"},
			app.TLS{ACME: certs.ACME{Names: []string{"a.example.org", "b.example.org"}, Email: "me@example.org", CA: "https://ca.example/dir",
				Host: "192.0.2.1", HTTPPort: 8080}, State: "/state/ferry"}, ftpserver.TLS{}},
	} {
		o, err := serveOptions(t, tt.args...)
		if err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		if !reflect.DeepEqual(o.TLS, tt.want) || !reflect.DeepEqual(o.Server.TLS, tt.engine) {
			t.Errorf("%q:\n%+v %+v, want\n%+v %+v", tt.args, o.TLS, o.Server.TLS, tt.want, tt.engine)
		}
	}
}

// Users have what is said of them; one whose certificate is his login is not asked
// for a password.
func TestServeUsersTLS(t *testing.T) {
	t.Setenv("FERRY_PASSWORD_EVE", "e")
	ca := t.TempDir() + "/ca.pem"
	if err := os.WriteFile(ca, []byte(caPEM(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := serveOptions(t, "--tls", "self-signed", "--state", t.TempDir(), "--client-ca", ca, "--client-cert", "login", "--client-name", "email",
		"--user", "bob", "--user", "carol:c", "--user", "eve", "--anonymous", "--user-security", "bob=data", "--user-security", "anonymous=refuse",
		"--max-handshakes", "7")
	if err != nil {
		t.Fatal(err)
	}
	want := []app.User{{Name: "bob", Security: ftpserver.SecurityData}, {Name: "carol", Password: "c"}, {Name: "eve", Password: "e"}}
	if !reflect.DeepEqual(o.Users, want) || o.AnonymousSecurity != ftpserver.SecurityRefuse {
		t.Errorf("%+v, anonymous %v", o.Users, o.AnonymousSecurity)
	}
	if o.TLS.ClientCert != app.ClientCertLogin || o.TLS.ClientName != app.NameEmail || o.TLS.ClientCAs == nil || o.Server.Limits.Handshakes != 7 {
		t.Errorf("%+v, %d handshakes", o.TLS, o.Server.Limits.Handshakes)
	}
}

func serveOptions(t *testing.T, args ...string) (app.Options, error) {
	t.Helper()
	var c struct {
		Serve serveCmd `cmd:""`
	}
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(append([]string{"serve"}, args...)); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return c.Serve.options(t.Context(), &stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr})
}

// caPEM is a certificate in PEM form.
func caPEM(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := certs.Open(t.Context(), certs.Options{SelfSigned: true, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	text, err := os.ReadFile(dir + "/self-signed.pem")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
