package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// login waits for the greeting, logs in, and learns about the server what is not
// known yet (RFC 959, 6; RFC 2389, 3).
func (c *Conn) login(ctx context.Context) error {
	r, err := c.ready(ctx, "wait for the greeting", "perhaps this is no FTP server, or it expects TLS at once")
	if err != nil {
		return c.noFTP(err)
	}
	if !r.Code.OK() {
		return newReplyError("", r)
	}
	c.srv.greet(r)
	if err := c.negotiate(ctx); err != nil {
		return err
	}
	// It comes first: everything else may depend on it (RFC 7151, 3).
	if err := c.virtualHost(ctx); err != nil {
		return err
	}
	return c.enterAs(ctx)
}

// noFTP says of a greeting that has not come what came in place of it: it shows what
// serves at that port, if it is not FTP.
func (c *Conn) noFTP(err error) error {
	const most = 80 // octets of it are shown
	var ce *ConnError
	stray := c.stray.Load()
	if stray == nil || !errors.As(err, &ce) {
		return err
	}
	line, more := *stray, ""
	if len(line) > most {
		line, more = line[:most], "..."
	}
	no := *ce
	no.Op = "understand the greeting"
	no.Hint = fmt.Sprintf("it says %q, as no FTP server does", line+more)
	if strings.HasPrefix(line, "SSH-") {
		no.Hint += ": SFTP is another protocol, that of programs like sftp"
	}
	return &no
}

// enterAs logs in as the Options say, on a connection that nobody is logged in on.
func (c *Conn) enterAs(ctx context.Context) error {
	spoken, err := c.language(ctx, false)
	if err != nil {
		return err
	}
	if err := c.user(ctx); err != nil {
		return err
	}
	if err := c.agree(ctx); err != nil {
		return err
	}
	if !spoken {
		if _, err := c.language(ctx, true); err != nil {
			return err
		}
	}
	if c.srv.wantFeatures() {
		r, err := c.ask(ctx, "FEAT")
		if err != nil {
			return err
		}
		c.srv.learnFeatures(r, c.o.User)
	}
	if c.wantsUTF8() {
		if _, err := c.ask(ctx, "OPTS", "UTF8 ON"); err != nil {
			return err
		}
	}
	return c.prepare(ctx)
}

// maxDelay is the longest wait that a server may announce with a 120.
const maxDelay = time.Hour

// ready waits for the server to be ready for a login: for the 220, after the
// connect and after REIN. A 120 announces it (RFC 959, 5.4). What is said if
// nothing comes is hint.
func (c *Conn) ready(ctx context.Context, op, hint string) (ftp.Reply, error) {
	wait := c.o.Timeout
	for {
		timer, stop := after(wait)
		r, err := c.next(ctx, timer, op)
		stop()
		switch {
		case err == errTimeout:
			return r, &ConnError{Op: op, Addr: c.o.addr, Err: err, Hint: hint}
		case err != nil || !r.Code.Preliminary():
			return r, err
		case wait > 0 && r.Code == ftp.CodeReadyInMinutes:
			wait = c.o.Timeout + min(minutes(r.Text()), maxDelay)
		}
	}
}

// minutes reads the number in "120 Service ready in nnn minutes".
func minutes(text string) time.Duration {
	for _, word := range strings.Fields(text) {
		if n, err := strconv.ParseUint(word, 10, 16); err == nil {
			return time.Duration(n) * time.Minute
		}
	}
	return 0
}

// user sends USER, and PASS and ACCT as far as the server asks for them. A 230 or
// 232 to USER is a login without a password (RFC 959, 5.4; RFC 2228, 4).
func (c *Conn) user(ctx context.Context) error {
	if c.o.Proxy != nil && c.o.Proxy.Kind == ProxyFTP {
		return c.userThrough(ctx)
	}
	if c.o.Challenge == nil && c.o.Account == "" && c.srv.takesLogin() {
		return c.userAtOnce(ctx)
	}
	r, err := c.ask(ctx, "USER", c.o.User)
	if err != nil {
		return err
	}
	verb := "USER"
	switch r.Code {
	case ftp.CodeNeedPassword, ftp.CodeChallenge:
		password := c.o.Password
		if r.Code == ftp.CodeChallenge {
			if c.o.Challenge == nil {
				return newReplyError(verb, r)
			}
			if password, err = c.o.Challenge(ctx, r.Text()); err != nil {
				return err
			}
		}
		verb = "PASS"
		if r, err = c.ask(ctx, verb, password); err != nil {
			return err
		}
	}
	if r.Code == ftp.CodeNeedAccount && c.o.Account != "" {
		verb = "ACCT"
		if r, err = c.ask(ctx, verb, c.o.Account); err != nil {
			return err
		}
		c.accounted = true
	}
	if !r.Code.OK() {
		return newReplyError(verb, r)
	}
	if verb == "PASS" {
		c.srv.tookLogin()
	}
	return nil
}

// userAtOnce sends USER and PASS together, to a server that has let the same user in
// before: one of which nothing is known may refuse USER so that no password is sent in
// the clear.
func (c *Conn) userAtOnce(ctx context.Context) error {
	user, pass := newRequest("USER", c.o.User), newRequest("PASS", c.o.Password)
	if err := c.exchange(ctx, user, pass); err != nil {
		return err
	}
	switch {
	case user.reply.Code.OK(), user.reply.Code == ftp.CodeNeedPassword && pass.reply.Code.OK():
		return nil
	case user.reply.Code == ftp.CodeNeedPassword:
		return newReplyError(pass.verb, pass.reply)
	}
	return newReplyError(user.verb, user.reply)
}

// tookLogin notes that the server lets the user in by USER and PASS.
func (s *server) tookLogin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entered = true
}

// takesLogin reports whether USER and PASS can be sent together.
func (s *server) takesLogin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entered && s.quirks.ahead
}
