package ftpserver

import (
	"errors"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// turn waits until a password, or an account, of a user may be checked. The guess
// that it returns is to be ended; it is nil where nothing can be guessed. The
// reply is zero, or says why the session ends instead.
func (s *session) turn(user string) (*guess, answer) {
	one := s.guess(user)
	if reply := s.queueUp(one); !reply.IsZero() {
		one.end()
		return nil, reply
	}
	return one, answer{}
}

func (s *session) guess(user string) *guess {
	host := ""
	if s.srv.cfg.Hosts[s.host].Login != nil {
		host = s.host // where others have the same names
	}
	return s.srv.guesses.begin(s.conn.Remote.Addr(), host, user)
}

func (s *session) queueUp(one *guess) answer {
	begun := s.since
	if s.account != nil {
		begun = s.now() // ACCT after login
	}
	until := s.at(begun.add(s.srv.cfg.Limits.LoginTime))
	if reply := s.await(one.late, until, nil); !reply.IsZero() {
		return reply
	}
	for {
		after, least, moved := one.turn()
		if after <= 0 {
			return answer{}
		}
		if time.Now().Add(least).After(until) {
			s.bye = "too many wrong passwords from its address"
			return s.say(ftp.CodeClosing, "Too many wrong passwords from your address; try again in %d seconds.", num(seconds(least.Round(time.Second))))
		}
		if reply := s.await(after, until, moved); !reply.IsZero() {
			return reply
		}
	}
}

// await waits for d, or until moved is closed. What the client sends meanwhile is
// queued. The reply is zero, or says why the session ends instead: because until has
// come, the client is gone, or there is the order to end.
func (s *session) await(d time.Duration, until time.Time, moved <-chan struct{}) answer {
	if d <= 0 {
		return answer{}
	}
	timer := time.NewTimer(min(d, time.Until(until)))
	defer timer.Stop()
	in := lineInput{s: s}
	defer in.stop()
	wake := s.orders.wake()
	for s.orders.get() == orderNone {
		in.pull()
		select {
		case <-moved:
			return answer{}
		case <-timer.C:
			if !time.Now().Before(until) {
				s.bye = "login took too long"
				return s.say(ftp.CodeClosing, "Logging in took too long.")
			}
			return answer{}
		case <-wake:
		case <-in.got:
			in.reading = false
			r := in.read
			if r.err == nil || errors.Is(r.err, ftp.ErrLineTooLong) {
				s.enqueue(r)
				continue
			}
			if in.closed = true; s.orders.get() == orderNone {
				s.bye = "the client was gone before its password was checked"
				return s.say(ftp.CodeClosing, "Logging in took too long.")
			}
		}
	}
	var reply answer
	s.bye, reply = s.ordered()
	return reply
}
