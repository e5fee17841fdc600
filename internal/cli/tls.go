package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/trust"
)

// tlsFlags say how connections are protected, and whom to trust.
type tlsFlags struct {
	TLS        string    `name:"tls" enum:"auto,require,off" default:"auto" placeholder:"WHEN" group:"tls" help:"auto does what the URL says: ftp:// has TLS where the server does, ftpes:// and ftps:// insist on it. require insists for ftp://, too; off is in the clear (default ${default}; see: ferry help tls)."`
	Pin        []pinFlag `sep:"none" placeholder:"KEY" group:"tls" help:"Trust the server that has this key and no other, as in sha256//BASE64; may be repeated. TLS is then required."`
	CACert     string    `name:"cacert" placeholder:"FILE" group:"tls" complete:"file" help:"Trust the authorities in FILE (PEM) instead of those of the system. TLS is then required."`
	Trust      bool      `group:"tls" help:"Trust an unknown server at its first use, and remember its key, which from then on it must have. TLS is then required."`
	ClientCert string    `placeholder:"FILE" group:"tls" complete:"file" help:"Show the server the certificate in FILE (PEM)."`
	ClientKey  string    `placeholder:"FILE" group:"tls" complete:"file" help:"The private key for it (PEM); the default is the same file."`
	TLSMin     string    `name:"tls-min" enum:"1.2,1.3" default:"1.2" placeholder:"VERSION" group:"tls" help:"The oldest TLS to use: ${enum} (default ${default})."`
	TLSMax     string    `name:"tls-max" enum:"1.2,1.3" default:"1.3" placeholder:"VERSION" group:"tls" help:"The newest TLS to use: ${enum} (default ${default})."`
	ClearData  bool      `group:"tls" help:"Leave data connections in the clear (PROT C): the files can then be read on the way."`
	LooseEnd   bool      `name:"tls-loose-end" group:"tls" help:"Take the end of a data connection for the end of the file although the server does not mark it (close_notify): some never do, and then nobody can tell whether it was cut on the way."`
	CCC        bool      `name:"ccc" group:"tls" help:"Give up the protection of the control connection after the login (CCC), for a NAT on the way that has to read along."`
}

// pinFlag is the fingerprint of a key.
type pinFlag struct {
	trust.Key
	given bool
}

func (p *pinFlag) UnmarshalText(text []byte) error {
	sum, err := ftpclient.ParseFingerprint(string(text))
	if err != nil {
		return fmt.Errorf("%q is %w, as in %s", text, err, trust.Key{})
	}
	p.Key, p.given = sum, true
	return nil
}

// tlsVersions are the values of --tls-min and --tls-max.
var tlsVersions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// require is the flag because of which TLS is required, "" if the URL decides.
func (f *tlsFlags) require() string {
	switch {
	case f.TLS == "require":
		return "--tls require"
	case len(f.Pin) > 0:
		return "--pin"
	case f.CACert != "":
		return "--cacert"
	case f.Trust:
		return "--trust"
	}
	return ""
}

// checkTLS refuses flags that contradict each other or the URL.
func (f *tlsFlags) checkTLS(u remoteURL) error {
	switch {
	case f.ClientKey != "" && f.ClientCert == "":
		return usagef("--client-key is the key of a certificate: add --client-cert FILE")
	case f.TLSMin == "1.3" && f.TLSMax == "1.2":
		return usagef("--tls-min is above --tls-max")
	case f.TLS != "off":
		return nil
	case u.Scheme != schemeFTP:
		return usagef("--tls off contradicts %s://, which is TLS: use ftp://", u.Scheme)
	case f.require() != "":
		return usagef("%s is about TLS, which --tls off leaves out", f.require())
	case f.ClientCert != "", f.ClearData, f.CCC, f.LooseEnd:
		return usagef("--client-cert, --clear-data, --ccc and --tls-loose-end are about TLS, which --tls off leaves out")
	}
	return nil
}

// protect sets how connections to the server of u are protected. It returns who
// judges its certificates; nil if nobody does.
func (f *remoteFlags) protect(s *stdio, u remoteURL, o *ftpclient.Options) (*verifier, error) {
	if f.TLS == "off" {
		o.Security = ftpclient.SecurityOff
		return nil, nil
	}
	config, err := f.config()
	if err != nil {
		return nil, err
	}
	v, err := f.verifier(s, u)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Scheme == schemeFTPS:
		o.Security = ftpclient.SecurityImplicit
	case u.Scheme == schemeFTPES, !v.check.Lenient:
		o.Security = ftpclient.SecurityExplicit
	}
	o.TLS = ftpclient.TLS{Config: config, Verify: v.verify, ClearData: f.ClearData, ClearControl: f.CCC, AllowTruncation: f.LooseEnd}
	return v, nil
}

// config reads the files that the flags name.
func (f *tlsFlags) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tlsVersions[f.TLSMin], MaxVersion: tlsVersions[f.TLSMax]}
	if f.CACert != "" {
		pem, err := os.ReadFile(f.CACert)
		if err != nil {
			return nil, err
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, usagef("--cacert: %s holds no certificate in PEM form", printable(f.CACert))
		}
	}
	if f.ClientCert != "" {
		key := f.ClientKey
		if key == "" {
			key = f.ClientCert
		}
		cert, err := tls.LoadX509KeyPair(f.ClientCert, key)
		if pe := (*os.PathError)(nil); errors.As(err, &pe) {
			return nil, err
		}
		if err != nil {
			return nil, usagef("--client-cert: %v: FILE is a certificate, and its private key without a password, in PEM form", err)
		}
		c.Certificates = []tls.Certificate{cert}
	}
	return c, nil
}

// keyStore is where the keys of servers are remembered.
func keyStore() (*trust.Store, error) {
	dir, err := stateDir()
	if err != nil {
		return nil, err
	}
	return trust.NewStore(dir), nil
}
