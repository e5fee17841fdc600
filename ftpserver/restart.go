package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// restart is where the next transfer begins: the argument of REST.
type restart struct {
	at     ftp.Marker // in modes S and Z only Off, which counts octets on the wire
	params ftp.Params // in which it means something
}

// isSet reports whether the transfer begins elsewhere than at the start.
func (r restart) isSet() bool { return r.at != ftp.Marker{} }

// cmdRest takes an octet of the stream, or in block and compressed mode a marker
// of ferry's own (RFC 3659, 5; RFC 959, 3.5).
func (s *session) cmdRest(arg string) answer {
	m, err := s.parseRestart(arg)
	if err != nil {
		return s.usage("REST")
	}
	left := s.leave()
	left.restart, left.span = restart{at: m, params: s.params}, span{}
	return s.say(ftp.CodePending, "Restarting at %s. Send the transfer command.", str(m.String()))
}

func (s *session) parseRestart(arg string) (m ftp.Marker, err error) {
	if s.codec().KeepsOpen() {
		return ftp.ParseMarker(strings.Trim(arg, " "))
	}
	m.Off, err = ftp.ParseRest(arg)
	return m, err
}

// checkRestart refuses a restart point that was given for other parameters, and
// one that there is no way to find.
func (s *session) checkRestart() answer {
	r := s.prior.restart
	switch was := r.params; {
	case !r.isSet():
		return answer{}
	case was.Type != s.params.Type || was.Bits != s.params.Bits || was.Stru != s.params.Stru || was.Mode != s.params.Mode:
		return s.say(ftp.CodeBadRestart, "The restart point was given for another type, structure or mode.")
	case s.params.Stru == 'P' && !s.codec().KeepsOpen():
		return s.say(ftp.CodeNotForParameter, "Pages cannot be restarted in this mode; use MODE B.")
	}
	return answer{}
}
