package ftpserver

import (
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// aloneAfter is for how many commands of a client in a row there was none of another's, and
// each followed the reply before it at once, until the next is awaited eagerly.
const aloneAfter = 16

// eagerTime is how soon a command has to follow for that.
const eagerTime = 2 * time.Millisecond

// eagerConn is a connection of the system whose Read can wait in a call of it. That is
// cheaper: the runtime puts a goroutine to sleep, then a thread, then another that watches the
// first, and wakes all three when an octet has come. But it takes the thread meanwhile, which is
// why only one session does it at a time; and where transfers keep all processors busy, replies come
// later by it.
type eagerConn interface {
	// expect says whether Read is to do so, for eagerTime, to a tick of the system's clock:
	// what has not come by then is left to the runtime. Neither a deadline nor Close
	// ends that sooner. It must not be called while somebody reads.
	expect(on bool)
}

// readLine reads the next line, which is awaited since begun.
func (s *session) readLine(begun moment) (ftp.Line, error) {
	if s.srv.latest.Load() != s {
		s.srv.latest.Store(s)
		s.streak = 0
	}
	if s.streak == aloneAfter && !s.srv.threads.busy() {
		if c, ok := s.wire.(eagerConn); ok {
			c.expect(true)
			defer c.expect(false)
		}
	}
	line, err := s.lines.Read()
	if s.now() > begun.add(eagerTime) {
		s.streak = 0
	} else {
		s.streak = min(s.streak+1, aloneAfter)
	}
	return line, err
}
