package mint_test

import (
	"crypto/tls"
	"crypto/x509"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// What is made by default is good for the hosts of this machine, for servers and for
// users, today and in the time of bubbles; what is asked for otherwise is otherwise.
func TestMake(t *testing.T) {
	root := mint.Cert{Name: "root", CA: true}.Make()
	middle := mint.Cert{Name: "middle", CA: true, Issuer: root}.Make()
	bubble := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		cert *tls.Certificate
		host string
		now  time.Time
		good bool
	}{
		{"self-signed", mint.Cert{}.Make(), "localhost", time.Now(), true},
		{"issued", mint.Cert{Issuer: root}.Make(), "127.0.0.1", bubble, true},
		{"of a chain", mint.Cert{Issuer: middle}.Make(), "::1", bubble, true},
		{"of a server that cannot sign", mint.Cert{Issuer: mint.Cert{Name: "x", Issuer: root}.Make()}.Make(), "localhost", bubble, false},
		{"of a stranger", mint.Cert{Issuer: mint.Cert{Name: "root", CA: true}.Make()}.Make(), "localhost", bubble, false},
		{"of another host", mint.Cert{Issuer: root, Hosts: []string{"a.example"}}.Make(), "localhost", bubble, false},
		{"too early", mint.Cert{Issuer: root, From: bubble.Add(1)}.Make(), "localhost", bubble.Add(-time.Second), false},
		{"too late", mint.Cert{Issuer: root, End: bubble}.Make(), "localhost", bubble.Add(time.Second), false},
		{"edited", mint.Cert{Issuer: root, Edit: func(c *x509.Certificate) { c.DNSNames = nil }}.Make(), "localhost", bubble, false},
	} {
		roots, between := mint.Roots(root), x509.NewCertPool()
		if tt.name == "self-signed" {
			roots = mint.Roots(tt.cert)
		}
		for _, der := range tt.cert.Certificate[1:] {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			between.AddCert(c)
		}
		_, err := tt.cert.Leaf.Verify(x509.VerifyOptions{DNSName: tt.host, Roots: roots, Intermediates: between, CurrentTime: tt.now,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
		if (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if got := len(mint.Cert{Issuer: middle}.Make().Certificate); got != 2 {
		t.Errorf("the chain has %d certificates, want the leaf and the one between", got)
	}
}

// The files are those that servers read.
func TestFile(t *testing.T) {
	cert := mint.Cert{}.Make()
	file := mint.File(t, filepath.Join(t.TempDir(), "both.pem"), mint.KeyPEM(cert), mint.CertPEM(cert))
	got, err := tls.LoadX509KeyPair(file, file)
	if err != nil || !got.Leaf.Equal(cert.Leaf) {
		t.Errorf("%v, %v", got.Leaf, err)
	}
}
