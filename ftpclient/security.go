package ftpclient

import "crypto/tls"

// Security says whether connections are protected by TLS (RFC 4217).
type Security uint8

const (
	// SecurityAuto asks for TLS (AUTH TLS), and goes on in the clear where the server
	// refuses; of data connections alone, too, and says so in Log. A server that
	// has agreed and then fails at the handshake is an error, and so is one that has
	// had TLS before in the life of a Client. It keeps out who only listens: anybody
	// who can alter what crosses the network could make the server seem to have no
	// TLS. A certificate that cannot be verified is therefore used, too, unless
	// TLS.Verify is there to decide, and Log is warned.
	SecurityAuto Security = iota
	// SecurityOff is FTP in the clear.
	SecurityOff
	// SecurityExplicit asks for TLS (AUTH TLS) before anything else, and fails where
	// the server has none.
	SecurityExplicit
	// SecurityImplicit has TLS begin with the first octet, as on port 990.
	SecurityImplicit
)

// TLS says how connections are protected, where they are. The zero value verifies
// the server's certificate for the name that was dialled, by the roots of the
// system.
type TLS struct {
	// Config has roots, versions, the certificates of the client and so on; nil is
	// the zero Config. It is cloned; ServerName, if empty, is the host that is
	// dialled. ClientSessionCache is not used: each control connection has a cache
	// of its own, because a server may refuse a data connection that resumes
	// another one's session. VerifyPeerCertificate and VerifyConnection are called
	// for control connections, and what they refuse is refused under SecurityAuto,
	// too.
	Config *tls.Config

	// Verify, if not nil, has the last word on the server's certificate, as for pins
	// and for trust on first use. err is what the ordinary verification has found, a
	// *CertError, or what the functions in Config say; nil if nothing is wrong. It is
	// called for control connections; data connections must resume their session, or
	// show a certificate for the same key.
	Verify func(state tls.ConnectionState, err error) error

	// AllowTruncation takes the end of a data connection for the end of a file or
	// listing, where the server does not set TLS's mark of the end (close_notify), as
	// some never do: else that is a *TruncatedError, unless the size of the file is
	// known by a protected control connection and has come. SecurityAuto allows it
	// anyway, with a warning.
	AllowTruncation bool

	// ClearData leaves data connections in the clear (PROT C).
	ClearData bool

	// ClearControl gives up the protection of the control connection after the login
	// (CCC), for a NAT on the way that must read PASV and PORT.
	ClearControl bool
}
