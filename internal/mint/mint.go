// Package mint makes the certificates of tests. Nothing that it makes is ever to be
// trusted outside of one.
package mint

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"testing"
	"time"
)

// A Cert says what is odd about a certificate that is to be made. What is zero in it is
// as in a good one of a server on this machine, and of a user, too.
type Cert struct {
	Issuer *tls.Certificate // who signs it; nil: its own key
	CA     bool             // it may sign others
	Key    crypto.Signer    // nil: a new one, P-256
	Name   string           // the common name of its subject; "": the subject is empty
	Hosts  []string         // names and addresses; nil: localhost, 127.0.0.1 and ::1

	// From and End are when it is valid; zero: from 1999, so that it is in the fake time
	// of testing/synctest, and until 2090.
	From, End time.Time

	// Edit, if not nil, changes the rest of it before it is signed.
	Edit func(*x509.Certificate)
}

// Make makes the certificate, with its Leaf, and the chain up to but without an issuer
// that is its own. It panics on what cannot be signed: then the test is wrong.
func (c Cert) Make() *tls.Certificate {
	if c.Key == nil {
		c.Key = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	}
	template := c.template()
	parent, signer := template, c.Key
	if c.Issuer != nil {
		parent, signer = c.Issuer.Leaf, c.Issuer.PrivateKey.(crypto.Signer)
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, c.Key.Public(), signer))
	made := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.Key, Leaf: must(x509.ParseCertificate(der))}
	if c.Issuer != nil && !bytes.Equal(parent.RawSubject, parent.RawIssuer) {
		made.Certificate = append(made.Certificate, c.Issuer.Certificate...)
	}
	return made
}

func (c Cert) template() *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber:          must(rand.Int(rand.Reader, big.NewInt(1<<62))),
		Subject:               pkix.Name{CommonName: c.Name},
		NotBefore:             time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  c.CA,
	}
	if c.CA {
		template.KeyUsage |= x509.KeyUsageCertSign
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	if !c.From.IsZero() {
		template.NotBefore = c.From
	}
	if !c.End.IsZero() {
		template.NotAfter = c.End
	}
	if c.Hosts == nil && !c.CA {
		c.Hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	for _, h := range c.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	if c.Edit != nil {
		c.Edit(template)
	}
	return template
}

// Roots is the pool that has the certificates, and no others.
func Roots(certs ...*tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c.Leaf)
	}
	return pool
}

// CertPEM is the certificate alone, without its chain, as the text of a file.
func CertPEM(c *tls.Certificate) string { return text("CERTIFICATE", c.Leaf.Raw) }

// KeyPEM is the certificate's key, in PKCS #8, as the text of a file.
func KeyPEM(c *tls.Certificate) string {
	return text("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(c.PrivateKey)))
}

func text(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// File writes texts, one after the other, to a file that only its owner reads, and
// returns its name.
func File(t testing.TB, name string, texts ...string) string {
	t.Helper()
	var all []byte
	for _, text := range texts {
		all = append(all, text...)
	}
	if err := os.WriteFile(name, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
