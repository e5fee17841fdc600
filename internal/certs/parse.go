package certs

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

// Error says what is wrong with a file, and what to do about it.
type Error struct {
	File string
	Err  error
	Hint string // a way out; "" there is none to tell
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.File + ": " + e.Err.Error()
	}
	return e.File + ": " + e.Err.Error() + "; " + e.Hint
}

func (e *Error) Unwrap() error { return e.Err }

// parsePair reads a certificate with its chain, and its key. The key is looked
// for in the certificate's file where keyPEM is nil. The certificate that the key
// belongs to comes first, wherever it stood, then its issuer, and so on.
func parsePair(p Pair, certPEM, keyPEM []byte) (*tls.Certificate, error) {
	chain, err := parseChain(p.Cert, certPEM)
	if err != nil {
		return nil, err
	}
	keyFile := p.Key
	if keyPEM == nil {
		keyFile, keyPEM = p.Cert, certPEM
	}
	key, err := parseKey(keyFile, keyPEM)
	if err != nil {
		return nil, err
	}
	for i, c := range chain {
		if public, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(key.Public()) {
			continue
		}
		cert := &tls.Certificate{PrivateKey: key, Leaf: c}
		for _, link := range inOrder(c, slices.Delete(chain, i, i+1)) {
			cert.Certificate = append(cert.Certificate, link.Raw)
		}
		return cert, nil
	}
	return nil, &Error{keyFile, fmt.Errorf("the key does not belong to the certificate in %s", p.Cert),
		"give the key that the certificate was issued for"}
}

// inOrder returns leaf and others, each issuer behind what it has signed: there are
// clients that take them in no other order (RFC 5246, 7.4.2).
func inOrder(leaf *x509.Certificate, others []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{leaf}
	for {
		last := chain[len(chain)-1]
		i := slices.IndexFunc(others, func(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, last.RawIssuer) })
		if i < 0 {
			return append(chain, others...)
		}
		chain = append(chain, others[i])
		others = slices.Delete(others, i, i+1)
	}
}

// parseChain returns the certificates of a PEM file, of which there is one at
// least.
func parseChain(file string, text []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	seen := false
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		seen = true
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, &Error{file, fmt.Errorf("a certificate in it cannot be read: %w", err), ""}
		}
		chain = append(chain, c)
	}
	switch {
	case len(chain) > 0:
		return chain, nil
	case seen:
		return nil, &Error{file, errors.New("there is no certificate in it"), "--cert wants the certificate and its chain (fullchain.pem), --key its key"}
	}
	return nil, notPEM(file, text, "x509")
}

// notPEM is the error of a file without any PEM; tool is what openssl calls the
// kind of thing it should have held.
func notPEM(file string, text []byte, tool string) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return &Error{file, errors.New("the file is empty"), ""}
	}
	return &Error{file, errors.New("this is not PEM, the form with lines as -----BEGIN CERTIFICATE-----"),
		fmt.Sprintf("if it is DER: openssl %s -inform DER -in %s -out FILE.pem; if it is PKCS #12 (.p12, .pfx): openssl pkcs12 -nodes -in %s -out FILE.pem", tool, file, file)}
}

// parseKey returns the first private key of a PEM file.
func parseKey(file string, text []byte) (crypto.Signer, error) {
	seen := false
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		seen = true
		if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
			return nil, &Error{file, errors.New("the key is encrypted, and a server that starts by itself has nobody to ask for its passphrase"),
				fmt.Sprintf("openssl pkey -in %s -out FILE.pem writes it without", file)}
		}
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default:
			continue
		}
		if err != nil {
			return nil, &Error{file, fmt.Errorf("the key in it cannot be read: %w", err), ""}
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, &Error{file, errors.New("the key in it cannot sign"), "TLS wants an RSA, ECDSA or Ed25519 key"}
		}
		return signer, nil
	}
	if seen {
		return nil, &Error{file, errors.New("there is no private key in it"), "give the file of the key by --key"}
	}
	return nil, notPEM(file, text, "pkey")
}

// ReadPool returns the certificates of a PEM file as authorities.
func ReadPool(file string) (*x509.CertPool, error) {
	text, err := readFile(file)
	if err != nil {
		return nil, err
	}
	chain, err := parseChain(file, text)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, c := range chain {
		pool.AddCert(c)
	}
	return pool, nil
}
