package ftpserver

import (
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// To set a deadline of a connection is to change a timer of the runtime, and to wake the
// thread that waits for it. A client that sends one command after another is not timed
// anew with each: what was set is left until it has come, or all but.

// restTime is how long a client says nothing before the session rests, at least.
const restTime = 200 * time.Millisecond

// writeTime is how long a client may leave a reply unread, at least: it is half as long
// again at most.
const writeTime = time.Minute

// armed are the deadlines of the TCP connection as the session has set them.
type armed struct {
	read, write time.Time // zero: to be set in any case
}

// awaitLine sets the deadline for a line: until, or when the session is to rest.
func (s *session) awaitLine(now time.Time) {
	until := earlier(s.until, now.Add(restTime))
	if now.Before(s.armed.read) && !s.armed.read.After(until) {
		return
	}
	s.armed.read = until
	s.wire.SetReadDeadline(until)
}

// wasEarly reports whether it was for a line before this one that a deadline has come,
// which is waited for since begun.
func (s *session) wasEarly(now, begun time.Time) bool {
	early := !s.armed.read.IsZero() && now.Before(earlier(s.until, begun.Add(restTime)))
	s.armed.read = time.Time{}
	return early
}

// setReadDeadline sets the deadline of what is read for another purpose.
func (s *session) setReadDeadline(t time.Time) {
	s.armed.read = time.Time{}
	s.wire.SetReadDeadline(t)
}

// awaitReply sets the deadline for a reply. With TLS it is for what TLS writes by itself
// besides.
func (s *session) awaitReply() {
	now := time.Now()
	if s.control != s.wire {
		s.armed.write = time.Time{} // recordConn sets that of wire
		s.control.SetWriteDeadline(now.Add(writeTime))
		return
	}
	if s.armed.write.Sub(now) < writeTime {
		s.armed.write = now.Add(writeTime + writeTime/2)
		s.wire.SetWriteDeadline(s.armed.write)
	}
}

// deadline is when a client that says nothing is sent away.
func (s *session) deadline() time.Time {
	l := s.srv.cfg.Limits
	idle := time.Now().Add(s.idle)
	if login := s.since.Add(l.LoginTime); s.phase != ftp.PhaseLogin && login.Before(idle) {
		return login
	}
	return idle
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
