package ftpserver

import (
	"errors"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// ErrNeedAccount is what Config.Login returns if the password is right but an
// account must be given, too: the client is answered 332 and Login is called
// again with what ACCT says.
var ErrNeedAccount = errors.New("ftpserver: account needed")

// logout forgets the user.
func (s *session) logout() {
	if s.account != nil {
		s.since = s.now()
		if s.account.Close != nil {
			s.account.Close()
		}
	}
	s.account, s.root, s.files, s.tree, s.user, s.pass, s.dir = nil, nil, nil, "", "", "", "/"
	s.open, s.guest, s.held = false, false, 0
	s.umask, s.idle = nil, s.srv.cfg.Limits.Idle
	s.phase = ftp.PhaseConnected
	s.publish()
}

// cmdUser begins a login. Unless Config.Ask says otherwise, the answer is the
// same whether there is such a user or not (RFC 2577, 7).
func (s *session) cmdUser(arg string) answer {
	s.logout()
	s.dropData()
	if refusal := s.inTheClear(s.from.Security); !refusal.IsZero() {
		return refusal // before the client has sent its password
	}
	s.user, s.phase = arg, ftp.PhaseUser
	if s.srv.cfg.Ask == nil {
		return s.say(ftp.CodeNeedPassword, "Password, please.")
	}
	want, err := s.srv.cfg.Ask(s.ctx, s.credentials(""))
	switch {
	case err != nil:
		return s.refused(err, s.guess(arg))
	case want == AskNothing:
		s.open = true
		r := s.login("")
		if r.Code == ftp.CodeLoggedIn && s.conn.TLS.Verified() {
			r.Code = ftp.CodeAuthorized // it was the certificate that has spoken (RFC 2228, 4)
		}
		return r
	case want == AskAccount:
		s.phase = ftp.PhaseAccount
		return s.say(ftp.CodeNeedAccount, "Account, please.")
	case want == AskAnything:
		s.guest = true
		return s.say(ftp.CodeNeedPassword, "Any password will do; most give their e-mail address.")
	}
	return s.say(ftp.CodeNeedPassword, "Password, please.")
}

func (s *session) cmdPass(arg string) answer {
	switch {
	case s.phase == ftp.PhaseUser:
		s.pass = Password(arg)
		return s.login("")
	case s.phase == ftp.PhaseLogin && s.open:
		return s.say(ftp.CodeSuperfluous, "No password is needed.")
	}
	if refusal := s.inTheClear(s.from.Security); !refusal.IsZero() {
		return refusal
	}
	return s.say(ftp.CodeBadSequence, "Send USER first.")
}

func (s *session) cmdAcct(arg string) answer {
	switch s.phase {
	case ftp.PhaseAccount:
		return s.login(arg)
	case ftp.PhaseLogin:
		return s.unlock(arg)
	}
	return s.say(ftp.CodeBadSequence, "Send USER and PASS first.")
}

func (s *session) credentials(account string) Credentials {
	return Credentials{User: s.user, Password: s.pass, Account: account, Host: s.host, Conn: s.conn}
}

// login asks Config.Login and answers what it says.
func (s *session) login(account string) answer {
	login := s.srv.cfg.Login
	if h := s.srv.cfg.Hosts[s.host]; h.Login != nil {
		login = h.Login
	}
	var one *guess
	if account != "" || !s.open && !s.guest {
		var refusal answer
		if one, refusal = s.turn(s.user); !refusal.IsZero() {
			return refusal
		}
		defer one.end()
	}
	a, err := login(s.ctx, s.credentials(account))
	switch {
	case errors.Is(err, ErrNeedAccount) && account == "":
		s.phase = ftp.PhaseAccount
		return s.say(ftp.CodeNeedAccount, "Account, please.")
	case err != nil:
		return s.refused(err, one)
	}
	if refusal := s.unfit(a); !refusal.IsZero() {
		s.logout()
		if a.Close != nil {
			a.Close()
		}
		return refusal
	}
	curt := strings.HasPrefix(string(s.pass), "-") // how old clients ask to be spared long texts
	own := *a                                      // what the session changes is its own
	if own.Acct != nil {
		s.held = own.Can & own.NeedAccount
		own.Can &^= s.held
	}
	s.account, s.pass, s.phase = &own, "", ftp.PhaseLogin
	s.srv.newcomers.part(s.place)
	s.place = nil
	one.right()
	s.failures, s.unknown, s.renew = 0, 0, true
	s.root = own.FS
	s.mount("", s.root)
	s.observe(LoggedIn{Conn: s.conn, User: a.Name})
	if a.Welcome == "" || curt {
		return s.say(ftp.CodeLoggedIn, "Logged in.")
	}
	return several(ftp.CodeLoggedIn, textLines(a.Welcome))
}

// refused ends a login that Config.Ask or Config.Login has refused, and the guess that
// it was.
func (s *session) refused(err error, one *guess) answer {
	defer one.end()
	user := s.user
	s.logout()
	if errors.Is(err, ErrLogin) || errors.Is(err, ErrNeedAccount) {
		return s.loginFailed(user, one, s.say(ftp.CodeNotLoggedIn, "Wrong user name or password."))
	}
	return s.incident("login cannot be checked", err)
}

// unlock takes what ACCT says after login, which may bring the rights that were
// held back.
func (s *session) unlock(account string) answer {
	if s.held == 0 {
		return s.say(ftp.CodeSuperfluous, "No account is needed.")
	}
	one, refusal := s.turn(s.user)
	if !refusal.IsZero() {
		return refusal
	}
	defer one.end()
	err := s.account.Acct(s.ctx, account)
	switch {
	case errors.Is(err, ErrLogin):
		return s.loginFailed(s.account.Name, one, s.say(ftp.CodeNotLoggedIn, "Wrong account."))
	case err != nil:
		return s.incident("account cannot be checked", err)
	}
	s.account.Can |= s.held
	s.held, s.failures = 0, 0
	return s.say(ftp.CodeLoggedIn, "You may store now.")
}

// home returns the directory to begin in: the account's, or the root if there is
// no such directory, or if that is in another tree.
func (s *session) home() string {
	home := s.outside(s.account.Home)
	if home == "/" || s.tree != "" {
		return "/"
	}
	if info, err := s.account.FS.Stat(s.ctx, storageName(home)); err != nil || !info.IsDir() {
		s.logger().Warn("the home of the account is no directory", "user", s.account.Name, "home", home, "error", err)
		return "/"
	}
	return home
}

// loginFailed answers a wrong name, password or account: late, so that guessing is slow,
// and for the last time if it was one too many (RFC 2577, 5).
func (s *session) loginFailed(user string, one *guess, wrong answer) answer {
	s.observe(LoginFailed{Conn: s.conn, User: user})
	address, everywhere := one.wrong()
	switch {
	case address && one.friend:
		s.observe(Throttled{Conn: s.conn, Scope: ThrottledUserAtAddress, User: user})
	case address:
		s.observe(Throttled{Conn: s.conn, Scope: ThrottledAddress})
	}
	if everywhere {
		s.observe(Throttled{Conn: s.conn, Scope: ThrottledUser, User: user})
	}
	s.failures++
	s.pause(s.srv.cfg.Limits.LoginDelay)
	if int(s.failures) >= s.srv.cfg.Limits.Logins {
		s.bye = "too many wrong passwords"
		return s.say(ftp.CodeClosing, "Too many wrong passwords.")
	}
	return wrong
}

// pause waits for d, or less if the session is told to end.
func (s *session) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	wake := s.orders.wake()
	for s.orders.get() == orderNone {
		select {
		case <-timer.C:
			return
		case <-wake:
		}
	}
}

// cmdRein makes the session as it was after connecting (RFC 959, 4.1.1). TLS ends
// behind the reply (RFC 4217, 13), but where it has not begun with AUTH, so that no
// AUTH could bring it back.
func (s *session) cmdRein(string) answer {
	s.reset()
	if !s.from.Implicit {
		if s.protected() {
			s.then = s.endTLS
		}
		s.secure, s.host = nil, "" // whatever TLS has named
		s.publish()
	}
	return s.say(ftp.CodeReady, "Ready for another user.")
}

func (s *session) cmdQuit(string) answer {
	s.bye = "quit"
	return s.say(ftp.CodeBye, "Goodbye.")
}
