package ftpserver

import (
	"crypto/tls"
	"errors"

	"github.com/seed-6092453b/ferry/ftp"
)

// TLS says how connections are protected (RFC 4217). The zero value offers no
// TLS: the commands of RFC 2228 are then answered 502, and what is left is FTP in the
// clear.
type TLS struct {
	// Config holds the certificates (Certificates or GetCertificate) and, if
	// clients are to show theirs, ClientAuth and ClientCAs. nil is no TLS. The
	// server works on clones: versions below 1.2, tickets, ALPN and the hooks for
	// sessions are its own affair.
	Config *tls.Config

	// Ready reports whether there is a certificate, for servers that get theirs only
	// after they have started. While there is none, AUTH is answered 431 (RFC 2228, 3).
	// It is called for each AUTH, by many sessions at once. nil is always.
	Ready func() bool

	// Reuse says which TLS sessions a data connection may bring.
	Reuse TLSReuse

	// CCC lets clients give up the protection of the control connection (RFC 4217,
	// 12.3), as some do for the sake of a NAT. Everything after it can be read and
	// altered on the way, so that it is off unless asked for. SecurityControl is about
	// the login, which comes before it.
	CCC bool

	// AnyALPN takes clients whose ALPN names other protocols than "ftp". By default
	// they are refused, because it is not to an FTP server that they want to speak
	// (ALPACA).
	AnyALPN bool

	// LooseEnd takes an upload for whole although the client has closed its
	// protected data connection without close_notify, which anybody on the way
	// could have done for it.
	LooseEnd bool
}

// TLSReuse says which TLS sessions a data connection may bring. That a data
// connection resumes the session of the control connection proves that both
// come from the same client.
//
// A session may last longer than it can be resumed, which is six to seven days: in TLS
// 1.3 from the last download or listing that has brought the client a new ticket, in
// TLS 1.2 from its first handshake. ReuseBind then takes data connections that resume
// nothing. ReuseRequire ends the session with 421 at the next, so that the client
// connects again.
type TLSReuse uint8

const (
	// ReuseBind lets a data connection resume nothing but the session of its own
	// control connection, or of one with which that has shared its session. One that
	// resumes nothing is taken, until the client has shown that it has a ticket to
	// use: from its second resumption with the same one on, or, if it takes a new one
	// with each download, behind each download once it has used two of those. That
	// holds for as long as its last ticket is no older than 50 minutes.
	ReuseBind TLSReuse = iota
	// ReuseRequire refuses, besides, every data connection that resumes nothing. That
	// of another server (Active.Foreign) never can; bind takes it as an address that
	// was named. One on which this server is the client of TLS (CPSV, SSCN) is taken:
	// the session would be the other's.
	ReuseRequire
	// ReuseOff takes all.
	ReuseOff
)

// Security says what protection is demanded of a listener's or an account's
// clients.
type Security uint8

const (
	// SecurityAllow leaves it to the client.
	SecurityAllow Security = iota
	// SecurityRefuse has no TLS: AUTH is answered 534, and a login under TLS 530.
	SecurityRefuse
	// SecurityControl wants the control connection protected before the login.
	SecurityControl
	// SecurityData wants, besides, data connections protected (PROT P).
	SecurityData
)

// Listener says how the clients of one listener are received.
type Listener struct {
	// Implicit has TLS begin with the first octet, without AUTH, as on port 990.
	// Data connections are protected from the start, too (PROT P); REIN does not end
	// TLS there, nor does CCC. A client that speaks in the clear is dropped.
	Implicit bool

	// Security is what is demanded of the clients.
	Security Security
}

// checkListener refuses a listener that demands what the server cannot do.
func (srv *Server) checkListener(l Listener) error {
	switch {
	case l.Implicit && l.Security == SecurityRefuse:
		return errors.New("ftpserver: a listener cannot have implicit TLS and refuse TLS")
	case srv.tls == nil && (l.Implicit || l.Security >= SecurityControl):
		return errors.New("ftpserver: a listener wants TLS, and Config.TLS.Config is nil")
	}
	return nil
}

// demand returns what is demanded of this session's client: by the listener, and
// by the account once there is one.
func (s *session) demand() Security {
	if s.account != nil {
		return max(s.from.Security, s.account.Security)
	}
	return s.from.Security
}

// refusesTLS reports whether this client is to speak without TLS.
func (s *session) refusesTLS() bool {
	return s.from.Security == SecurityRefuse || s.account != nil && s.account.Security == SecurityRefuse
}

// protectable reports whether the connections of a session can be protected.
func protectable(s *session) bool { return s.srv.tls != nil && !s.refusesTLS() }

// clearable reports whether the protection of a session can be given up by CCC.
func clearable(s *session) bool {
	return protectable(s) && s.srv.cfg.TLS.CCC && !s.from.Implicit
}

// begun reports whether AUTH can begin TLS, or could have.
func begun(s *session) bool { return protectable(s) && !s.from.Implicit }

// secured is the gate of what there is only with TLS.
func secured(c *Config) bool { return c.TLS.Config != nil }

// never is the gate of what is only there to be refused.
func never(*session) bool { return false }

// inTheClear refuses a login in the clear where need, which is what is demanded of
// whoever logs in, forbids it.
func (s *session) inTheClear(need Security) answer {
	if need < SecurityControl || s.protected() {
		return answer{}
	}
	return s.say(ftp.CodeNotLoggedIn, "Logging in takes TLS here; send AUTH TLS first.")
}

// unfit refuses an account whose demands the connection does not meet. Who learns
// of them has given the right password.
func (s *session) unfit(a *Account) answer {
	if a.Security == SecurityRefuse && s.protected() {
		return s.say(ftp.CodeNotLoggedIn, "This account logs in without TLS.")
	}
	return s.inTheClear(a.Security)
}
