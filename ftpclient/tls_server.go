package ftpclient

// trust is what is known about the TLS of a server; guarded by server.mu.
type trust struct {
	secured  bool // a connection was protected: all are from now on
	verified bool // and its certificate was good
	warned   bool // that it was not
	none     bool // AUTH was refused
	older    bool // TLS 1.3 loses octets of uploads
	keeps    bool // REIN leaves TLS as it is
	mute     bool // it was said that the end of data connections is not marked
}

func (s *server) wasSecure() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trust.secured
}

func (s *server) secure(verified bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trust.secured = true
	s.trust.verified = s.trust.verified || verified
}

// unverified reports whether a certificate that is not good may be used where that is
// left to the server: not at one that has shown a good one.
func (s *server) unverified(why error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trust.verified {
		return false
	}
	if !s.trust.warned {
		s.trust.warned = true
		s.log.Warn("the certificate of the server cannot be verified, and is used all the same: nobody can listen, but somebody on the way could be the server", "reason", why)
	}
	return true
}

func (s *server) withoutTLS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trust.none
}

func (s *server) noTLS(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.trust.none {
		s.trust.none = true
		s.log.Info("the server has no TLS: the login and the files go over in the clear", "reason", why)
	}
}

// olderTLS reports whether TLS 1.3 is not to be used.
func (s *server) olderTLS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trust.older
}

// needsOlderTLS has connections use TLS 1.2 from now on.
func (s *server) needsOlderTLS(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.trust.older {
		s.trust.older = true
		s.log.Warn("the server loses octets of uploads under TLS 1.3; TLS 1.2 is used from now on", "reason", why)
	}
}

func (s *server) keepsTLS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trust.keeps
}

func (s *server) keepTLS() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trust.keeps = true
}

// mute notes a server that does not mark the end of data connections.
func (s *server) mute() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.trust.mute {
		s.trust.mute = true
		s.log.Warn("the server ends data connections without TLS's mark of the end (close_notify): what somebody on the way cuts off would not be noticed")
	}
}
