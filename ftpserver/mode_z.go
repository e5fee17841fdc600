package ftpserver

import (
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// defaultDeflate is what MODE Z begins with: the level that costs least, because
// it must keep up with the network.
var defaultDeflate = ftp.DeflateOptions{Level: 1}

func (s *session) setDeflate(o ftp.DeflateOptions) {
	s.deflate = o
	s.params.Level = o.Level
}

// optsModeZ sets the options of MODE Z; with none it resets them
// (draft-preston-ftpext-deflate, 3.4).
func (s *session) optsModeZ(arg string) answer {
	if arg == "" {
		s.setDeflate(defaultDeflate)
		return s.say(ftp.CodeOK, "The options of MODE Z are reset.")
	}
	o, set, err := s.deflate.Set(arg)
	var oe *ftp.DeflateOptionError
	switch {
	case errors.As(err, &oe) && oe.Value == "":
		return s.say(ftp.CodeBadArgument, "MODE Z %s needs a value.", str(oe.Name))
	case errors.As(err, &oe):
		return s.say(ftp.CodeBadArgument, "MODE Z %s cannot be %s.", str(oe.Name), str(oe.Value))
	case len(set) == 0:
		return s.say(ftp.CodeBadArgument, "Usage: OPTS MODE Z [<name> <value>, ...]")
	}
	s.setDeflate(o)
	if len(set) == 1 {
		name, value, _ := strings.Cut(set[0], " ")
		return s.say(ftp.CodeOK, "MODE Z %s set to %s.", str(name), str(value))
	}
	return s.say(ftp.CodeOK, "MODE Z set to %s.", str(strings.Join(set, ", ")))
}
