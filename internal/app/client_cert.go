package app

import (
	"context"
	"crypto/x509"
	"slices"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// ClientCert says what the certificates of clients are for.
type ClientCert uint8

const (
	// NoClientCert asks for none.
	NoClientCert ClientCert = iota
	// ClientCertRequired lets nobody in who has shown none, password or not.
	ClientCertRequired
	// ClientCertLogin lets users in by theirs who have no password.
	ClientCertLogin
)

// ClientName says which field of a certificate names its user.
type ClientName uint8

const (
	NameCommon ClientName = iota // the common name (CN) of the subject
	NameEmail                    // an e-mail address among the alternative names
	NameDNS                      // a DNS name there
	NameURI                      // a URI there
)

// of returns the names that c gives its user.
func (n ClientName) of(c *x509.Certificate) []string {
	switch n {
	case NameEmail:
		return c.EmailAddresses
	case NameDNS:
		return c.DNSNames
	case NameURI:
		var all []string
		for _, u := range c.URIs {
			all = append(all, u.String())
		}
		return all
	}
	return []string{c.Subject.CommonName}
}

// named reports whether a client has shown a certificate of the user that it says
// it is. Names are compared to the letter.
func (a *accounts) named(c ftpserver.Credentials) bool {
	return c.User != "" && c.Conn.TLS.Verified() && slices.Contains(a.clientName.of(c.Conn.TLS.Certificates[0]), c.User)
}

// ask lets users whose certificates are their logins in without another question, and
// of anonymous takes any password. Of everybody else a password is wanted, and so of those users if they come
// without their certificate: nobody learns who is one.
func (a *accounts) ask(_ context.Context, c ftpserver.Credentials) (ftpserver.Question, error) {
	if a.anonymous && isAnonymous(c.User) {
		return ftpserver.AskAnything, nil
	}
	if u, known := a.users[c.User]; known && u.byCert && a.named(c) {
		return ftpserver.AskNothing, nil
	}
	return ftpserver.AskPassword, nil
}
