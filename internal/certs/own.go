package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A self-signed certificate is trusted by hand, by its fingerprint or as a whole,
// and never revoked: all that its end can bring about is that those clients stop.
// So it lasts, and is renewed, with the same key, by a server that starts or runs
// in its last year. It begins in the past because clocks differ.
const (
	ownValid  = 10 * 365 * 24 * time.Hour
	ownRenew  = 365 * 24 * time.Hour
	ownBefore = 24 * time.Hour
)

// ownFile holds certificate and key in one file, so that they are replaced
// together.
const ownFile = "self-signed.pem"

// own is the certificate that ferry signs itself.
type own struct {
	path    string
	names   []string // that it must be for
	log     *slog.Logger
	current atomic.Pointer[tls.Certificate]
}

// openOwn returns the certificate that is kept in dir, or makes one.
func openOwn(dir string, names []string, log *slog.Logger, now time.Time) (*own, error) {
	o := &own{path: filepath.Join(dir, ownFile), log: log}
	for _, name := range names {
		name = strings.TrimSuffix(name, ".")
		if _, err := netip.ParseAddr(name); err == nil || isHostName(name) {
			o.names = append(o.names, name)
		} else {
			log.Warn("the self-signed certificate cannot be for this name", "name", name)
		}
	}
	cert, err := o.load()
	if errors.Is(err, fs.ErrNotExist) {
		cert, err = o.make(now)
	}
	if err != nil {
		return nil, err
	}
	o.current.Store(cert)
	if !o.covers(cert.Leaf) {
		o.replace(now)
	}
	return o, nil
}

// load reads the certificate that is kept.
func (o *own) load() (*tls.Certificate, error) {
	text, err := readFile(o.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, unkept(o.path, err)
	}
	checkMode(o.path, o.log)
	cert, err := parsePair(Pair{Cert: o.path}, text, nil)
	if bad := (*Error)(nil); errors.As(err, &bad) {
		return nil, &Error{o.path, bad.Err, "remove this file to have another made, whose fingerprint clients will not know"}
	}
	return cert, err
}

// make makes a key and its certificate. Where another server makes one for the
// same directory at this moment, the first counts for both.
func (o *own) make(now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, text, err := o.sign(key, nil, now)
	if err != nil {
		return nil, err
	}
	err = keep(o.path, text, false)
	if errors.Is(err, fs.ErrExist) {
		return o.load()
	}
	if err != nil {
		return nil, unkept(o.path, err)
	}
	o.log.Info("self-signed certificate made", "file", o.path, "names", names(cert.Leaf), "expires", day(cert.Leaf.NotAfter))
	return cert, nil
}

// renew replaces the certificate if it ends soon.
func (o *own) renew(now time.Time) {
	if c := o.current.Load().Leaf; now.Add(ownRenew).After(c.NotAfter) || now.Before(c.NotBefore) {
		o.replace(now)
	}
}

// replace signs another certificate for the same key. If it cannot be kept, it is
// used as long as this server runs: the key is what clients know.
func (o *own) replace(now time.Time) {
	old := o.current.Load()
	cert, text, err := o.sign(old.PrivateKey.(crypto.Signer), old.Leaf, now)
	if err != nil {
		o.log.Error("the self-signed certificate cannot be renewed", "error", err)
		return
	}
	o.current.Store(cert)
	if err := keep(o.path, text, true); err != nil {
		o.log.Warn("the renewed self-signed certificate cannot be kept", "file", o.path, "error", err)
	}
	o.log.Info("self-signed certificate renewed; its key is the same", "names", names(cert.Leaf), "expires", day(cert.Leaf.NotAfter))
}

// covers reports whether c is for all names that it must be for. What this machine
// is called and its addresses are in the certificate when it is made, but a machine
// that gets another address is no reason for another certificate: whoever has
// accepted the old one would be asked again.
func (o *own) covers(c *x509.Certificate) bool {
	return !slices.ContainsFunc(o.names, func(name string) bool {
		if ip, err := netip.ParseAddr(name); err == nil {
			return !slices.ContainsFunc(c.IPAddresses, func(have net.IP) bool {
				a, ok := netip.AddrFromSlice(have)
				return ok && a.Unmap() == ip.Unmap()
			})
		}
		return !hasName(c, name)
	})
}

// sign returns a certificate, and the text of the file for it. It is for the names
// of old, too, if that is not nil. It is no authority: with its key nothing else
// can be signed that a client would take.
func (o *own) sign(key crypto.Signer, old *x509.Certificate, now time.Time) (*tls.Certificate, []byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		NotBefore:             now.Add(-ownBefore),
		NotAfter:              now.Add(ownValid),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	all := slices.Clone(o.names)
	if old != nil {
		all = append(all, old.DNSNames...)
	}
	for _, name := range append(all, machineNames()...) {
		if ip, err := netip.ParseAddr(name); err == nil {
			template.IPAddresses = appendNew(template.IPAddresses, net.IP(ip.Unmap().AsSlice()), net.IP.Equal)
		} else {
			template.DNSNames = appendNew(template.DNSNames, strings.ToLower(name), func(a, b string) bool { return a == b })
		}
	}
	template.Subject = pkix.Name{CommonName: "ferry"}
	if name := template.DNSNames[0]; len(name) <= 64 { // RFC 5280, A.1: ub-common-name
		template.Subject.CommonName = name
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	cert, err := parsePair(Pair{Cert: o.path}, text, nil)
	return cert, text, err
}

func appendNew[T any](list []T, v T, same func(a, b T) bool) []T {
	if slices.ContainsFunc(list, func(have T) bool { return same(have, v) }) {
		return list
	}
	return append(list, v)
}

// machineNames are what this machine is called, and its addresses.
func machineNames() []string {
	var all []string
	if name, err := os.Hostname(); err == nil && isHostName(name) {
		all = append(all, name)
	}
	all = append(all, "localhost", "127.0.0.1", "::1")
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return all
	}
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsGlobalUnicast() {
			all = append(all, p.Addr().String())
		}
	}
	return all
}

// isHostName reports whether a certificate can be for name: letters, digits and
// hyphens between dots.
func isHostName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return false
		}
	}
	return true
}
