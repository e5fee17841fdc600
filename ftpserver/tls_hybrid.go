package ftpserver

import (
	"crypto/tls"
	"slices"
)

// A key exchange is hybrid if it withstands a quantum computer as well, by ML-KEM. That
// costs as much again as the rest of the exchange, and 2 KiB on the wire. What it gives
// goes on to every session that resumes the one which was made with it: the secret in
// the ticket comes of it, and who does not know that secret learns nothing by breaking
// the key exchange of a data connection (RFC 8446, 7.1). So a data connection that
// resumes the session of its control connection does without. Where it resumes nothing,
// its own key exchange is all there is; so nothing is saved unless such a connection
// would be refused (bond.refuses).
//
// What is lost is that who has a quantum computer and the keys of the tickets, which are
// in the memory of this process alone and no older than a week, can read what goes over
// data connections.

// isHybrid reports whether a key exchange is hybrid.
func isHybrid(id tls.CurveID) bool {
	switch id {
	case tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024:
		return true
	}
	return false
}

// classicalOf returns those of a tls.Config.CurvePreferences that are not hybrid.
func classicalOf(preferences []tls.CurveID) []tls.CurveID {
	if len(preferences) == 0 {
		return []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	}
	return slices.DeleteFunc(slices.Clone(preferences), isHybrid)
}

// pskExtension is that of a client that wants to resume a session (RFC 8446, 4.2.11).
const pskExtension = 41

// spare has cfg, which is that of one data connection, do without a hybrid key exchange
// if the client wants to resume a session by this hello, and reports whether it does.
// The client must also have its half of a classical one at hand, which cannot be seen
// here: if it has not, that costs a round trip, and is not done again (bond.admit).
func (t *serverTLS) spare(cfg *tls.Config, hello *tls.ClientHelloInfo) bool {
	if len(t.classical) == 0 || !t.agrees13(hello) || !slices.Contains(hello.Extensions, pskExtension) ||
		!slices.ContainsFunc(hello.SupportedCurves, isHybrid) ||
		!slices.ContainsFunc(hello.SupportedCurves, func(id tls.CurveID) bool { return slices.Contains(t.classical, id) }) {
		return false
	}
	cfg.CurvePreferences = t.classical
	return true
}
