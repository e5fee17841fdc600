package ftpserver_test

import (
	"crypto/tls"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// tlsModel is what a client of FuzzTLSStates knows of its session.
type tlsModel struct {
	listener ftpserver.Listener
	account  ftpserver.Security // of the user
	ccc      bool
	anyALPN  bool
	auth     tls.ClientAuthType
	reuse    ftpserver.TLSReuse

	protected bool
	under     bool // TLS has ended, but this command was sent under it
	behind    bool // octets in the clear follow this command
	pbsz      bool
	prot      byte
	sscn      bool
	cpsv      bool
	user      bool // USER was given
	login     bool
	wrong     int // passwords
	unknown   int // commands before the login
	sni       string
	host      string
	plan      bool // there is a way to a data connection
}

// begin is what holds after connecting, and after REIN.
func (m *tlsModel) begin() {
	m.pbsz, m.prot, m.sscn = m.listener.Implicit, 'C', false
	if m.listener.Implicit {
		m.prot = 'P'
	}
	m.host = ""
	if m.listener.Implicit {
		m.host = m.sni
	}
	m.leave()
}

func (m *tlsModel) leave() {
	m.user, m.login = false, false
	m.plan, m.cpsv = false, false
}

func (m *tlsModel) demand() ftpserver.Security {
	if m.login {
		return max(m.listener.Security, m.account)
	}
	return m.listener.Security
}

func (m *tlsModel) refuses() bool {
	return m.listener.Security == ftpserver.SecurityRefuse || m.login && m.account == ftpserver.SecurityRefuse
}

// want returns the code that a command must be answered with, or 0 where that is left
// to the command table.
func (m *tlsModel) want(verb, arg string) ftp.Code {
	c := ftp.Lookup(verb)
	switch {
	case !m.login && m.unknown >= 10:
		return ftp.CodeClosing
	case verb == "HOST" && m.login:
		return ftp.CodeBadSequence
	case c != nil && c.Phase == ftp.PhaseLogin && !m.login:
		return ftp.CodeNotLoggedIn
	case c != nil && c.Arg == ftp.ArgText && arg == "":
		return ftp.CodeBadArgument
	}
	switch verb {
	case "AUTH":
		return m.wantAuth(strings.ToUpper(arg))
	case "PBSZ", "PROT", "ADAT":
		if !m.protected {
			return ftp.CodeBadSequence
		}
		return m.wantLevel(verb, strings.ToUpper(arg))
	case "MIC", "CONF", "ENC":
		if !m.protected {
			return ftp.CodeBadSequence
		}
		return ftp.CodeCommandLevel
	case "CCC":
		switch {
		case !m.protected:
			return ftp.CodeLevelDenied
		case !m.ccc || m.listener.Implicit || m.refuses() || !m.login:
			return ftp.CodeDenied
		}
		return ftp.CodeOK
	case "SSCN":
		if strings.EqualFold(arg, "ON") && m.prot != 'P' {
			return ftp.CodeBadSequence
		}
	case "HOST":
		if m.protected && m.sni != "" && arg != m.sni {
			return ftp.CodeNotForParameter
		}
	case "USER":
		if m.listener.Security >= ftpserver.SecurityControl && !m.protected {
			return ftp.CodeNotLoggedIn
		}
		return ftp.CodeNeedPassword
	case "PASS":
		return m.wantPass(arg)
	}
	if c != nil && c.Traits.Has(ftp.Transfers) {
		switch {
		case arg == "nosuch":
			return ftp.CodeUnavailable
		case m.prot != 'P' && m.demand() == ftpserver.SecurityData:
			return ftp.CodeFamilies
		case !m.plan:
			return ftp.CodeNoData
		}
		return ftp.CodeOpening
	}
	return 0
}

func (m *tlsModel) wantAuth(mechanism string) ftp.Code {
	switch {
	case mechanism != "TLS" && mechanism != "TLS-C" && mechanism != "TLS-P" && mechanism != "SSL":
		return ftp.CodeNotForParameter
	case m.refuses():
		return ftp.CodeDenied
	case m.protected:
		return ftp.CodeBadSequence
	case m.behind || m.under:
		return ftp.CodeClosing
	}
	return ftp.CodeSecurityDone
}

func (m *tlsModel) wantLevel(verb, arg string) ftp.Code {
	if verb == "PBSZ" {
		if _, err := strconv.ParseUint(arg, 10, 32); err != nil {
			return ftp.CodeBadArgument
		}
		return ftp.CodeOK
	}
	switch {
	case verb == "ADAT" || !m.pbsz:
		return ftp.CodeBadSequence
	case arg == "S" || arg == "E":
		return ftp.CodeLevelUnsupported
	case arg != "C" && arg != "P":
		return ftp.CodeNotForParameter
	case arg == "C" && m.demand() == ftpserver.SecurityData:
		return ftp.CodeDenied
	}
	return ftp.CodeOK
}

func (m *tlsModel) wantPass(arg string) ftp.Code {
	switch {
	case !m.user || m.login:
		if m.listener.Security >= ftpserver.SecurityControl && !m.protected {
			return ftp.CodeNotLoggedIn
		}
		return ftp.CodeBadSequence
	case arg != "secret" && m.wrong == 4:
		return ftp.CodeClosing
	case arg != "secret",
		m.account == ftpserver.SecurityRefuse && m.protected,
		m.account >= ftpserver.SecurityControl && !m.protected:
		return ftp.CodeNotLoggedIn
	}
	return ftp.CodeLoggedIn
}

// note is what the answer to a command changes. What AUTH changes is for the end of the
// handshake.
func (m *tlsModel) note(verb, arg string, code ftp.Code) {
	switch {
	case code == ftp.CodeUnknown && !m.login:
		m.unknown++
	case verb == "USER":
		m.leave()
		m.user = code == ftp.CodeNeedPassword
	case verb == "PASS" && m.user && !m.login:
		if m.login = code == ftp.CodeLoggedIn; m.login {
			m.wrong, m.unknown = 0, 0
			break
		}
		m.user = false
		if arg != "secret" {
			m.wrong++
		}
	case verb == "HOST" && code == ftp.CodeReady:
		m.leave()
		m.host = arg
	case verb == "ABOR" && code.OK():
		m.plan, m.cpsv = false, false
	case verb == "REIN" && code == ftp.CodeReady:
		m.begin()
	case !code.OK():
	case verb == "PBSZ":
		m.pbsz = true
	case verb == "PROT":
		m.prot = strings.ToUpper(arg)[0]
		m.sscn = m.sscn && m.prot == 'P'
	case verb == "SSCN" && arg != "":
		m.sscn = strings.EqualFold(arg, "ON")
	case verb == "PORT", verb == "EPRT", verb == "PASV", verb == "EPSV", verb == "CPSV":
		m.plan, m.cpsv = true, verb == "CPSV"
	}
}
