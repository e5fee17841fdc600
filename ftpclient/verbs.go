package ftpclient

import "github.com/seed-6092453b/ferry/ftp"

// verbState is what the replies to a command have told of whether the server has it. One
// reply can be wrong, or be about a name that the server cannot bear: what has worked is
// not given up for it, and what FEAT lists only if it is said twice.
type verbState struct {
	works   bool // it was granted
	doubted bool // the last reply was that the server does not know it
	refused bool // it is not sent any more
}

// offers reports whether a command that must stand in FEAT is worth trying.
func (s *server) offers(verb, feature string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.verbs[verb].refused && (s.feats == nil || s.feats.Has(feature))
}

// has reports whether a command that need not stand in FEAT is worth trying.
func (s *server) has(verb string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.verbs[verb].refused
}

// works reports whether a command has been granted, ever.
func (s *server) works(verb string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verbs[verb].works
}

// distrust notes a command that the server takes and does not heed.
func (s *server) distrust(verb string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verbs[verb] = verbState{refused: true}
	s.log.Info("the server takes " + verb + " and does not heed it")
}

// learn takes a reply to a command: whether the server has it, and the words of a login.
func (s *server) learn(verb string, r ftp.Reply) {
	s.hear(verb, r)
	if verb == "SITE" {
		return // it is the subcommand that is refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.verbs[verb]
	switch {
	case state.refused:
		return
	case r.Code != ftp.CodeUnknown && r.Code != ftp.CodeNotImplemented:
		state.doubted = false
		state.works = state.works || r.Code < 400
	case state.works:
		return
	case state.doubted || !s.lists(verb):
		state.refused = true
		s.log.Info("the server does not have "+verb, "reply", r.String())
	default:
		state.doubted = true
	}
	s.verbs[verb] = state
}

// lists reports whether FEAT lists a command. s.mu is held.
func (s *server) lists(verb string) bool {
	if verb == "MLSD" {
		verb = "MLST" // it stands for both (RFC 3659, 7.8)
	}
	return s.feats.Has(verb)
}
