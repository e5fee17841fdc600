package cli

import (
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/trust"
)

func TestTLSFlags(t *testing.T) {
	pin := []pinFlag{{given: true}}
	tests := []struct {
		flags tlsFlags
		url   string
		want  ftpclient.Security
		err   string // part of a usage error
	}{
		{tlsFlags{}, "ftp://h/", ftpclient.SecurityAuto, ""},
		{tlsFlags{}, "ftpes://h/", ftpclient.SecurityExplicit, ""},
		{tlsFlags{}, "ftps://h/", ftpclient.SecurityImplicit, ""},
		{tlsFlags{TLS: "require"}, "ftp://h/", ftpclient.SecurityExplicit, ""},
		{tlsFlags{TLS: "require"}, "ftps://h/", ftpclient.SecurityImplicit, ""},
		{tlsFlags{TLS: "off"}, "ftp://h/", ftpclient.SecurityOff, ""},
		{tlsFlags{TLS: "off"}, "ftpes://h/", 0, "contradicts ftpes://"},
		{tlsFlags{TLS: "off"}, "ftps://h/", 0, "contradicts ftps://"},
		{tlsFlags{Pin: pin}, "ftp://h/", ftpclient.SecurityExplicit, ""},
		{tlsFlags{Pin: pin, TLS: "off"}, "ftp://h/", 0, "--pin is about TLS"},
		{tlsFlags{Trust: true}, "ftp://h/", ftpclient.SecurityExplicit, ""},
		{tlsFlags{Trust: true, TLS: "off"}, "ftp://h/", 0, "--trust is about TLS"},
		{tlsFlags{CACert: "tls_test.go"}, "ftp://h/", 0, "no certificate in PEM form"},
		{tlsFlags{CACert: "x", TLS: "off"}, "ftp://h/", 0, "--cacert is about TLS"},
		{tlsFlags{CCC: true, TLS: "off"}, "ftp://h/", 0, "are about TLS"},
		{tlsFlags{ClearData: true, CCC: true}, "ftps://h/", ftpclient.SecurityImplicit, ""},
		{tlsFlags{ClientKey: "x"}, "ftps://h/", 0, "add --client-cert"},
		{tlsFlags{ClientCert: "tls_test.go"}, "ftps://h/", 0, "in PEM form"},
		{tlsFlags{TLSMin: "1.3", TLSMax: "1.2"}, "ftps://h/", 0, "above"},
		{tlsFlags{}, "ftp://known/", ftpclient.SecurityExplicit, ""},
		{tlsFlags{TLS: "off"}, "ftp://known/", ftpclient.SecurityOff, ""},
		{tlsFlags{}, "ftp://known:2121/", ftpclient.SecurityAuto, ""},
	}
	atHome(t)
	store, err := keyStore()
	if err == nil {
		err = store.Set(trust.Entry{Server: trust.NewServer("KNOWN", 21)})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		f := remoteFlags{tlsFlags: tt.flags, Data: "auto", Timeout: time.Second, Stall: time.Second}
		got, err := f.prepare(t.Context(), &stdio{}, tt.url)
		if tt.err != "" {
			if exitCode(err) != exitUsage || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s %+v: %v, want %q", tt.url, tt.flags, err, tt.err)
			}
			continue
		}
		if err != nil || got.options.Security != tt.want || (got.tls == nil) != (tt.want == ftpclient.SecurityOff) {
			t.Errorf("%s %+v: %v, %v, want %v", tt.url, tt.flags, got, err, tt.want)
		}
	}
}

// writePEM writes a certificate, and its key if it is to be used, into a file.
func writePEM(t *testing.T, cert *tls.Certificate, withKey bool) string {
	t.Helper()
	texts := []string{mint.CertPEM(cert)}
	if withKey {
		texts = append(texts, mint.KeyPEM(cert))
	}
	return mint.File(t, filepath.Join(t.TempDir(), "pem"), texts...)
}

func authority() *tls.Certificate { return mint.Cert{Name: "fake authority", CA: true}.Make() }

// TestCertificates shows what each certificate leads to: the exit code, and a message
// that ends with what resolves it.
func TestCertificates(t *testing.T) {
	ca := authority()
	caFile := writePEM(t, ca, false)
	tests := []struct {
		name string
		cert *tls.Certificate
		args []string
		say  []string // what the message has; KEY and URL are replaced
	}{
		{"self-signed", mint.Cert{}.Make(), nil, []string{"it is self-signed", "--pin KEY", "ferry trust URL\n"}},
		{"unknown issuer", mint.Cert{Issuer: ca}.Make(), nil, []string{`its issuer "fake authority"`, "--cacert FILE", "ferry trust URL\n"}},
		{"wrong name", mint.Cert{Issuer: ca, Hosts: []string{"other.example"}}.Make(),
			[]string{"--cacert", caFile}, []string{"it is for other.example", "ferry trust URL\n"}},
		{"expired", mint.Cert{Issuer: ca, End: time.Now().Add(-time.Minute)}.Make(),
			[]string{"--cacert", caFile}, []string{"expired on", "--pin KEY\n"}},
		{"not yet valid", mint.Cert{Issuer: ca, From: time.Now().Add(time.Minute)}.Make(),
			[]string{"--cacert", caFile}, []string{"clock", "--pin KEY\n"}},
		{"good", mint.Cert{Issuer: ca}.Make(), []string{"--cacert", caFile}, nil},
	}
	for _, tt := range tests {
		for _, scheme := range []string{"ftpes", "ftps"} {
			t.Run(tt.name+" "+scheme, func(t *testing.T) {
				atHome(t)
				f := startFake(t, &fake{cert: tt.cert, implicit: scheme == "ftps", files: map[string]string{"x": "hello"}})
				key := trust.KeyOf(tt.cert.Leaf)
				replace := strings.NewReplacer("KEY", key.String(), "URL", f.url(scheme, ""))
				code, stdout, stderr := ferry(t, append([]string{"cat", f.url(scheme, "x")}, tt.args...)...)
				if tt.say == nil {
					if code != exitOK || stdout != "hello" || stderr != "" {
						t.Errorf("exit code %d, %q, %s", code, stdout, stderr)
					}
					return
				}
				if code != exitTrust || f.got("USER") > 0 {
					t.Errorf("exit code %d, %d logins", code, f.got("USER"))
				}
				for _, say := range tt.say {
					if say = replace.Replace(say); !strings.Contains(stderr, say) {
						t.Errorf("the message has no %q:\n%s", say, stderr)
					}
				}
				for _, pin := range []string{key.String(), strings.TrimPrefix(key.String(), "sha256//"), hex.EncodeToString(key[:])} {
					code, stdout, stderr = ferry(t, "cat", f.url(scheme, "x"), "--pin", trust.Key{}.String(), "--pin", pin)
					if code != exitOK || stdout != "hello" || stderr != "" {
						t.Errorf("--pin %s: exit code %d, %q, %s", pin, code, stdout, stderr)
					}
				}
				if code, _, stderr = ferry(t, "cat", f.url(scheme, "x"), "--pin", trust.Key{}.String()); code != exitTrust || !strings.Contains(stderr, "--pin "+key.String()+"\n") {
					t.Errorf("another pin: exit code %d, %s", code, stderr)
				}
			})
		}
	}
}

// A pin is kept although an authority vouches for another key.
func TestPinBeatsAuthority(t *testing.T) {
	atHome(t)
	ca := authority()
	f := startFake(t, &fake{cert: mint.Cert{Issuer: ca}.Make(), files: map[string]string{"x": "hello"}})
	code, _, stderr := ferry(t, "cat", f.url("ftp", "x"), "--cacert", writePEM(t, ca, false), "--pin", trust.Key{}.String())
	if code != exitTrust || f.got("USER") > 0 {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// What ftp:// takes without asking is said once for each server, however many
// connections there are.
func TestUnverifiedIsSaidOnce(t *testing.T) {
	atHome(t)
	list, files := "", map[string]string{}
	for i := range 20 {
		list += fmt.Sprintf("type=file;size=%d; f%d\r\n", 70<<10, i)
		files[fmt.Sprintf("tree/f%d", i)] = strings.Repeat("x", 70<<10)
	}
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: files, listing: map[string]string{"tree": list}})
	code, _, stderr := ferry(t, "get", "-r", "--parallel", "4", f.url("ftp", "tree"), t.TempDir())
	if n := strings.Count(stderr, "self-signed"); code != exitOK || n != 1 || f.got("AUTH") < 2 {
		t.Errorf("exit code %d, said %d times over %d connections:\n%s", code, n, f.got("AUTH"), stderr)
	}
	if !strings.Contains(stderr, "ferry trust "+f.url("ftp", "")+")\n") {
		t.Errorf("the warning has no way out:\n%s", stderr)
	}
}

func TestTrustOnFirstUse(t *testing.T) {
	home := atHome(t)
	first := mint.Cert{}.Make()
	f := startFake(t, &fake{cert: first, files: map[string]string{"x": "hello"}})
	key := trust.KeyOf(first.Leaf).String()
	cat := func(args ...string) (int, string) {
		code, stdout, stderr := ferry(t, append([]string{"cat", f.url("ftp", "x")}, args...)...)
		if code == exitOK != (stdout == "hello") {
			t.Errorf("%v: exit code %d, %q", args, code, stdout)
		}
		return code, stderr
	}
	if code, stderr := cat("--trust"); code != exitOK || !strings.Contains(stderr, key) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("first use: exit code %d, %s", code, stderr)
	}
	for _, args := range [][]string{{}, {"--trust"}, {"--tls", "require"}} {
		if code, stderr := cat(args...); code != exitOK || stderr != "" {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	file := filepath.Join(home, "state", "ferry", "trusted")
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	day := time.Now().Format(time.DateOnly)
	if _, stdout, _ := ferry(t, "trust"); stdout != fmt.Sprintf("%s  %s  127.0.0.1:%d\n", key, day, f.port) {
		t.Errorf("the list: %q", stdout)
	}
	if _, stdout, _ := ferry(t, "trust", "--json"); stdout != fmt.Sprintf(`{"host":"127.0.0.1","port":%d,"key":"%s","day":"%s"}`+"\n", f.port, key, day) {
		t.Errorf("the list: %q", stdout)
	}

	// The server gets another key.
	f.cert = mint.Cert{}.Make()
	now := trust.KeyOf(f.cert.Leaf).String()
	for _, args := range [][]string{{}, {"--trust"}, {"--tls", "require"}} {
		code, stderr := cat(args...)
		if code != exitTrust || !strings.Contains(stderr, key) || !strings.Contains(stderr, now) || !strings.HasSuffix(stderr, "ferry trust "+f.url("ftp", "")+"\n") {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	host := fmt.Sprintf("127.0.0.1:%d", f.port)
	code, stdout, stderr := ferry(t, "trust", host)
	if code != exitUsage || !strings.Contains(stdout, "NOT the one that is remembered, "+key) || !strings.Contains(stderr, "ferry trust --key "+now+" "+f.url("ftp", "")+"\n") {
		t.Errorf("trust without a terminal: exit code %d, %s%s", code, stdout, stderr)
	}
	if code, stderr := cat(); code != exitTrust {
		t.Errorf("what nobody has confirmed is trusted: %s", stderr)
	}
	logins := f.got("USER")
	if code, stdout, stderr := ferry(t, "trust", "--yes", host); code != exitOK || !strings.Contains(stdout, now) {
		t.Errorf("trust --yes: exit code %d, %s%s", code, stdout, stderr)
	}
	if f.got("USER") != logins {
		t.Error("ferry trust logs in")
	}
	if code, stderr := cat(); code != exitOK || stderr != "" {
		t.Errorf("after trust --yes: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := ferry(t, "trust", host); code != exitOK || !strings.Contains(stderr, "already") {
		t.Errorf("trust once more: exit code %d, %s", code, stderr)
	}
	for want, code := range []int{exitOK, exitNotFound} {
		if got, _, stderr := ferry(t, "trust", "--remove", host); got != code {
			t.Errorf("trust --remove, %d: exit code %d, %s", want, got, stderr)
		}
	}
	if code, stderr := cat(); code != exitOK || !strings.Contains(stderr, "self-signed") {
		t.Errorf("after trust --remove: exit code %d, %s", code, stderr)
	}
	if code, _, _ := ferry(t, "trust", "--key", key, host); code != exitOK {
		t.Errorf("trust --key: exit code %d", code)
	}
	if code, stderr := cat(); code != exitTrust {
		t.Errorf("after trust --key of another: exit code %d, %s", code, stderr)
	}
}

// A file of keys that makes no sense stops everything that depends on it, and says
// where it is.
func TestDamagedTrust(t *testing.T) {
	home := atHome(t)
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}})
	mustWrite(t, filepath.Join(home, "state", "ferry", "trusted"), "nonsense\n")
	if err := os.Chmod(filepath.Join(home, "state", "ferry", "trusted"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"cat", f.url("ftp", "x")}, {"cat", f.url("ftpes", "x")}, {"trust"}, {"trust", "--yes", f.url("ftp", "")}} {
		if code, _, stderr := ferry(t, args...); code == exitOK || !strings.Contains(stderr, "line 1 of "+home) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	if code, stdout, _ := ferry(t, "cat", "--tls", "off", f.url("ftp", "x")); code != exitOK || stdout != "hello" {
		t.Errorf("--tls off does not need it: exit code %d", code)
	}
}

func TestTLSIsShown(t *testing.T) {
	atHome(t)
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}})
	key := trust.KeyOf(f.cert.Leaf).String()
	if _, _, stderr := ferry(t, "cat", "-v", "--tls-max", "1.2", f.url("ftp", "x")); !strings.Contains(stderr, "\n1 * TLS 1.2, TLS_ECDHE_ECDSA_WITH_") || !strings.Contains(stderr, "\n1 * data connection: TLS 1.2, TLS_ECDHE_ECDSA_WITH_") || !strings.Contains(stderr, key+", for which nobody vouches") {
		t.Errorf("-v: %s", stderr)
	}
	if _, stdout, _ := ferry(t, "features", "--pin", key, f.url("ftp", "")); !strings.Contains(stdout, "TLS: TLS 1.3, TLS_") || !strings.Contains(stdout, "whose key is pinned") {
		t.Errorf("features: %s", stdout)
	}
	_, stdout, _ := ferry(t, "features", "--json", f.url("ftp", ""))
	var out jsonProtection
	line, _, _ := strings.Cut(stdout, "\n")
	if err := json.Unmarshal([]byte(line), &out); err != nil || out.TLS.Version != "TLS 1.3" || out.TLS.Trusted != "nobody" || out.TLS.Certificate.Key != key {
		t.Errorf("features --json: %v, %s", err, line)
	}
	_, stdout, _ = ferry(t, "trust", "--show", "--json", f.url("ftp", ""))
	if !strings.Contains(stdout, `"key":"`+key+`"`) || !strings.Contains(stdout, `"problem":"the certificate of 127.0.0.1 cannot be trusted`) {
		t.Errorf("trust --show --json: %s", stdout)
	}
}

// A server that wants to know who its client is, by a certificate.
func TestClientCertificate(t *testing.T) {
	atHome(t)
	ca := authority()
	mine := mint.Cert{Issuer: ca, Name: "me"}.Make()
	who := make(chan string, 10)
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
		"AUTH": func(c *fakeConn, _ string) bool {
			c.say("234 Go.")
			config := c.config()
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, mint.Roots(ca)
			conn := tls.Server(c.Conn, config)
			if conn.Handshake() == nil {
				who <- conn.ConnectionState().PeerCertificates[0].Subject.CommonName
			}
			c.upgrade(conn)
			return true
		},
	}})
	both := writePEM(t, mine, true)
	for _, args := range [][]string{{"--client-cert", both}, {"--client-cert", writePEM(t, mine, false), "--client-key", both}} {
		code, stdout, stderr := ferry(t, append([]string{"cat", "--trust", f.url("ftp", "x")}, args...)...)
		if code != exitOK || stdout != "hello" || <-who != "me" {
			t.Errorf("exit code %d, %q, %s", code, stdout, stderr)
		}
	}
	if code, _, stderr := ferry(t, "cat", f.url("ftp", "x")); code != exitLogin || !strings.Contains(stderr, "--client-cert FILE") {
		t.Errorf("without a certificate: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := ferry(t, "cat", f.url("ftp", "x"), "--client-cert", "nowhere"); code != exitNotFound {
		t.Errorf("without a file: exit code %d, %s", code, stderr)
	}
}

func (c *fakeConn) upgrade(conn net.Conn) { c.Conn = conn; c.in.Reset(conn) }

// TestOtherScheme shows that a server which has TLS at another time than the URL says
// leads to the right URL.
func TestOtherScheme(t *testing.T) {
	cert := mint.Cert{}.Make()
	for scheme, other := range map[string]string{"ftps": "ftpes://", "ftpes": "ftps://"} {
		atHome(t)
		f := startFake(t, &fake{cert: cert, implicit: scheme == "ftpes"})
		code, _, stderr := ferry(t, "cat", f.url(scheme, "x"), "--timeout", "500ms")
		if code != exitLost || !strings.HasSuffix(stderr, "then its URL begins with "+other+"\n") {
			t.Errorf("%s: exit code %d: %s", scheme, code, stderr)
		}
	}
}
