package cli

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
)

// demanded is a word for how much TLS there is, wherever clients come in.
func demanded(a *app.App, o app.Options) string {
	switch a.Security() {
	case ftpserver.SecurityData:
		return "require"
	case ftpserver.SecurityControl:
		return "control"
	case ftpserver.SecurityAllow:
		return "offered"
	}
	if o.TLS.On() {
		return "not everywhere"
	}
	return "off"
}

// announceTLS says what crosses the network unencrypted, and by what clients can
// know the server.
func announceTLS(s *stdio, a *app.App, o app.Options) {
	switch demanded(a, o) {
	case "off":
		s.say("Passwords and files cross the network unencrypted.")
	case "not everywhere":
		s.say("TLS is offered, but not on all of these addresses: there, passwords and files cross the network unencrypted.")
	case "offered":
		s.say("TLS is offered. Of clients that do without it, passwords and files cross the network unencrypted.")
	case "control":
		s.say("Logins need TLS. Files cross the network unencrypted unless a client asks for their protection, as most do.")
	case "require":
		s.say("Logins and files need TLS.")
	}
	for _, name := range o.TLS.ACME.Names {
		s.say("The certificate for %s is issued and renewed by ACME.", printable(name))
	}
	for _, c := range a.Certificates() {
		what := "certificate"
		if o.TLS.SelfSigned && len(o.TLS.Files) == 0 {
			what = "self-signed certificate"
		}
		if len(c.DNSNames) > 0 {
			what += " for " + printable(strings.Join(c.DNSNames, ", "))
		}
		s.say("The key of the %s has the fingerprint", what)
		s.say("  %s", ftpclient.KeyFingerprint(c))
	}
}

// fingerprints are those of the keys that clients can know the server by.
func fingerprints(a *app.App) []string {
	all := []string{}
	for _, c := range a.Certificates() {
		all = append(all, ftpclient.KeyFingerprint(c))
	}
	return all
}
