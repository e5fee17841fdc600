package certs

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
)

// choose returns the first certificate for the name that the client asked for
// (SNI): one that has exactly this name before one with a wildcard, and among
// those for the same name the first whose kind of key the client knows. nil:
// there is none.
func choose(all []*tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	if hello.ServerName == "" {
		return nil
	}
	for _, fits := range []func(*x509.Certificate, string) bool{hasName, matchesName} {
		var first *tls.Certificate
		for _, c := range all {
			if !fits(c.Leaf, hello.ServerName) {
				continue
			}
			if hello.SupportsCertificate(c) == nil {
				return c
			}
			if first == nil {
				first = c
			}
		}
		if first != nil {
			return first // and let the handshake say what the client lacks
		}
	}
	return nil
}

// byDefault returns the certificate for clients that ask for no name, or for one
// that nobody has: the first whose kind of key the client knows.
func byDefault(all []*tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	anyName := *hello
	anyName.ServerName = ""
	for _, c := range all {
		if anyName.SupportsCertificate(c) == nil {
			return c
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func hasName(c *x509.Certificate, name string) bool {
	for _, n := range c.DNSNames {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

func matchesName(c *x509.Certificate, name string) bool { return c.VerifyHostname(name) == nil }

// names are what a certificate is for, for people.
func names(c *x509.Certificate) []string {
	all := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		all = append(all, c.Subject.CommonName)
	}
	return all
}
