package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/certmagic"
)

// LetsEncrypt is the directory of the authority that issues certificates where no
// other is named.
const LetsEncrypt = certmagic.LetsEncryptProductionCA

// ACME says what an authority issues (RFC 8555). It looks whether the names lead
// to this server by connecting to it: over HTTP on port 80 (HTTP-01), or over
// TLS on port 443 (TLS-ALPN-01, RFC 8737). These ports are opened while
// it looks, and at no other time.
type ACME struct {
	Names []string       // DNS names, one certificate for each; wildcards are not possible
	Email string         // where the authority may write to; "" nowhere
	CA    string         // URL of its directory; "" is LetsEncrypt
	Roots *x509.CertPool // who vouches for the authority's own server; nil: whom the system trusts

	Host     string // address on which the challenges are answered; "" is all
	HTTPPort int    // of HTTP-01; 0 is not to offer it
	TLSPort  int    // of TLS-ALPN-01; 0 is not to offer it
}

// Check says what is wrong with a.
func (a ACME) Check() error {
	if a.HTTPPort == 0 && a.TLSPort == 0 {
		return errors.New("the authority needs a way to look at this server: the port of HTTP-01, of TLS-ALPN-01, or both")
	}
	for _, name := range a.Names {
		if !isHostName(name) || !strings.Contains(name, ".") {
			return fmt.Errorf("no authority issues a certificate for %q: it has to be a name in DNS, as in ftp.example.org", name)
		}
	}
	return nil
}

// manager has certificates issued and renewed.
type manager struct {
	names  []string // in lower case
	config *certmagic.Config
	cache  *certmagic.Cache
	store  *store
	stop   context.CancelFunc
}

// openACME starts to manage the certificates that a asks for, and keeps them, the
// account and the locks of several servers on the same directory in dir.
func openACME(ctx context.Context, a ACME, dir string, log *slog.Logger) (*manager, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if err := tryDir(dir); err != nil {
		return nil, err
	}
	m := &manager{store: newStore(dir)}
	for _, name := range a.Names {
		m.names = append(m.names, strings.ToLower(name))
	}
	// The authority may be out of reach for hours. That is no reason not to start.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.stop = stop
	logger := zapLogger(log, background.Done())
	m.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return m.config, nil },
		Logger:           logger,
	})
	m.config = certmagic.New(m.cache, certmagic.Config{
		Storage:            m.store,
		DefaultServerName:  m.names[0],
		FallbackServerName: m.names[0],
		OnEvent:            events(log),
		Logger:             logger,
	})
	m.config.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(m.config, certmagic.ACMEIssuer{
		CA:                      cmp.Or(a.CA, LetsEncrypt),
		Email:                   a.Email,
		Agreed:                  true, // as the help of --acme says
		TrustedRoots:            a.Roots,
		ListenHost:              a.Host,
		DisableHTTPChallenge:    a.HTTPPort == 0,
		AltHTTPPort:             a.HTTPPort,
		DisableTLSALPNChallenge: a.TLSPort == 0,
		AltTLSALPNPort:          a.TLSPort,
		Logger:                  logger,
	})}
	if err := m.config.ManageAsync(background, m.names); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

// events writes what happens to certificates into the log; failures are told by
// certmagic's own log. A first certificate is told of when clients can have it, which
// is a moment after it was issued.
func events(log *slog.Logger) func(ctx context.Context, event string, data map[string]any) error {
	var issued sync.Map // by name: what is not in use yet
	return func(_ context.Context, event string, data map[string]any) error {
		switch event {
		case "cert_obtaining":
			log.Info("asking the authority for a certificate", "name", data["identifier"])
		case "cert_obtained":
			if data["renewal"] == true {
				log.Info("certificate issued", "name", data["identifier"], "renewed", true)
			} else {
				issued.Store(data["identifier"], nil)
			}
		case "cached_managed_cert":
			names, _ := data["sans"].([]string)
			for _, name := range names {
				if _, first := issued.LoadAndDelete(name); first {
					log.Info("certificate issued", "name", name, "renewed", false)
				}
			}
		}
		return nil
	}
}

func (m *manager) has(name string) bool {
	return slices.ContainsFunc(m.names, func(n string) bool { return strings.EqualFold(n, name) })
}

// certificate returns the certificate for a client, or an error while there is
// none yet.
func (m *manager) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	// Challenges are answered on their own ports, and not here.
	if slices.Contains(hello.SupportedProtos, "acme-tls/1") {
		return nil, errors.New("certs: a challenge on a port for FTP")
	}
	c, err := m.config.GetCertificate(hello)
	if err != nil {
		return nil, fmt.Errorf("the authority has issued no certificate yet: %w", err)
	}
	return c, nil
}

// certificates returns those that there are.
func (m *manager) certificates() []*x509.Certificate {
	var all []*x509.Certificate
	for _, name := range m.names {
		for _, c := range m.cache.AllMatchingCertificates(name) {
			if c.Leaf != nil {
				all = append(all, c.Leaf)
			}
		}
	}
	return all
}

// close gives up what is asked for, and ends what runs in the background.
func (m *manager) close() {
	m.stop()
	m.cache.Stop()
	m.store.close()
}
