package cli

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/trust"
)

// verdicts say why a server is trusted; the first word is what --json has.
var verdicts = map[trust.Verdict][2]string{
	trust.Refused:    {"refused", "which is not trusted"},
	trust.Vouched:    {"authority", "for which an authority vouches"},
	trust.Pinned:     {"pin", "whose key is pinned"},
	trust.Remembered: {"remembered", "whose key is remembered"},
	trust.Learnt:     {"learnt", "whose key is remembered from now on"},
	trust.Unverified: {"nobody", "for which nobody vouches"},
}

// tlsLine says in a line how a connection is protected.
func tlsLine(state *tls.ConnectionState) string {
	text := fmt.Sprintf("%s, %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
	if state.DidResume {
		text += ", resumed"
	}
	return text
}

// String is one line about the certificate. It is not printable yet.
func (p *protection) String() string {
	if len(p.state.PeerCertificates) == 0 {
		return "no certificate"
	}
	c := certificateOf(p.state.PeerCertificates[0])
	return fmt.Sprintf("a certificate of %s, issued by %s, valid until %s, with the key %s, %s",
		c.Subject, c.Issuer, c.Until.Format(time.DateOnly), c.Key, verdicts[p.verdict][1])
}

// jsonProtection is a protected connection as --json shows it.
type jsonProtection struct {
	TLS struct {
		Version     string       `json:"version"`
		Cipher      string       `json:"cipher"`
		Resumed     bool         `json:"resumed"`
		Certificate *certificate `json:"certificate,omitempty"`
		Trusted     string       `json:"trusted"`
	} `json:"tls"`
}

func (p *protection) json() jsonProtection {
	var out jsonProtection
	out.TLS.Version = tls.VersionName(p.state.Version)
	out.TLS.Cipher = tls.CipherSuiteName(p.state.CipherSuite)
	out.TLS.Resumed = p.state.DidResume
	out.TLS.Trusted = verdicts[p.verdict][0]
	if len(p.state.PeerCertificates) > 0 {
		c := certificateOf(p.state.PeerCertificates[0])
		out.TLS.Certificate = &c
	}
	return out
}

// certificate is what people and --json are shown of one.
type certificate struct {
	Subject string    `json:"subject"`
	Issuer  string    `json:"issuer"`
	Names   []string  `json:"names,omitempty"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Key     string    `json:"key"`
}

func certificateOf(c *x509.Certificate) certificate {
	out := certificate{
		Subject: cmp.Or(c.Subject.CommonName, c.Subject.String(), "nobody"),
		Issuer:  cmp.Or(c.Issuer.CommonName, c.Issuer.String(), "nobody"),
		Names:   append([]string{}, c.DNSNames...),
		From:    c.NotBefore.UTC(),
		Until:   c.NotAfter.UTC(),
		Key:     trust.KeyOf(c).String(),
	}
	for _, ip := range c.IPAddresses {
		out.Names = append(out.Names, ip.String())
	}
	return out
}

// text is the certificate for people, a line for each thing.
func (c certificate) text() string {
	var b strings.Builder
	for _, row := range [][2]string{
		{"subject", c.Subject}, {"names", strings.Join(c.Names, ", ")}, {"issuer", c.Issuer},
		{"valid", c.From.Format(time.DateOnly) + " to " + c.Until.Format(time.DateOnly)}, {"key", c.Key},
	} {
		if row[1] != "" {
			fmt.Fprintf(&b, "  %-8s %s\n", row[0]+":", printable(row[1]))
		}
	}
	return b.String()
}
