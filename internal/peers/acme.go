package peers

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An ACME is a server (RFC 8555) that issues certificates in a test, for
// every name: to it all names are loopback's.
type ACME struct {
	Directory         string // the URL that its clients begin at
	Root              string // PEM file: who vouches for its own server
	HTTPPort, TLSPort int    // where it looks whether a name leads to its client
	admin             string
	roots             *x509.CertPool
}

// StartACME runs Let's Encrypt's pebble until the test ends. Its certificates
// are good for the time given.
func StartACME(t testing.TB, validity time.Duration) ACME {
	t.Helper()
	pebble, ok := find("pebble")
	if !ok {
		missing(t, "pebble is not installed: run .ci/peers")
	}
	dir := t.TempDir()
	own := NewAuthority(t)
	a := ACME{Root: own.CAFile, roots: own.Roots, HTTPPort: freePort(t, IPv4.Host()), TLSPort: freePort(t, IPv4.Host())}
	at := func() string { return net.JoinHostPort(IPv4.Host(), fmt.Sprint(freePort(t, IPv4.Host()))) }
	listen, admin := at(), at()
	a.Directory, a.admin = "https://"+listen+"/dir", "https://"+admin
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": listen, "managementListenAddress": admin,
		"certificate": own.CertFile, "privateKey": own.KeyFile,
		"httpPort": a.HTTPPort, "tlsPort": a.TLSPort,
		"keyAlgorithm": "ecdsa",
		"retryAfter":   map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{
			"description": "of this test", "validityPeriod": int(validity / time.Second)}},
	}})
	check(t, err)
	file := filepath.Join(dir, "pebble.json")
	check(t, os.WriteFile(file, config, 0o600))
	cmd := exec.CommandContext(t.Context(), pebble, "-config", file, "-dnsserver", serveNames(t))
	cmd.Env = []string{"PEBBLE_VA_NOSLEEP=1", "PATH=" + os.Getenv("PATH")}
	var out buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Log(out.String())
		}
	})
	deadline := time.Now().Add(time.Minute)
	for {
		err := a.answers()
		if err == nil {
			return a
		}
		if time.Now().After(deadline) {
			t.Fatalf("pebble does not serve: %v\n%s", err, out.String())
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (a ACME) client() *http.Client {
	return &http.Client{Timeout: 10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.roots}, DisableKeepAlives: true}}
}

func (a ACME) answers() error {
	for _, url := range []string{a.Directory, a.admin + "/roots/0"} {
		resp, err := a.client().Get(url)
		if err != nil {
			return err
		}
		resp.Body.Close()
	}
	return nil
}

// Issuer returns who signs the certificates that the authority issues.
func (a ACME) Issuer(t testing.TB) *x509.CertPool {
	t.Helper()
	resp, err := a.client().Get(a.admin + "/roots/0")
	check(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	check(t, err)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("the authority's root is %q", text)
	}
	return pool
}
