package ftpserver

import (
	"math"
	"time"
)

// withDefaults returns l with every zero replaced by its default and every
// negative value by one that is never reached.
func (l Limits) withDefaults() Limits {
	limit(&l.Sessions, 2000)
	limit(&l.SessionsPerIP, 100)
	limit(&l.Logins, 5)
	limit(&l.Guesses, 20)
	limit(&l.UserGuesses, 50)
	limit(&l.Handshakes, 500)
	limit(&l.Listing, 1_000_000)
	limit(&l.Expand, 200)
	if l.ExpandFree == 0 {
		l.ExpandFree = 256 << 20
	} else if l.ExpandFree < 0 {
		l.ExpandFree = math.MaxInt64
	}
	limit(&l.Pixels, 50_000_000)
	period(&l.LoginDelay, 5*time.Second, 0)
	period(&l.GuessTime, 10*time.Minute, forever)
	period(&l.LoginTime, 2*time.Minute, forever)
	period(&l.Idle, 10*time.Minute, forever)
	period(&l.MaxIdle, time.Hour, forever)
	l.MaxIdle = max(l.MaxIdle, l.Idle)
	period(&l.DataConnect, time.Minute, forever)
	period(&l.Stall, 5*time.Minute, forever)
	return l
}

// forever is longer than any session, and short enough to be added to a time.
const forever = 100 * 365 * 24 * time.Hour

func limit(n *int, def int) {
	switch {
	case *n == 0:
		*n = def
	case *n < 0:
		*n = math.MaxInt
	}
}

func period(d *time.Duration, def, none time.Duration) {
	switch {
	case *d == 0:
		*d = def
	case *d < 0:
		*d = none
	}
}
