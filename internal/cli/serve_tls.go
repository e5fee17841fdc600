package cli

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/certs"
)

// serveTLSFlags are the settings of serve about TLS: where certificates come
// from, and who has to use them.
type serveTLSFlags struct {
	TLS        string   `name:"tls" enum:"auto,off,control,require,self-signed" default:"auto" placeholder:"WHEN" group:"tls" help:"auto offers TLS if there is a certificate, self-signed in any case, off in none. control demands it for logins, require for files, too. Where TLS is wanted and no certificate is given, ferry signs one itself (default ${default})."`
	Cert       []string `sep:"none" placeholder:"FILE" complete:"file" group:"tls" help:"Certificate and its chain, in PEM form; read again when it changes. May be repeated: clients get the one with the name they ask for, else the first."`
	Key        []string `sep:"none" placeholder:"FILE" complete:"file" group:"tls" help:"Private key of --cert, in the same order; without it the key is in the same file."`
	TLSMin     string   `name:"tls-min" enum:"1.2,1.3" default:"1.2" placeholder:"VERSION" group:"tls" help:"Oldest version of TLS: ${enum} (default ${default})."`
	TLSReuse   string   `name:"tls-reuse" enum:"bind,require,off" default:"bind" placeholder:"WHEN" group:"tls" help:"Which data connections are taken: bind refuses those that resume another TLS session than that of their control connection, and those that resume none once their client has shown that it can; require refuses all that resume none, on which Java programs fail at their second upload, and those of --fxp, unless ferry is the client of TLS there (CPSV, SSCN): another server has no session to resume; off takes all (default ${default})."`
	TLSCCC     bool     `name:"tls-ccc" group:"tls" help:"Let clients give up the protection of the control connection after login (CCC)."`
	TLSAnyALPN bool     `name:"tls-any-alpn" group:"tls" help:"Take clients that say they want to speak another protocol than FTP (ALPN)."`
	TLSLoose   bool     `name:"tls-loose-end" group:"tls" help:"Take uploads for whole whose TLS was not closed in order, for clients that never do it."`

	State string `placeholder:"DIR" complete:"dir" group:"tls" help:"Keep the certificates that ferry makes or gets in DIR (default $${XDG_STATE_HOME:-~/.local/state}/ferry)."`

	ACME         []string `name:"acme" sep:"none" placeholder:"HOST" group:"acme" help:"Get a certificate for HOST from an authority, and renew it in time; may be repeated. By this you agree to the terms of the authority."`
	ACMEEmail    string   `name:"acme-email" placeholder:"ADDRESS" group:"acme" help:"Where the authority may write to about these certificates."`
	ACMECA       string   `name:"acme-ca" placeholder:"URL" group:"acme" help:"Directory of the authority (default Let's Encrypt)."`
	ACMECARoot   string   `name:"acme-ca-root" placeholder:"FILE" complete:"file" group:"acme" help:"Who vouches for the authority's own server, in PEM form, if it is a private one."`
	ACMEListen   string   `name:"acme-listen" placeholder:"ADDR" group:"acme" help:"Address on which the authority may look at this server, without port (default all)."`
	ACMEHTTPPort uint16   `name:"acme-http-port" default:"80" placeholder:"PORT" group:"acme" help:"Port for its look by HTTP (HTTP-01); 0 for none (default ${default})."`
	ACMETLSPort  uint16   `name:"acme-tls-port" default:"443" placeholder:"PORT" group:"acme" help:"Port for its look by TLS (TLS-ALPN-01); 0 for none (default ${default})."`

	UserSecurity []userSecurity `name:"user-security" sep:"none" placeholder:"NAME=WORD" group:"access" help:"What is demanded of user NAME: allow, control (TLS for the login), data (for files, too) or refuse (no TLS); may be repeated."`
	ClientCA     string         `name:"client-ca" placeholder:"FILE" complete:"file" group:"access" help:"Authorities that issue certificates for clients, in PEM form."`
	ClientCert   string         `name:"client-cert" enum:"none,require,login" default:"none" placeholder:"WHAT" group:"access" help:"With require, nobody gets in without a certificate of --client-ca, password or not. With login, it is the login of each --user without a password, whom it has to name."`
	ClientName   string         `name:"client-name" enum:"cn,email,dns,uri" default:"cn" placeholder:"FIELD" group:"access" help:"What names the user in his certificate: the common name, or one of its alternative names: ${enum} (default ${default})."`
}

// userSecurity is NAME=WORD.
type userSecurity struct {
	name     string
	security ftpserver.Security
}

func (u *userSecurity) UnmarshalText(text []byte) error {
	name, word, has := strings.Cut(string(text), "=")
	security, known := app.Securities[word]
	if name == "" || !has || !known {
		return fmt.Errorf("%q is not a user and refuse, allow, control or data, as in bob=data", text)
	}
	*u = userSecurity{name, security}
	return nil
}

// certificates are the files of --cert and --key.
func (f *serveTLSFlags) certificates() ([]certs.Pair, error) {
	if len(f.Key) > 0 && len(f.Key) != len(f.Cert) {
		return nil, usagef("--cert is given %d times and --key %d times: each --cert needs its --key, which may be the same file, or none has one", len(f.Cert), len(f.Key))
	}
	var all []certs.Pair
	for i, cert := range f.Cert {
		p := certs.Pair{Cert: cert}
		if len(f.Key) > 0 {
			p.Key = f.Key[i]
		}
		all = append(all, p)
	}
	return all, nil
}

// protect sets in o what the flags say about TLS.
func (f *serveTLSFlags) protect(o *app.Options) (err error) {
	if err := f.contradiction(); err != nil {
		return err
	}
	o.Server.TLS = ftpserver.TLS{
		Reuse: map[string]ftpserver.TLSReuse{"bind": ftpserver.ReuseBind, "require": ftpserver.ReuseRequire, "off": ftpserver.ReuseOff}[f.TLSReuse],
		CCC:   f.TLSCCC, AnyALPN: f.TLSAnyALPN, LooseEnd: f.TLSLoose,
	}
	o.TLS = app.TLS{
		SelfSigned: f.TLS == "self-signed" || f.demand() > ftpserver.SecurityAllow,
		Demand:     f.demand(),
		ClientCert: map[string]app.ClientCert{"require": app.ClientCertRequired, "login": app.ClientCertLogin}[f.ClientCert],
		ClientName: map[string]app.ClientName{"cn": app.NameCommon, "email": app.NameEmail, "dns": app.NameDNS, "uri": app.NameURI}[f.ClientName],
	}
	if f.TLSMin == "1.3" {
		o.TLS.MinVersion = tls.VersionTLS13
	}
	if o.TLS.Files, err = f.certificates(); err != nil {
		return err
	}
	if len(f.ACME) > 0 {
		if o.TLS.ACME, err = f.authority(); err != nil {
			return err
		}
	}
	if o.TLS.SelfSigned || len(f.ACME) > 0 {
		if o.TLS.State = f.State; f.State == "" {
			if o.TLS.State, err = stateDir(); err != nil {
				return hint(err, "name a directory for certificates by --state DIR")
			}
		}
	}
	if f.ClientCA != "" {
		if o.TLS.ClientCAs, err = certs.ReadPool(f.ClientCA); err != nil {
			return fmt.Errorf("--client-ca: %w", err)
		}
	}
	return nil
}

// demand is what --tls demands of clients.
func (f *serveTLSFlags) demand() ftpserver.Security {
	switch f.TLS {
	case "control":
		return ftpserver.SecurityControl
	case "require":
		return ftpserver.SecurityData
	}
	return ftpserver.SecurityAllow
}

// authority is what the flags about ACME say.
func (f *serveTLSFlags) authority() (certs.ACME, error) {
	a := certs.ACME{
		Names: f.ACME, Email: f.ACMEEmail, CA: f.ACMECA,
		Host: f.ACMEListen, HTTPPort: int(f.ACMEHTTPPort), TLSPort: int(f.ACMETLSPort),
	}
	if err := a.Check(); err != nil {
		return a, usagef("--acme: %v", err)
	}
	if f.ACMECARoot == "" {
		return a, nil
	}
	var err error
	if a.Roots, err = certs.ReadPool(f.ACMECARoot); err != nil {
		return a, fmt.Errorf("--acme-ca-root: %w", err)
	}
	return a, nil
}

// contradiction refuses flags that make no sense together.
func (f *serveTLSFlags) contradiction() error {
	given := len(f.Cert) > 0 || len(f.ACME) > 0
	switch {
	case f.TLS == "off" && (given || f.ClientCert != "none"):
		return usagef("--tls off leaves no use for --cert, --acme and --client-cert")
	case f.TLS == "self-signed" && given:
		return usagef("--tls self-signed is for servers without --cert and --acme: leave it out, or say --tls control or require")
	case len(f.Key) > 0 && len(f.Cert) == 0:
		return usagef("--key is the key of a certificate: add --cert FILE")
	case len(f.ACME) == 0 && (f.ACMEEmail != "" || f.ACMECA != "" || f.ACMECARoot != "" || f.ACMEListen != ""):
		return usagef("the flags about ACME are for certificates that --acme HOST asks for")
	case (f.ClientCA == "") != (f.ClientCert == "none"):
		return usagef("--client-ca and --client-cert belong together: who issues certificates, and what they are for")
	case f.ClientCert != "none" && f.TLS == "auto" && !given:
		return usagef("--client-cert needs TLS: add --cert FILE, --acme HOST or --tls self-signed")
	}
	return nil
}

// securityFor gives users what --user-security says.
func securityFor(o *app.Options, list []userSecurity) error {
	for _, u := range list {
		switch i := slices.IndexFunc(o.Users, func(have app.User) bool { return have.Name == u.name }); {
		case u.security > ftpserver.SecurityRefuse && !o.TLS.On():
			return usagef("--user-security %s demands TLS, for which there is no certificate: add --cert FILE, --acme HOST or --tls self-signed", u.name)
		case i >= 0:
			o.Users[i].Security = u.security
		case u.name == "anonymous" && o.Anonymous:
			o.AnonymousSecurity = u.security
		default:
			return usagef("--user-security is about user %q, whom no --user lets in", u.name)
		}
	}
	return nil
}
