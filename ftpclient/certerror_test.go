package ftpclient

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

func TestCertError(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	root := mint.Cert{Name: "Root", CA: true}.Make()
	late := mint.Cert{Name: "Late", CA: true, Issuer: root, End: now.Add(-time.Hour)}.Make()
	early := mint.Cert{Name: "Early", CA: true, Issuer: root, From: now.Add(time.Hour)}.Make()
	other := mint.Cert{Name: "Other\x1b[2J", CA: true}.Make()
	tests := []struct {
		name string
		cert mint.Cert
		host string
		want []CertKind
		text string
	}{
		{"good", mint.Cert{Issuer: root}, "localhost", nil, ""},
		{"address", mint.Cert{Issuer: root}, "127.0.0.1", nil, ""},
		{"zone", mint.Cert{Issuer: root, Hosts: []string{"fe80::1"}}, "fe80::1%eth0", nil, ""},
		{"self-signed", mint.Cert{Name: "me"}, "localhost", []CertKind{CertSelfSigned}, "it is self-signed"},
		{"stranger", mint.Cert{Issuer: other}, "localhost", []CertKind{CertUnknownIssuer}, `its issuer "Other\x1b[2J" is not`},
		{"names", mint.Cert{Issuer: root, Hosts: []string{"a.example", "b.example", "b\x07.example", "::1", "c.example", "d.example", "e.example"}}, "localhost",
			[]CertKind{CertWrongName}, `it is for a.example, b.example, "b\a.example", c.example, d.example and 2 more`},
		{"no name", mint.Cert{Issuer: root, Name: "localhost", Hosts: []string{}}, "localhost", []CertKind{CertWrongName}, `it is for no host name (it calls itself "localhost"`},
		{"expired", mint.Cert{Issuer: root, End: now.Add(-time.Hour)}, "localhost", []CertKind{CertExpired}, "it expired on 2026-05-01 11:00 UTC"},
		{"future", mint.Cert{Issuer: root, From: now.Add(time.Hour)}, "localhost", []CertKind{CertNotYetValid}, "it is valid only from 2026-05-01 13:00 UTC on, or the clock"},
		{"expired issuer", mint.Cert{Issuer: late}, "localhost", []CertKind{CertExpired}, `the certificate of its issuer "Late" expired on 2026-05-01 11:00 UTC`},
		{"future issuer", mint.Cert{Issuer: early}, "localhost", []CertKind{CertNotYetValid}, `the certificate of its issuer "Early" is valid only from`},
		{"all", mint.Cert{Hosts: []string{"localhost", "127.0.0.1"}, End: now.Add(-time.Hour)}, "ftp.example", []CertKind{CertSelfSigned, CertWrongName, CertExpired},
			"vouches for it; it is for localhost, 127.0.0.1; it expired on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var chain []*x509.Certificate
			for _, der := range tt.cert.Make().Certificate {
				c, err := x509.ParseCertificate(der)
				if err != nil {
					t.Fatal(err)
				}
				chain = append(chain, c)
			}
			cfg := &tls.Config{RootCAs: mint.Roots(root), Time: func() time.Time { return now }}
			_, err := verifyCert(cfg, tt.host, chain)
			if tt.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var ce *CertError
			if !errors.As(err, &ce) {
				t.Fatal(err)
			}
			if !slices.Equal(ce.Kinds, tt.want) || ce.Kind() != tt.want[0] {
				t.Errorf("kinds %v, want %v", ce.Kinds, tt.want)
			}
			text := err.Error()
			if !strings.Contains(text, tt.text) || !strings.Contains(text, tt.host) || !strings.Contains(text, KeyFingerprint(chain[0])) {
				t.Errorf("%q does not say %q, the host and the fingerprint", text, tt.text)
			}
			if ce.Unwrap() == nil {
				t.Error("it does not say what crypto/x509 says")
			}
		})
	}
}

func TestNoCertificate(t *testing.T) {
	_, err := verifyCert(&tls.Config{}, "ftp.example", nil)
	if text := err.Error(); !strings.Contains(text, "there is none") {
		t.Error(text)
	}
	if fp := err.(*CertError).Fingerprint(); fp != "" {
		t.Error(fp)
	}
}

func TestFingerprint(t *testing.T) {
	cert := mint.Cert{}.Make().Leaf
	sum := keySum(cert)
	text := KeyFingerprint(cert)
	if b64 := base64.StdEncoding.EncodeToString(sum[:]); text != "sha256//"+b64 {
		t.Errorf("fingerprint %q of %x", text, sum)
	}
	digits := hex.EncodeToString(sum[:])
	var pairs []string
	for i := 0; i < len(digits); i += 2 {
		pairs = append(pairs, strings.ToUpper(digits[i:i+2]))
	}
	for _, s := range []string{text, text[8:], strings.TrimSuffix(text[8:], "="), digits, strings.ToUpper(digits), strings.Join(pairs, ":")} {
		if got, err := ParseFingerprint(s); err != nil || got != sum {
			t.Errorf("%q: %x, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "sha256//", text + "A", text[:len(text)-3], digits[2:], digits[:63] + "x", "sha1//" + text[8:], "a;b"} {
		if _, err := ParseFingerprint(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func FuzzParseFingerprint(f *testing.F) {
	f.Add("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	f.Add("E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55")
	f.Fuzz(func(t *testing.T, s string) {
		sum, err := ParseFingerprint(s)
		if err != nil {
			return
		}
		again, err := ParseFingerprint(fingerprintScheme + base64.StdEncoding.EncodeToString(sum[:]))
		if err != nil || again != sum {
			t.Errorf("%q: %x, then %x, %v", s, sum, again, err)
		}
	})
}
