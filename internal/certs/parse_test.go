package certs

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

func TestKindsOfKeys(t *testing.T) {
	ec, rs, ed := ecKey(t), rsaKey(t), edKey(t)
	sec1, err := x509.MarshalECPrivateKey(ec.(*ecdsa.PrivateKey))
	check(t, err)
	pkcs1 := x509.MarshalPKCS1PrivateKey(rs.(*rsa.PrivateKey))
	until := next(100)
	for name, tt := range map[string]struct {
		cert *tls.Certificate
		key  string
	}{
		"ECDSA":   {issue(nil, until, ec, "a"), ""},
		"SEC 1":   {issue(nil, until, ec, "a"), block("EC PARAMETERS", []byte("any")) + block("EC PRIVATE KEY", sec1)},
		"RSA":     {issue(nil, until, rs, "a"), ""},
		"PKCS #1": {issue(nil, until, rs, "a"), block("RSA PRIVATE KEY", pkcs1)},
		"Ed25519": {issue(nil, until, ed, "a"), ""},
	} {
		if tt.key == "" {
			tt.key = mint.KeyPEM(tt.cert)
		}
		got, err := parsePair(Pair{"c", "k"}, []byte(mint.CertPEM(tt.cert)), []byte(tt.key))
		if err != nil || !got.Leaf.Equal(tt.cert.Leaf) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		// Both in one file, in either order.
		for _, text := range []string{mint.CertPEM(tt.cert) + tt.key, tt.key + mint.CertPEM(tt.cert)} {
			if got, err := parsePair(Pair{Cert: "c"}, []byte(text), nil); err != nil || !got.Leaf.Equal(tt.cert.Leaf) {
				t.Errorf("%s in one file: %v, %v", name, got, err)
			}
		}
	}
}

// The certificate of the key is shown first, wherever it stands in the file.
func TestChainOrder(t *testing.T) {
	ca := issue(nil, next(1000), ecKey(t), "ca")
	leaf := issue(ca, next(100), ecKey(t), "leaf")
	for _, text := range []string{mint.CertPEM(leaf) + mint.CertPEM(ca), mint.CertPEM(ca) + mint.CertPEM(leaf)} {
		got, err := parsePair(Pair{"c", "k"}, []byte(text), []byte(mint.KeyPEM(leaf)))
		check(t, err)
		if !got.Leaf.Equal(leaf.Leaf) || len(got.Certificate) != 2 || string(got.Certificate[0]) != string(leaf.Leaf.Raw) ||
			string(got.Certificate[1]) != string(ca.Leaf.Raw) {
			t.Errorf("the leaf is %s, of %d certificates", got.Leaf.Subject, len(got.Certificate))
		}
	}
}

// A longer chain is in order, too, and what belongs to no chain comes last.
func TestLongChainOrder(t *testing.T) {
	root := issue(nil, next(1000), ecKey(t), "root")
	upper := issue(root, next(1000), ecKey(t), "upper")
	lower := issue(upper, next(1000), ecKey(t), "lower")
	leaf := issue(lower, next(100), ecKey(t), "leaf")
	alien := issue(nil, next(100), ecKey(t), "alien")
	text := mint.CertPEM(alien) + mint.CertPEM(root) + mint.CertPEM(upper) + mint.CertPEM(leaf) + mint.CertPEM(lower)
	got, err := parsePair(Pair{"c", "k"}, []byte(text), []byte(mint.KeyPEM(leaf)))
	check(t, err)
	for i, want := range []*tls.Certificate{leaf, lower, upper, root, alien} {
		if string(got.Certificate[i]) != string(want.Leaf.Raw) {
			t.Errorf("%s is not at %d", want.Leaf.Subject, i)
		}
	}
}

// A certificate without its chain is worth a warning, but not that of a private
// authority, nor one that is its own issuer.
func TestMissingChain(t *testing.T) {
	dir := t.TempDir()
	ca := issue(nil, next(1000), ecKey(t), "ca")
	public := func(by *tls.Certificate) *tls.Certificate {
		return mint.Cert{Issuer: by, CA: by == nil, Name: "leaf", Hosts: []string{"leaf"}, Edit: func(c *x509.Certificate) {
			c.IssuingCertificateURL = []string{"http://ca.example/ca.cer"}
		}}.Make()
	}
	bare := public(ca)
	for name, tt := range map[string]struct {
		of   *tls.Certificate
		more string
		warn bool
	}{
		"bare":        {bare, "", true},
		"whole":       {bare, mint.CertPEM(ca), false},
		"private":     {issue(ca, next(100), ecKey(t), "leaf"), "", false},
		"self-signed": {public(nil), "", false},
	} {
		log, text := testLog()
		_, err := openFile(Pair{write(t, dir, name, mint.CertPEM(tt.of)+tt.more), write(t, dir, name+".key", mint.KeyPEM(tt.of))}, log, time.Now())
		check(t, err)
		if warned := strings.Contains(text.String(), "without that of its issuer"); warned != tt.warn {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// What is wrong with files is said in words that help.
func TestWrongFiles(t *testing.T) {
	dir := t.TempDir()
	a, b := issue(nil, next(100), ecKey(t), "a"), issue(nil, next(100), ecKey(t), "b")
	good := pair(t, a, dir, "good")
	der := write(t, dir, "der", string(a.Leaf.Raw))
	legacy := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("x"),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}}))
	for name, tt := range map[string]struct {
		pair Pair
		want []string
	}{
		"DER":            {Pair{der, good.Key}, []string{der, "not PEM", "openssl x509 -inform DER", "openssl pkcs12"}},
		"DER key":        {Pair{good.Cert, der}, []string{der, "not PEM", "openssl pkey -inform DER"}},
		"empty":          {Pair{write(t, dir, "empty", "\n"), good.Key}, []string{"empty"}},
		"key as cert":    {Pair{good.Key, good.Key}, []string{"no certificate in it", "fullchain.pem"}},
		"cert as key":    {Pair{good.Cert, good.Cert}, []string{"no private key in it", "--key"}},
		"no key":         {Pair{Cert: good.Cert}, []string{"no private key in it", "--key"}},
		"another's":      {Pair{good.Cert, write(t, dir, "b.key", mint.KeyPEM(b))}, []string{"b.key", "does not belong to the certificate in " + good.Cert}},
		"encrypted":      {Pair{good.Cert, write(t, dir, "enc", block("ENCRYPTED PRIVATE KEY", []byte("x")))}, []string{"encrypted", "openssl pkey -in"}},
		"encrypted, old": {Pair{good.Cert, write(t, dir, "old", legacy)}, []string{"encrypted", "openssl pkey -in"}},
		"garbled":        {Pair{write(t, dir, "bad", block("CERTIFICATE", []byte("x"))), good.Key}, []string{"cannot be read"}},
		"garbled key":    {Pair{good.Cert, write(t, dir, "badkey", block("PRIVATE KEY", []byte("x")))}, []string{"cannot be read"}},
		"large":          {Pair{write(t, dir, "large", strings.Repeat("x", maxFile+1)), good.Key}, []string{"too large"}},
	} {
		log, _ := testLog()
		_, err := openFile(tt.pair, log, time.Now())
		if err == nil {
			t.Errorf("%s is taken", name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
	}
	log, _ := testLog()
	if _, err := openFile(Pair{filepath.Join(dir, "none"), good.Key}, log, time.Now()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func FuzzParsePair(f *testing.F) {
	a := issue(nil, next(100), ecKey(f), "a")
	f.Add([]byte(mint.CertPEM(a)), []byte(mint.KeyPEM(a)))
	f.Add([]byte(mint.CertPEM(a)+mint.KeyPEM(a)), []byte(nil))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), []byte("-----BEGIN EC PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, cert, key []byte) {
		got, err := parsePair(Pair{"c", "k"}, cert, key)
		if (err == nil) != (got != nil) {
			t.Fatalf("%v, %v", got, err)
		}
		if err == nil && (got.Leaf == nil || got.PrivateKey == nil || string(got.Certificate[0]) != string(got.Leaf.Raw)) {
			t.Fatalf("half a certificate: %+v", got)
		}
	})
}
