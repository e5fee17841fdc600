package ftpclient

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// fingerprintScheme is what a fingerprint begins with, as in RFC 7469 and curl's
// --pinnedpubkey.
const fingerprintScheme = "sha256//"

// KeyFingerprint returns the fingerprint of the certificate's public key: "sha256//"
// and, in base64, the SHA-256 of the SubjectPublicKeyInfo. It stays the same when a
// certificate is renewed for the same key.
func KeyFingerprint(cert *x509.Certificate) string {
	sum := keySum(cert)
	return fingerprintScheme + base64.StdEncoding.EncodeToString(sum[:])
}

func keySum(cert *x509.Certificate) [sha256.Size]byte {
	return sha256.Sum256(cert.RawSubjectPublicKeyInfo)
}

// errFingerprint reports what is no fingerprint.
var errFingerprint = errors.New("not a fingerprint of a key: it is sha256// and 44 characters of base64, or 64 hexadecimal digits")

// ParseFingerprint reads the SHA-256 of a public key: as KeyFingerprint writes it, as
// base64 alone, or as 64 hexadecimal digits with or without colons.
func ParseFingerprint(s string) (sum [sha256.Size]byte, err error) {
	var b []byte
	if digits := strings.ReplaceAll(s, ":", ""); len(digits) == 2*sha256.Size {
		b, err = hex.DecodeString(digits)
	} else {
		s = strings.TrimRight(strings.TrimPrefix(s, fingerprintScheme), "=")
		b, err = base64.RawStdEncoding.Strict().DecodeString(s)
	}
	if err != nil || len(b) != len(sum) {
		return sum, errFingerprint
	}
	return [sha256.Size]byte(b), nil
}
