// Package certs is where the certificates of a server come from: files, which
// are read again when they change, an authority (ACME), or ferry itself, which
// signs one.
package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"path/filepath"
	"time"
)

// Options says which certificates there are.
type Options struct {
	// Files are certificates in files. The first is the one of clients that ask for
	// no name, or for one that no certificate has.
	Files []Pair

	// ACME, if it has names, has an authority issue certificates.
	ACME ACME

	// SelfSigned makes a certificate without any authority. It is for servers that
	// have no other.
	SelfSigned bool

	// Names are those that clients know the server by; a self-signed certificate
	// is for them. They are DNS names, in ASCII, or addresses.
	Names []string

	// Dir is where what is made is kept. It is made when something is to be stored.
	Dir string

	Log *slog.Logger // nil discards
}

// Set is the certificates of a server. Its methods may be called concurrently.
type Set struct {
	files []*file
	own   *own     // nil: there is none
	acme  *manager // nil likewise

	dir    string // what Options.Dir was, if something is kept there
	warner warner
	again  chan struct{} // wakes watch
	stop   context.CancelFunc
	done   chan struct{}
}

// Open reads the certificates that there are, and makes what is wanted. What an
// authority issues comes later. ctx is for the start alone. The caller must Close
// the Set.
func Open(ctx context.Context, o Options) (*Set, error) {
	log := cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	now := time.Now()
	s := &Set{warner: warner{log, make(map[string]time.Time)}, again: make(chan struct{}, 1), done: make(chan struct{})}
	for _, p := range o.Files {
		f, err := openFile(p, log, now)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, f)
	}
	if o.SelfSigned {
		own, err := openOwn(o.Dir, o.Names, log, now)
		if err != nil {
			return nil, err
		}
		s.own, s.dir = own, o.Dir
	}
	if len(o.ACME.Names) > 0 {
		acme, err := openACME(ctx, o.ACME, filepath.Join(o.Dir, "acme"), log)
		if err != nil {
			return nil, err
		}
		s.acme, s.dir = acme, o.Dir
	}
	if len(s.files) == 0 && s.own == nil && s.acme == nil {
		return nil, errors.New("certs: no certificate is asked for")
	}
	s.check(now)
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go func() {
		defer close(s.done)
		s.watch(background)
	}()
	return s, nil
}

// Close ends what runs in the background.
func (s *Set) Close() {
	s.stop()
	<-s.done
	if s.acme != nil {
		s.acme.close()
	}
}

// Reread has the files read now that would be read when the next client comes, so
// that the log says what is wrong with them. It does not wait for that.
func (s *Set) Reread() {
	select {
	case s.again <- struct{}{}:
	default: // it is about to be done
	}
}

// Ready reports whether there is a certificate at all: an authority may still have to
// issue the first.
func (s *Set) Ready() bool {
	return len(s.files) > 0 || s.own != nil || len(s.acme.certificates()) > 0
}

// Certificate returns the certificate for a client: that of the name it asks
// for, else the default. It is a tls.Config's GetCertificate.
func (s *Set) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	local := s.local(time.Now())
	if s.acme != nil && s.acme.has(hello.ServerName) {
		if c, err := s.acme.certificate(hello); err == nil {
			return c, nil
		}
	}
	if c := choose(local, hello); c != nil {
		return c, nil
	}
	if c := byDefault(local, hello); c != nil {
		return c, nil
	}
	return s.acme.certificate(hello)
}

// local returns the certificates that are here, in order.
func (s *Set) local(now time.Time) []*tls.Certificate {
	var all []*tls.Certificate
	for _, f := range s.files {
		all = append(all, f.certificate(now))
	}
	if s.own != nil {
		all = append(all, s.own.current.Load())
	}
	return all
}

// Lasting returns the certificates whose keys stay when they are renewed, or
// change by the hand of the operator only: those worth a fingerprint.
func (s *Set) Lasting() []*x509.Certificate {
	var all []*x509.Certificate
	for _, c := range s.local(time.Now()) {
		all = append(all, c.Leaf)
	}
	return all
}

// Paths returns the files that are read after the start, and the directories that
// are written to, as absolute paths.
func (s *Set) Paths() (read, write []string) {
	for _, f := range s.files {
		read = append(read, absolute(f.pair.Cert), absolute(f.keyFile()))
	}
	if s.dir != "" {
		write = append(write, absolute(s.dir))
	}
	return read, write
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
