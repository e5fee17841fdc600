package ftpclient

import "github.com/seed-6092453b/ferry/ftp"

// refusable is the upload that a refusal ends, though it is being written: a server that
// refuses in the middle may not read what still comes, and not close the data connection
// either.
type refusable struct {
	nth int    // the first final reply of the connection that may be about it, counted from 1
	cut func() // ends what is under way on the data connection
}

// meets ends the upload if the nth final reply of the connection refuses it. Those before
// are to commands that were sent along with it, and say nothing about it. It is called by
// the reader; a nil u does nothing.
func (u *refusable) meets(code ftp.Code, nth int) {
	if u != nil && nth >= u.nth && (code.Transient() || code.Permanent()) {
		u.cut()
	}
}

// takes notes a reply that was taken from the queue.
func (c *Conn) takes(r ftp.Reply) ftp.Reply {
	if !r.Code.Preliminary() {
		c.taken++
	}
	c.outside = c.outside || r.Code == ftp.CodeNotLoggedIn
	return r
}

// refusalOf returns what the refusal of t ends.
func (c *Conn) refusalOf(t *Transfer, cut func()) *refusable {
	return &refusable{nth: c.taken + t.seq - c.got, cut: cut}
}
