package ftpclient

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/ftp"
)

// A server may want an account for single commands, not for the login alone
// (RFC 959, 4.1.1, ACCT). A 532 says that the command was discarded: it is sent
// again after ACCT, once. A 332 says that the server holds the command and runs it
// after ACCT.

// account sends ACCT if err says that an account is needed and there is one which
// this connection has not given yet. It reports whether what failed with err is to
// be done again.
func (c *Conn) account(ctx context.Context, err error) bool {
	var re *ReplyError
	if !errors.As(err, &re) || !errors.Is(re.Cause, ErrAccount) ||
		c.o.Account == "" || c.accounted || c.transfer != nil || ctx.Err() != nil || !c.alive() {
		return false
	}
	c.accounted = true
	r, err := c.ask(ctx, "ACCT", c.o.Account)
	if err == nil && !r.Code.OK() {
		c.o.Log.Warn("the server does not take the account", "reply", r.String())
	}
	return err == nil && r.Code.OK()
}

// held reports whether r says that the server holds the command until it is told
// the account, and that can be told.
func (c *Conn) held(verb string, r ftp.Reply) bool {
	if r.Code != ftp.CodeNeedAccount || c.o.Account == "" || c.accounted {
		return false
	}
	switch verb {
	case "USER", "PASS", "ACCT":
		return false // these are a login, which looks after itself
	}
	return true
}

// release sends ACCT for a command that the server holds, and returns its reply.
// RFC 959 does not say whether ACCT has one of its own before that; 230 and 202 can
// only be that, and anything else only the other.
func (c *Conn) release(ctx context.Context, verb string) (ftp.Reply, error) {
	c.accounted = true
	r, err := c.ask(ctx, "ACCT", c.o.Account)
	if err != nil || !tookAccount(r) {
		return r, err
	}
	c.sent++ // the command that is held
	return c.final(ctx, c.sent, verb)
}

// tookAccount reports whether r is the reply to ACCT itself.
func tookAccount(r ftp.Reply) bool {
	return r.Code == ftp.CodeLoggedIn || r.Code == ftp.CodeSuperfluous
}
