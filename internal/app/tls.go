package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/certs"
)

// TLS says where certificates come from, and which clients have to use them. The
// zero value has none.
type TLS struct {
	Files []certs.Pair
	ACME  certs.ACME

	// SelfSigned has ferry sign a certificate itself, if there are neither Files nor
	// ACME.
	SelfSigned bool

	// State is the directory in which ferry keeps what it makes; certificates are
	// in "tls" below it. It is made when there is something to keep.
	State string

	MinVersion uint16 // as tls.VersionTLS13; 0 is TLS 1.2

	// Demand is what is demanded of clients whose listener does not say something
	// else.
	Demand ftpserver.Security

	// ClientCAs are who issues the certificates of clients, which ClientCert is about.
	ClientCAs  *x509.CertPool
	ClientCert ClientCert
	ClientName ClientName
}

// On reports whether there is a certificate.
func (t TLS) On() bool { return len(t.Files) > 0 || len(t.ACME.Names) > 0 || t.SelfSigned }

// openTLS opens the certificates and returns how to use them; nil is without TLS.
// hosts are the names of virtual hosts.
func (a *App) openTLS(ctx context.Context, o Options, hosts map[string]ftpserver.Host) (*tls.Config, error) {
	if !o.TLS.On() {
		if o.TLS.Demand > ftpserver.SecurityRefuse || o.TLS.ClientCert != NoClientCert {
			return nil, errors.New("TLS cannot be demanded without a certificate")
		}
		return nil, nil
	}
	names := slices.Sorted(maps.Keys(hosts))
	if public := o.Server.Passive.PublicHost; public != "" {
		names = append(names, public)
	}
	all := certs.Options{
		Files:      o.TLS.Files,
		ACME:       o.TLS.ACME,
		SelfSigned: o.TLS.SelfSigned && len(o.TLS.Files) == 0 && len(o.TLS.ACME.Names) == 0,
		Names:      names,
		Dir:        filepath.Join(o.TLS.State, "tls"),
		Log:        a.log,
	}
	if o.TLS.State == "" && (all.SelfSigned || len(all.ACME.Names) > 0) {
		return nil, errors.New("there is no directory to keep certificates in; name one by --state DIR")
	}
	kept := ""
	if all.SelfSigned || len(all.ACME.Names) > 0 {
		kept = all.Dir
	}
	if err := a.keepKeys(o.TLS, kept); err != nil {
		return nil, err
	}
	var err error
	if a.certs, err = certs.Open(ctx, all); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	read, write := a.certs.Paths()
	for _, file := range read {
		a.uses(file, false)
	}
	for _, dir := range write {
		a.uses(dir, true)
	}
	config := &tls.Config{GetCertificate: a.certs.Certificate, MinVersion: max(o.TLS.MinVersion, tls.VersionTLS12)}
	if o.TLS.ClientCert != NoClientCert {
		if o.TLS.ClientCAs == nil {
			return nil, errors.New("certificates of clients need an authority that issues them")
		}
		config.ClientCAs, config.ClientAuth = o.TLS.ClientCAs, tls.VerifyClientCertIfGiven
		if o.TLS.ClientCert == ClientCertRequired {
			config.ClientAuth = tls.RequireAndVerifyClientCert
		}
	}
	return config, nil
}

// Reread has the certificates read now whose files have changed, which else is done
// when the next client comes.
func (a *App) Reread() {
	if a.certs != nil {
		a.certs.Reread()
	}
}

// Certificates returns the certificates that clients may know by the fingerprints
// of their keys: those that do not get another key by themselves.
func (a *App) Certificates() []*x509.Certificate {
	if a.certs == nil {
		return nil
	}
	return a.certs.Lasting()
}
