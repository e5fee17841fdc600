package cli

import (
	"crypto/tls"
	"errors"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/trust"
)

// verifier judges the certificates of one server, and tells the user of them.
type verifier struct {
	s       *stdio
	url     string // of the server, for commands that the user is told
	verbose bool
	check   *trust.Check

	mu   sync.Mutex
	last *protection // of the latest handshake
}

// protection returns that of the latest connection; nil if it has none.
func (v *verifier) protection() *protection {
	if v == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last
}

// protection is what is known of a protected connection.
type protection struct {
	state   tls.ConnectionState
	verdict trust.Verdict
}

// verifier returns the one for the server of u. It is lenient where nobody has asked
// for more, and where nothing is known of the server.
func (f *remoteFlags) verifier(s *stdio, u remoteURL) (*verifier, error) {
	v := &verifier{s: s, url: u.bare(), verbose: f.Verbose > 0}
	v.check = &trust.Check{
		Server:  trust.NewServer(u.Host, u.Port),
		Learn:   f.Trust,
		Lenient: u.Scheme == schemeFTP && f.require() == "",
		Learnt: func(e trust.Entry) {
			s.say("ferry: from now on %s is trusted by its key %s, and must have it (to undo that: ferry trust --remove %s)", printable(e.Server.String()), e.Key, v.url)
		},
		Warn: func(_ trust.Key, err error) {
			s.say("ferry: %s; it is used all the same, because %s asks for no more (to settle it: ferry trust %s)", printable(wrong(err)), v.url, v.url)
		},
	}
	for _, pin := range f.Pin {
		v.check.Pins = append(v.check.Pins, pin.Key)
	}
	var err error
	if v.check.Store, err = keyStore(); err != nil {
		if f.Trust {
			return nil, err
		}
		v.check.Store = nil // whoever has no home remembers nothing
		return v, nil
	}
	if v.check.Lenient {
		// A server that is known had TLS, and must have it still.
		_, known, err := v.check.Store.Find(v.check.Server)
		if err != nil {
			return nil, err
		}
		v.check.Lenient = !known
	}
	return v, nil
}

// verify is for ftpclient.TLS.
func (v *verifier) verify(state tls.ConnectionState, unverified error) error {
	verdict, err := v.check.Decide(state, unverified)
	now := &protection{state, verdict}
	v.mu.Lock()
	v.last = now
	v.mu.Unlock()
	if v.verbose {
		v.s.say("* %s", printable(now.String()))
	}
	return v.advise(err)
}

// advise adds to an error what the user can do.
func (v *verifier) advise(err error) error {
	var (
		pin     *trust.PinError
		changed *trust.ChangedError
		cert    *ftpclient.CertError
	)
	switch {
	case errors.As(err, &pin):
		return hint(err, "if whoever runs the server says that this is its key: --pin %s", pin.Shown)
	case errors.As(err, &changed):
		return hint(err, "somebody else may have answered; if whoever runs the server says that the new key is right: ferry trust %s", v.url)
	case !errors.As(err, &cert):
		return err
	}
	err = &untrustedError{cert}
	switch cert.Kind() {
	case ftpclient.CertMissing, ftpclient.CertChanged:
		return err
	case ftpclient.CertSelfSigned:
		return hint(err, "if that is the key that whoever runs the server names: --pin %s, or once and for all: ferry trust %s", cert.Fingerprint(), v.url)
	case ftpclient.CertUnknownIssuer:
		return hint(err, "give the certificate of its issuer by --cacert FILE; or trust this key alone, if it is the right one: ferry trust %s", v.url)
	case ftpclient.CertWrongName:
		return hint(err, "use one of its names in the URL; or, if this is the key of the right server: ferry trust %s", v.url)
	case ftpclient.CertExpired:
		return hint(err, "whoever runs the server has to renew it; until then, if its key is the right one: --pin %s", cert.Fingerprint())
	case ftpclient.CertNotYetValid:
		return hint(err, "set the clock of this computer; or, if its key is the right one: --pin %s", cert.Fingerprint())
	}
	return hint(err, "if its key is the right one: --pin %s", cert.Fingerprint())
}

// untrustedError is a certificate error without advice.
type untrustedError struct{ cert *ftpclient.CertError }

func (e *untrustedError) Error() string { return e.cert.Wrong() }
func (e *untrustedError) Unwrap() error { return e.cert }

// wrong is what is wrong with a certificate, without advice.
func wrong(err error) string {
	if cert := (*ftpclient.CertError)(nil); errors.As(err, &cert) {
		return cert.Wrong()
	}
	return err.Error()
}

// unprotected says what the user can do where a server refuses protection, or demands
// it.
func unprotected(err error) string {
	var refused *ftpclient.ReplyError
	switch {
	case !errors.As(err, &refused):
		return ""
	case refused.Command == "AUTH":
		return "somebody on the way may be taking TLS away; if the server has none, use ftp:// without a flag that requires it, and ferry trust --remove HOST if its key is remembered"
	case refused.Command == "PROT":
		return "with --clear-data files go over in the clear, without it they are protected: the server wants the other one"
	case refused.Command == "CCC":
		return "leave --ccc out"
	case strings.Contains(strings.ToLower(refused.Reply.Text()), "without tls"):
		return "with an ftp:// URL, --tls off is without"
	}
	return "the server wants TLS: leave --tls off and --clear-data out"
}

// isUntrusted reports whether a server may be another than it should be, or the two
// sides do not agree on protection.
func isUntrusted(err error) bool {
	var (
		pin     *trust.PinError
		changed *trust.ChangedError
		cert    *ftpclient.CertError
	)
	return errors.As(err, &pin) || errors.As(err, &changed) || errors.As(err, &cert) || errors.Is(err, ftpclient.ErrSecurity)
}
