package ftpclient

import (
	"crypto/x509"
	"fmt"
	"strings"
)

// CertKind is what is wrong with a certificate.
type CertKind uint8

const (
	CertOther         CertKind = iota // anything else; Err says what
	CertMissing                       // the server has shown none
	CertChanged                       // the data connection shows another than the control connection
	CertSelfSigned                    // nobody but the server itself vouches for it
	CertUnknownIssuer                 // who vouches for it is not known here
	CertWrongName                     // it is for other names
	CertExpired                       // its time is over
	CertNotYetValid                   // its time has not come, or the clock here is wrong
)

// CertError is a certificate of the server that cannot be verified. It unwraps to
// what crypto/x509 says of it.
type CertError struct {
	Host  string              // whom the certificate should be for
	Kinds []CertKind          // what is wrong with it, the gravest first; never empty
	Chain []*x509.Certificate // as the server has shown it, its own first; may be empty
	Err   error               // the first that was found; never nil

	untimely *x509.Certificate // the one of which the time is over or has not come
}

// Kind returns the gravest of what is wrong.
func (e *CertError) Kind() CertKind { return e.Kinds[0] }

// Fingerprint returns that of the server's key (see KeyFingerprint), "" without a
// certificate.
func (e *CertError) Fingerprint() string {
	if len(e.Chain) == 0 {
		return ""
	}
	return KeyFingerprint(e.Chain[0])
}

// Unwrap returns Err.
func (e *CertError) Unwrap() error { return e.Err }

// Error is Wrong and what can be done about it.
func (e *CertError) Error() string { return e.Wrong() + ": " + e.advice() }

// Wrong says all that is wrong, and what the fingerprint is.
func (e *CertError) Wrong() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the certificate of %s cannot be trusted: ", e.Host)
	for i, k := range e.Kinds {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(e.say(k))
	}
	if fp := e.Fingerprint(); fp != "" {
		b.WriteString(" (its key is " + fp + ")")
	}
	return b.String()
}

// advice is what to do about the gravest.
func (e *CertError) advice() string {
	switch e.Kind() {
	case CertMissing, CertChanged:
		return "try again, and ask whoever runs the server if it stays so"
	case CertSelfSigned, CertUnknownIssuer:
		return "compare the key with what whoever runs the server says it is, and pin it, or trust the issuer if you know it"
	case CertWrongName:
		return "connect by a name that it is for"
	case CertNotYetValid:
		return "look at the clock"
	}
	return "ask whoever runs the server for a valid one"
}

// say is one of the things that are wrong, in words.
func (e *CertError) say(k CertKind) string {
	if len(e.Chain) == 0 {
		return "there is none"
	}
	cert := e.Chain[0]
	switch k {
	case CertChanged:
		return "the data connection shows another one than the control connection, and does not resume its session: somebody else may have answered"
	case CertSelfSigned:
		return "it is self-signed, so that nobody but the server itself vouches for it"
	case CertUnknownIssuer:
		return fmt.Sprintf("its issuer %q is not one of those that are trusted here, or the server does not show the certificates in between", issuerName(e.Chain[len(e.Chain)-1]))
	case CertWrongName:
		return "it is for " + namesIn(cert)
	case CertExpired:
		return e.whose() + "expired on " + day(e.untimely.NotAfter)
	case CertNotYetValid:
		return e.whose() + "is valid only from " + day(e.untimely.NotBefore) + " on, or the clock of this machine is wrong"
	}
	return e.Err.Error()
}

// whose tells of which certificate the time is over or has not come.
func (e *CertError) whose() string {
	if e.untimely == e.Chain[0] {
		return "it "
	}
	return fmt.Sprintf("the certificate of its issuer %q ", subjectName(e.untimely))
}
