package conformance

import (
	"slices"
	"strings"
	"time"
)

const (
	nobody        = "ferry-check-nobody" // is no user's name
	wrongPassword = "ferry-check-wrong"  // is no user's password
	guessTime     = 30 * time.Second     // within which a wrong password is answered
)

// known is the name of a user who needs a password; without one the trial ends.
func (t *trial) known() string {
	user := t.endpoint().User
	switch strings.ToLower(user) {
	case "", "anonymous", "ftp": // RFC 1635: any password will do
		t.notRun("this needs a user with a password")
	}
	return user
}

// guess tries a wrong password.
func (c *control) guess(user string) reply {
	c.want("USER "+encodeTelnet(user), 331)
	return c.guessed()
}

// guessed is guess after USER.
func (c *control) guessed() reply {
	c.send("PASS " + wrongPassword)
	return c.replyWithin(guessTime)
}

// took is how long the answer to a command takes, which must have the code.
func (c *control) took(line string, code int) time.Duration {
	began := time.Now()
	c.send(line)
	r := c.replyWithin(guessTime)
	took := time.Since(began)
	c.judge(line, r, code)
	return took
}

// alike sees that the times of a user and of nobody cannot be told apart: that they
// overlap, or that what is between is lost in the time that a network takes.
func (t *trial) alike(what string, known, unknown []time.Duration) {
	const noise = 10 * time.Millisecond
	slices.Sort(known)
	slices.Sort(unknown)
	a, b := known[len(known)/2], unknown[len(unknown)/2]
	apart := slices.Max(known) < slices.Min(unknown) || slices.Max(unknown) < slices.Min(known)
	if apart && (a-b).Abs() > noise {
		t.fail("the time tells who is a user: %s of one is answered after %v, and of nobody after %v (medians of %d)", what, a, b, len(known))
	}
}
