package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

// serveTLS has TLS begin on the data connection, the checker being the TLS server: the
// server is the client (CPSV, SSCN).
func (tr *transfer) serveTLS() {
	cert, err := ownCertificate()
	tr.must(err, "making a certificate")
	ctx, cancel := context.WithTimeout(tr.ctx, tr.target.ReplyTime)
	defer cancel()
	tr.tcp.SetDeadline(time.Time{}) // the context is what ends it
	secure := tls.Server(&ending{Conn: tr.tcp}, &tls.Config{Certificates: []tls.Certificate{cert}})
	if err := secure.HandshakeContext(ctx); err != nil {
		tr.note(tr.label, "the TLS handshake fails: %v", err)
		tr.fail("the TLS handshake on the data connection, in which the server should be the client: %s", tr.cause(err))
	}
	tr.note(tr.label, "%s begins, the server being the client", tls.VersionName(secure.ConnectionState().Version))
	tr.data = secure
}

// ownCertificate makes a certificate for the checker, signed by itself.
func ownCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "ferry check"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
