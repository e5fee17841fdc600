package ftpclient

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// Mint is a certificate to be made for a test. What is zero in it is as in a good one
// for localhost and 127.0.0.1.
type Mint struct {
	Issuer    *tls.Certificate // nil: it is its own
	Name      string           // of the subject
	Hosts     []string
	From, End time.Time
	CA        bool
	Key       crypto.Signer
}

// Make makes the certificate, and the chain up to but without the last issuer.
func (m Mint) Make(t testing.TB) *tls.Certificate {
	t.Helper()
	if m.Key == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		m.Key = key
	}
	if m.Hosts == nil {
		m.Hosts = []string{"localhost", "127.0.0.1"}
	}
	if m.From.IsZero() {
		// Early enough for the fake time of a bubble, too.
		m.From = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if m.End.IsZero() {
		m.End = time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: m.Name}, NotBefore: m.From, NotAfter: m.End,
		IsCA: m.CA, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, h := range m.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	parent, signer := template, m.Key
	if m.Issuer != nil {
		parent, signer = m.Issuer.Leaf, m.Issuer.PrivateKey.(crypto.Signer)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, m.Key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	cert := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: m.Key, Leaf: leaf}
	if m.Issuer != nil && m.Issuer.Leaf.Subject.String() != m.Issuer.Leaf.Issuer.String() {
		cert.Certificate = append(cert.Certificate, m.Issuer.Certificate...)
	}
	return cert
}

// Roots is the pool that has the certificates.
func Roots(certs ...*tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c.Leaf)
	}
	return pool
}
