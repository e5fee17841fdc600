package ftpclient

import (
	"errors"
	"time"
)

// growth is when a pool may ask a server for more connections again that has taken no
// more. What others had open may have ended, and who has been asked less often for a
// while may be let in again.
type growth struct {
	never bool      // asking again may lock the account
	after time.Time // zero: at any time
	pause time.Duration
}

// The time until a server that has taken no more connections is asked for another one:
// it doubles with each time that it refuses.
const (
	firstPause = 30 * time.Second
	lastPause  = 10 * time.Minute
)

// refused notes that the server has taken no more.
func (g *growth) refused(login bool) {
	g.never = g.never || login
	g.pause = min(max(2*g.pause, firstPause), lastPause)
	g.after = time.Now().Add(g.pause)
}

// took notes that it has taken one.
func (g *growth) took() { g.pause = 0 }

// mayGrow reports whether the server may be asked for one more connection than it has
// taken, and makes that the limit. p.mu is held.
func (p *pool) mayGrow() bool {
	g := &p.growth
	if p.limit >= p.o.MaxConns || g.never || time.Now().Before(g.after) {
		return false
	}
	p.limit = p.open + 1
	g.after = time.Now().Add(max(g.pause, time.Second)) // one at a time
	return true
}

// noMore reports whether err, with which a connection failed while others stand, says
// that there are too many. Servers do so by 421, by 530 with or without a word about the
// reason, by closing before or after the greeting, and firewalls by their silence. Only
// what is about trust is not: that counts, whoever else was let in.
func noMore(err error) bool {
	var ce *ConnError
	if errors.Is(err, ErrTooMany) || errors.Is(err, ErrLogin) {
		return true
	}
	return errors.As(err, &ce) && ce.Op != "set up TLS"
}
