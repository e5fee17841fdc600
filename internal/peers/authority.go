package peers

import (
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
	"path/filepath"
	"testing"
	"time"
)

// An Authority is a certificate authority that a test has made for itself, and
// the certificate of a server on loopback that it has signed. It is gone with the
// test.
type Authority struct {
	CAFile   string         // its own certificate, PEM
	CertFile string         // the server's certificate, PEM
	KeyFile  string         // its key, PEM
	BothFile string         // key and certificate in one file, PEM
	Roots    *x509.CertPool // its own certificate, and no other
	Server   tls.Certificate
}

// NewAuthority makes an authority, and a certificate for localhost, 127.0.0.1 and ::1.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	dir := t.TempDir()
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Authority of a test"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    root.NotBefore,
		NotAfter:     root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	rootKey, leafKey := newKey(t), newKey(t)
	rootDER := sign(t, root, root, rootKey.Public(), rootKey)
	leafDER := sign(t, leaf, root, leafKey.Public(), rootKey)
	keyDER, err := x509.MarshalPKCS8PrivateKey(leafKey)
	check(t, err)

	file := func(name string, blocks ...*pem.Block) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(b)...)
		}
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, text, 0o600))
		return path
	}
	cert := &pem.Block{Type: "CERTIFICATE", Bytes: leafDER}
	key := &pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}
	a := &Authority{
		CAFile:   file("ca.pem", &pem.Block{Type: "CERTIFICATE", Bytes: rootDER}),
		CertFile: file("server.pem", cert),
		KeyFile:  file("server.key", key),
		BothFile: file("both.pem", key, cert),
		Roots:    x509.NewCertPool(),
		Server:   tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey},
	}
	parsed, err := x509.ParseCertificate(rootDER)
	check(t, err)
	a.Roots.AddCert(parsed)
	return a
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return key
}

func sign(t testing.TB, cert, parent *x509.Certificate, key crypto.PublicKey, by crypto.Signer) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key, by)
	check(t, err)
	return der
}
