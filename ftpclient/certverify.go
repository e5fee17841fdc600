package ftpclient

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// verifyCert checks a chain that a server has shown, for host, against the roots and
// the clock of cfg. The error is a *CertError that names all that is wrong, of which
// crypto/x509 stops at the first.
func verifyCert(cfg *tls.Config, host string, chain []*x509.Certificate) ([][]*x509.Certificate, error) {
	host, _, _ = strings.Cut(host, "%") // the zone of an address is no part of its name
	e := &CertError{Host: host, Chain: chain}
	if len(chain) == 0 {
		e.Kinds, e.Err = []CertKind{CertMissing}, errors.New("no certificate")
		return nil, e
	}
	leaf, now := chain[0], time.Now()
	if cfg.Time != nil {
		now = cfg.Time()
	}
	opts := x509.VerifyOptions{Roots: cfg.RootCAs, CurrentTime: now, DNSName: host, Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		opts.Intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(opts)
	if err == nil {
		return chains, nil
	}
	e.Err = err
	e.note(leaf, err, now)
	if herr := leaf.VerifyHostname(host); herr != nil {
		e.note(leaf, herr, now)
	}
	// And apart from name and time: at a moment that is within that of the leaf.
	opts.DNSName = ""
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		opts.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	}
	if _, err := leaf.Verify(opts); err != nil {
		e.note(leaf, err, now)
	}
	slices.Sort(e.Kinds)
	if len(e.Kinds) > 1 && e.Kinds[0] == CertOther {
		e.Kinds = e.Kinds[1:]
	}
	return nil, e
}

// note adds what an error of crypto/x509 means.
func (e *CertError) note(leaf *x509.Certificate, err error, now time.Time) {
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	k := CertOther
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.untimely = cmp.Or(e.untimely, invalid.Cert, leaf)
		k = CertExpired
		if now.Before(e.untimely.NotBefore) {
			k = CertNotYetValid
		}
	case errors.As(err, &host):
		k = CertWrongName
	case errors.As(err, &unknown) && selfSigned(leaf):
		k = CertSelfSigned
	case errors.As(err, &unknown):
		k = CertUnknownIssuer
	}
	if !slices.Contains(e.Kinds, k) {
		e.Kinds = append(e.Kinds, k)
	}
}

// selfSigned reports whether the certificate is its own issuer. The signature is not
// looked at: it could not make it trustworthy.
func selfSigned(c *x509.Certificate) bool { return slices.Equal(c.RawSubject, c.RawIssuer) }

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// issuerName and subjectName are how people know who stands there.
func issuerName(c *x509.Certificate) string  { return cmp.Or(c.Issuer.CommonName, c.Issuer.String()) }
func subjectName(c *x509.Certificate) string { return cmp.Or(c.Subject.CommonName, c.Subject.String()) }

// maxNames is how many names of a certificate are shown.
const maxNames = 5

// namesIn lists the names that a certificate is for. They are the server's words, and
// quoted where they are more than names.
func namesIn(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		if c.Subject.CommonName != "" {
			return fmt.Sprintf("no host name (it calls itself %q, in a place that counts no more)", c.Subject.CommonName)
		}
		return "no host name"
	}
	more := ""
	if n := len(names) - maxNames; n > 0 {
		names, more = names[:maxNames], fmt.Sprintf(" and %d more", n)
	}
	for i, name := range names {
		if quoted := fmt.Sprintf("%q", name); quoted != `"`+name+`"` {
			names[i] = quoted
		}
	}
	return strings.Join(names, ", ") + more
}
