package ftpclient

import (
	"context"

	"github.com/seed-6092453b/ferry/ftp"
)

// Relogin logs in as somebody else on the same connection. It sends REIN, which
// sets everything back to what it was after the greeting (RFC 959, 4.1.1); at a
// server without REIN the login of the other user begins at once, which some
// refuse. All that belongs to the former login is forgotten: the working
// directory, the TYPE, the features. The account is the one of ACCT, "" for none.
//
// After an error the connection is not logged in, and is good for another
// Relogin or for Quit.
func (c *Conn) Relogin(ctx context.Context, user, password, account string) error {
	q := newRequest("REIN")
	if err := c.free(q); err != nil {
		return err
	}
	anew := c.srv.has("REIN")
	c.dropKept()
	c.forget(q.verb)
	c.srv.forgetFeatures()
	if anew {
		var err error
		if anew, err = c.reinitialize(ctx, q); err != nil {
			return err
		}
	}
	c.o.User, c.o.Password, c.o.Account = user, password, account
	if anew {
		if err := c.negotiate(ctx); err != nil {
			return err
		}
		if err := c.virtualHost(ctx); err != nil {
			return err
		}
	}
	return c.enterAs(ctx)
}

// reinitialize sends REIN and waits as long as the server announces by a 120. It
// reports false if the server does not have it: the virtual host then stays.
func (c *Conn) reinitialize(ctx context.Context, q *request) (done bool, err error) {
	if err := c.catchUp(ctx); err != nil {
		return false, err
	}
	var t *turn
	if c.protected() {
		t = c.expectTurn(ftp.CodeReady)
		defer c.turn.Store(nil)
	}
	if err := c.send(q); err != nil {
		return false, err
	}
	r, err := c.ready(ctx, "wait for the reply to REIN", "the server is silent")
	if err != nil {
		if lost(err) {
			c.shut()
		}
		return false, err
	}
	c.got++
	q.reply = r
	c.srv.learn(q.verb, r)
	if r.Code == ftp.CodeReady {
		return true, c.reset(ctx, t)
	}
	if err := q.err(); !refusedVerb(err) {
		return err == nil, err
	}
	return false, nil
}
