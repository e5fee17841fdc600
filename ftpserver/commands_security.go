package ftpserver

import (
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// cmdAuth begins TLS (RFC 4217, 4). The names of it say which level data
// connections begin with; no other mechanism is known.
func (s *session) cmdAuth(arg string) answer {
	level := byte('C')
	if s.srv.tls == nil {
		return s.say(ftp.CodeNotImplemented, "There is no TLS here; log in without.")
	}
	switch strings.ToUpper(arg) {
	case "TLS", "TLS-C":
	case "SSL", "TLS-P":
		level = 'P'
	default:
		return s.say(ftp.CodeNotForParameter, "This mechanism is not known here.")
	}
	switch {
	case s.refusesTLS():
		return s.say(ftp.CodeDenied, "There is no TLS here; log in without.")
	case s.protected():
		return s.say(ftp.CodeBadSequence, "The connection is protected already.")
	case s.srv.tls.cfg.Ready != nil && !s.srv.tls.cfg.Ready():
		return s.say(ftp.CodeNoSecurity, "There is no certificate yet; try again later.")
	case len(s.queue) > 0 || s.lines.Buffered() || !s.input.over():
		// Whoever sends ahead of the handshake may be someone between client and
		// server, whose commands would be taken for the client's.
		s.logger().Warn("refused TLS: there were commands in the clear behind AUTH")
		s.bye = "commands in the clear behind AUTH"
		return s.say(ftp.CodeClosing, "Nothing may come behind AUTH before TLS begins.")
	}
	s.then = func() {
		if s.bye == "" && s.startTLS() {
			s.pbsz, s.prot = level == 'P', level
		}
	}
	return s.say(ftp.CodeSecurityDone, "Begin TLS now.")
}

// cmdPbsz sets the size of what is protected at a time. For TLS there is no such
// thing, and 0 is the only answer (RFC 4217, 8).
func (s *session) cmdPbsz(arg string) answer {
	if !s.protected() {
		return s.unprotected(arg)
	}
	if _, err := strconv.ParseUint(arg, 10, 32); err != nil {
		return s.usage("PBSZ")
	}
	s.pbsz = true
	return plain(ftp.CodeOK, "PBSZ=0")
}

// cmdProt sets the level of the data connections to come (RFC 4217, 9). It is
// for the transfer commands to hold to it.
func (s *session) cmdProt(arg string) answer {
	level := strings.ToUpper(arg)
	switch {
	case !s.protected():
		return s.unprotected(arg)
	case !s.pbsz:
		return s.say(ftp.CodeBadSequence, "Send PBSZ 0 first.")
	case level == "S" || level == "E":
		return s.say(ftp.CodeLevelUnsupported, "TLS has the levels C and P only.")
	case level != "C" && level != "P":
		return s.say(ftp.CodeNotForParameter, "The levels of protection are C, S, E and P.")
	case level == "C" && s.demand() == SecurityData:
		return s.say(ftp.CodeDenied, "Data connections must be protected here.")
	}
	if s.prot != level[0] && s.isOpen() {
		s.dropData() // it has the level of before
	}
	s.prot = level[0]
	s.sscn = s.sscn && s.prot == 'P'
	if s.prot == 'C' {
		return s.say(ftp.CodeOK, "Data connections are in the clear.")
	}
	return s.say(ftp.CodeOK, "Data connections are protected.")
}

// unprotected answers what may come only after a security exchange.
func (s *session) unprotected(string) answer {
	return s.say(ftp.CodeBadSequence, "Send AUTH first.")
}

// cmdAdat has no exchange to go on with: that of TLS is made beneath the commands
// (RFC 4217, 4).
func (s *session) cmdAdat(arg string) answer {
	if !s.protected() {
		return s.unprotected(arg)
	}
	return s.say(ftp.CodeBadSequence, "The connection is protected already.")
}

// enveloped refuses MIC, CONF and ENC: TLS protects all commands, and none by
// itself (RFC 2228, 3).
func (s *session) enveloped(arg string) answer {
	if !s.protected() {
		return s.unprotected(arg)
	}
	return s.say(ftp.CodeCommandLevel, "TLS protects commands as they are; send them so.")
}

// cmdCcc gives up the protection of the control connection (RFC 4217, 5), where
// the operator lets it, and not before the login is done under it (15.3).
func (s *session) cmdCcc(string) answer {
	switch {
	case !s.protected():
		return s.say(ftp.CodeLevelDenied, "The control connection is clear already.")
	case !clearable(s):
		return s.say(ftp.CodeDenied, "The control connection stays protected here.")
	case s.account == nil:
		return s.say(ftp.CodeDenied, "Log in before you clear the control connection.")
	}
	s.then = s.clearTLS
	return s.say(ftp.CodeOK, "The control connection goes on in the clear.")
}

// cmdSscn tells or sets which side of TLS the server is on data connections. It is
// the server's side until the client of a transfer between two servers says
// otherwise.
func (s *session) cmdSscn(arg string) answer {
	switch strings.ToUpper(arg) {
	case "":
	case "ON":
		if s.prot != 'P' {
			return s.say(ftp.CodeBadSequence, "Send AUTH and PROT P first.")
		}
		s.sscn = true
	case "OFF":
		s.sscn = false
	default:
		return s.usage("SSCN")
	}
	if s.sscn {
		return plain(ftp.CodeOK, "SSCN:CLIENT METHOD")
	}
	return plain(ftp.CodeOK, "SSCN:SERVER METHOD")
}
