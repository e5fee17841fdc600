package peers

import (
	"crypto/tls"
	"crypto/x509"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/internal/mint"
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

// NewAuthority makes an authority, and a certificate for localhost, 127.0.0.1 and ::1, and
// other names and addresses.
func NewAuthority(t testing.TB, others ...string) *Authority {
	t.Helper()
	root := mint.Cert{Name: "Authority of a test", CA: true}.Make()
	server := mint.Cert{Name: "localhost", Issuer: root, Hosts: append([]string{"localhost", "127.0.0.1", "::1"}, others...)}.Make()
	dir := t.TempDir()
	file := func(name string, texts ...string) string { return mint.File(t, filepath.Join(dir, name), texts...) }
	cert, key := mint.CertPEM(server), mint.KeyPEM(server)
	return &Authority{
		CAFile:   file("ca.pem", mint.CertPEM(root)),
		CertFile: file("server.pem", cert),
		KeyFile:  file("server.key", key),
		BothFile: file("both.pem", key, cert),
		Roots:    mint.Roots(root),
		Server:   *server,
	}
}
