package ftpserver

import (
	"math"
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

// A moment is a point in time, as what has passed since the client connected. It takes a
// third of the room of a time.Time.
type moment time.Duration

func (s *session) now() moment { return moment(time.Since(s.conn.Since)) }

func (s *session) at(m moment) time.Time { return s.conn.Since.Add(time.Duration(m)) }

func (m moment) add(d time.Duration) moment {
	if d > math.MaxInt64-time.Duration(m) {
		return math.MaxInt64 // there is no such limit
	}
	return m + moment(d)
}

// armed are the deadlines of the TCP connection as the session has set them.
type armed struct {
	read, write moment // 0: to be set in any case
}

// awaitLine sets the deadline for a line: until, or when the session is to rest.
func (s *session) awaitLine(now moment) {
	until := min(s.until, now.add(restTime))
	if now < s.armed.read && s.armed.read <= until {
		return
	}
	s.armed.read = until
	s.wire.SetReadDeadline(s.at(until))
}

// wasEarly reports whether it was for a line before this one that a deadline has come,
// which is waited for since begun.
func (s *session) wasEarly(now, begun moment) bool {
	early := s.armed.read != 0 && now < min(s.until, begun.add(restTime))
	s.armed.read = 0
	return early
}

// setReadDeadline sets the deadline of what is read for another purpose.
func (s *session) setReadDeadline(t time.Time) {
	s.armed.read = 0
	s.wire.SetReadDeadline(t)
}

// awaitReply sets the deadline for a reply. With TLS it is for what TLS writes by itself
// besides.
func (s *session) awaitReply() {
	now := s.now()
	if s.control != s.wire {
		s.armed.write = 0 // recordConn sets that of wire
		s.control.SetWriteDeadline(s.at(now.add(writeTime)))
		return
	}
	if s.armed.write < now.add(writeTime) {
		s.armed.write = now.add(writeTime + writeTime/2)
		s.wire.SetWriteDeadline(s.at(s.armed.write))
	}
}

// deadline is when a client that says nothing is sent away.
func (s *session) deadline() moment {
	idle := s.now().add(s.idle)
	if s.phase != ftp.PhaseLogin {
		return min(idle, s.since.add(s.srv.cfg.Limits.LoginTime))
	}
	return idle
}
