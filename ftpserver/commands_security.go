package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// protectable reports whether the connections of a session can be protected.
// There is no TLS here yet, so that the commands of RFC 2228 are neither in FEAT
// nor in HELP, and say why they are refused.
func protectable(*session) bool { return false }

// cmdAuth refuses to begin a security exchange: TLS because the server has no
// certificate, which is a resource missing (RFC 2228, 3), everything else because
// it is not known here.
func (s *session) cmdAuth(arg string) ftp.Reply {
	switch strings.ToUpper(arg) {
	case "TLS", "TLS-C", "TLS-P", "SSL":
		return s.say(ftp.CodeNoSecurity, "This server has no certificate.")
	}
	return s.say(ftp.CodeNotForParameter, "This mechanism is not known here.")
}

// unprotected answers what may come only after a security exchange.
func (s *session) unprotected(string) ftp.Reply {
	return s.say(ftp.CodeBadSequence, "Send AUTH first.")
}

// cmdCcc has nothing to clear: the command itself must come protected
// (RFC 2228, 3).
func (s *session) cmdCcc(string) ftp.Reply {
	return s.say(ftp.CodeLevelDenied, "The control connection is clear already.")
}

// cmdSscn tells which side of TLS the server is on data connections. It is the
// server's side until the connections are protected.
func (s *session) cmdSscn(arg string) ftp.Reply {
	switch strings.ToUpper(arg) {
	case "", "OFF":
		return ftp.NewReply(ftp.CodeOK, "SSCN:SERVER METHOD")
	case "ON":
		return s.say(ftp.CodeBadSequence, "Send AUTH and PROT P first.")
	}
	return s.usage("SSCN")
}
