package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/pem"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// issue makes a certificate for names. by signs it; nil: its own key.
func issue(by *tls.Certificate, until time.Time, key crypto.Signer, names ...string) *tls.Certificate {
	return mint.Cert{
		Issuer: by, CA: by == nil, Key: key, Name: "test " + strings.Join(names, " "), Hosts: names,
		From: until.Add(-365 * 24 * time.Hour), End: until,
	}.Make()
}

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return key
}

func rsaKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	return key
}

func edKey(t testing.TB) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	return key
}

// pair writes certificate and key into files of dir.
func pair(t testing.TB, c *tls.Certificate, dir, name string) Pair {
	t.Helper()
	return Pair{write(t, dir, name+".pem", mint.CertPEM(c)), write(t, dir, name+".key", mint.KeyPEM(c))}
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	return mint.File(t, filepath.Join(dir, name), text)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// logText is what a log has been told. It may be read while it is written.
type logText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logText) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

// testLog returns a log, and what is in it.
func testLog() (*slog.Logger, *logText) {
	text := new(logText)
	return slog.New(slog.NewTextHandler(text, nil)), text
}

// hello is what a client says that knows all kinds of keys.
func hello(name string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{
		ServerName:        name,
		SupportedVersions: []uint16{tls.VersionTLS13},
		SignatureSchemes:  []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256, tls.PSSWithSHA256, tls.Ed25519},
		SupportedCurves:   []tls.CurveID{tls.X25519, tls.CurveP256},
		CipherSuites:      []uint16{tls.TLS_AES_128_GCM_SHA256},
	}
}

// next returns a time well in the future of the test.
func next(days int) time.Time { return time.Now().Add(time.Duration(days) * 24 * time.Hour) }
