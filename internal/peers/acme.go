package peers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An Authority is an ACME server (RFC 8555) that issues certificates in a test, for
// every name: to it all names are loopback's.
type Authority struct {
	Directory         string // the URL that its clients begin at
	Root              string // PEM file: who vouches for its own server
	HTTPPort, TLSPort int    // where it looks whether a name leads to its client
	admin             string
}

// StartAuthority runs Let's Encrypt's pebble until the test ends. Its certificates
// are good for the time given.
func StartAuthority(t testing.TB, validity time.Duration) Authority {
	t.Helper()
	pebble, ok := find("pebble")
	if !ok {
		missing(t, "pebble is not installed: run .ci/peers")
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool := ownCertificate(t, cert, key)
	a := Authority{Root: cert, HTTPPort: freePort(t, IPv4), TLSPort: freePort(t, IPv4)}
	at := func() string { return net.JoinHostPort(IPv4.Host(), fmt.Sprint(freePort(t, IPv4))) }
	listen, admin := at(), at()
	a.Directory, a.admin = "https://"+listen+"/dir", "https://"+admin
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": listen, "managementListenAddress": admin,
		"certificate": cert, "privateKey": key,
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
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := a.answers(pool)
		if err == nil {
			return a
		}
		if time.Now().After(deadline) {
			t.Fatalf("pebble does not serve: %v\n%s", err, out.String())
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (a Authority) client(roots *x509.CertPool) *http.Client {
	return &http.Client{Timeout: 10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
}

func (a Authority) answers(roots *x509.CertPool) error {
	for _, url := range []string{a.Directory, a.admin + "/roots/0"} {
		resp, err := a.client(roots).Get(url)
		if err != nil {
			return err
		}
		resp.Body.Close()
	}
	return nil
}

// Issuer returns who signs the certificates that the authority issues.
func (a Authority) Issuer(t testing.TB) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(a.Root)
	check(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	resp, err := a.client(roots).Get(a.admin + "/roots/0")
	check(t, err)
	defer resp.Body.Close()
	text, err = io.ReadAll(resp.Body)
	check(t, err)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("the authority's root is %q", text)
	}
	return pool
}

// ownCertificate makes the certificate of a server on loopback, in files.
func ownCertificate(t testing.TB, certFile, keyFile string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	check(t, os.WriteFile(certFile, text, 0o600))
	check(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}
