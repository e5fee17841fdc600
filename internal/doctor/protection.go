package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// errLooked ends a connection once the certificate has been seen, before anything else
// is said.
var errLooked = errors.New("seen")

// protection looks at the TLS of the server, on connections of their own, which end before
// a user or a password is sent.
func (e *examination) protection(ctx context.Context) error {
	if e.o.Client.Security == ftpclient.SecurityOff {
		e.note("tls", "TLS is left out, as asked for: whoever is on the way can read the password and all files.", "")
		return nil
	}
	if e.o.Client.Security == ftpclient.SecurityImplicit {
		state, verr, err := e.look(ctx, e.o.Addr, ftpclient.SecurityImplicit)
		if state == nil {
			e.fail("tls.implicit", "TLS cannot be set up: "+sentence(err), "Where the server greets in the clear, its URL begins with ftp:// or ftpes://.")
			return nil
		}
		e.version("tls.implicit", "TLS begins with the first octet (implicit TLS)", state)
		e.certificate(state, verr)
		return nil
	}
	state, verr, err := e.look(ctx, e.o.Addr, ftpclient.SecurityExplicit)
	switch {
	case state != nil:
		e.version("tls.explicit", "The server has TLS on demand (AUTH TLS)", state)
		e.certificate(state, verr)
	case errors.Is(err, ftpclient.ErrSecurity):
		advice := "Switch TLS on at the server (AUTH TLS): FTP without it shows passwords to whoever is on the way."
		if e.o.Client.Security == ftpclient.SecurityExplicit {
			e.fail("tls.explicit", "The server has no TLS, which is demanded: "+sentence(err), advice)
		} else {
			e.warn("tls.explicit", "The server has no TLS: the password and all files go over in the clear.", advice)
		}
	case e.greeted:
		e.fail("tls.explicit", "The server says that it has TLS, and it cannot be set up: "+sentence(err), "Programs that try TLS first cannot connect. Look at the log of the server.")
	}
	if e.port == "21" {
		e.implicit(ctx)
	}
	return nil
}

// implicit looks whether there is the older form of FTPS, too.
func (e *examination) implicit(ctx context.Context) {
	state, _, _ := e.look(ctx, net.JoinHostPort(e.host, "990"), ftpclient.SecurityImplicit)
	if state == nil {
		e.note("tls.implicit", "There is no implicit TLS at port 990, which hardly anybody needs.", "")
		return
	}
	e.version("tls.implicit", "The server has implicit TLS, too, at port 990", state)
}

// look sets TLS up and ends. A nil state has an error. verr is what is wrong with the
// certificate, if anything is.
func (e *examination) look(ctx context.Context, addr string, s ftpclient.Security) (state *tls.ConnectionState, verr, err error) {
	o := e.o.Client
	o.Security, o.User, o.Password, o.Account = s, "", "", ""
	o.TLS.Verify = func(shown tls.ConnectionState, wrong error) error {
		state, verr = &shown, wrong
		if judge := e.o.Client.TLS.Verify; wrong != nil && judge != nil {
			e.excused = judge(shown, wrong) == nil
		} else {
			e.excused = wrong != nil && s == ftpclient.SecurityExplicit && e.o.Client.Security == ftpclient.SecurityAuto
		}
		return errLooked
	}
	c, err := ftpclient.Dial(ctx, addr, &o)
	if c != nil {
		c.Close()
	}
	return state, verr, err
}

// version tells of TLS itself.
func (e *examination) version(check, how string, state *tls.ConnectionState) {
	text := fmt.Sprintf("%s: %s with %s.", how, tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
	if state.Version < tls.VersionTLS12 {
		e.fail(check, text, "This version is not safe any more. Switch TLS 1.2 and 1.3 on.")
		return
	}
	e.ok(check, text)
}

// soon is how long before the end of a certificate it is time to say so.
const soon = 21 * 24 * time.Hour

// certificate tells whether the server can prove who it is.
func (e *examination) certificate(state *tls.ConnectionState, wrong error) {
	const check = "tls.certificate"
	var ce *ftpclient.CertError
	switch {
	case errors.As(wrong, &ce):
		text := capital(ce.Wrong()) + "."
		if e.excused {
			e.warn(check, text+" ferry connects all the same, because its key is trusted here, or because ftp:// does not demand a certificate.", adviceFor(ce))
		} else {
			e.fail(check, text, adviceFor(ce))
		}
		return
	case wrong != nil:
		e.fail(check, capital(sentence(wrong)), "")
		return
	case len(state.PeerCertificates) == 0:
		return
	}
	leaf := state.PeerCertificates[0]
	left := time.Until(leaf.NotAfter)
	text := fmt.Sprintf("The certificate is valid for %s until %s (%d days), from %s.",
		e.host, leaf.NotAfter.UTC().Format("2006-01-02"), int(left.Hours()/24), leaf.Issuer.String())
	if left < soon {
		e.warn(check, text, "Renew it, and see to it that this happens by itself.")
		return
	}
	e.ok(check, text)
}

// adviceFor says what whoever runs the server can do about a certificate, and what a user
// can.
func adviceFor(ce *ftpclient.CertError) string {
	switch ce.Kind() {
	case ftpclient.CertSelfSigned, ftpclient.CertUnknownIssuer:
		return "Have it issued by an authority that everybody trusts, with the certificates in between. Users can compare the key and trust it: ferry trust."
	case ftpclient.CertWrongName:
		return "Connect by a name that it is for, or have it issued for this one."
	case ftpclient.CertExpired:
		return "Renew it."
	case ftpclient.CertNotYetValid:
		return "Look at the clocks of both machines."
	}
	return "Look at the settings of the server."
}

// capital begins a text as a sentence.
func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
