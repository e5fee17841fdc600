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
		s.since = time.Now()
		if s.account.Close != nil {
			s.account.Close()
		}
	}
	s.account, s.user, s.pass, s.dir = nil, "", "", "/"
	s.phase = ftp.PhaseConnected
	s.publish()
}

// cmdUser begins a login. The answer is the same whether there is such a user or
// not (RFC 2577, 7).
func (s *session) cmdUser(arg string) ftp.Reply {
	s.logout()
	s.dropData()
	s.user, s.phase = arg, ftp.PhaseUser
	return s.say(ftp.CodeNeedPassword, "Password, please.")
}

func (s *session) cmdPass(arg string) ftp.Reply {
	if s.phase != ftp.PhaseUser {
		return s.say(ftp.CodeBadSequence, "Send USER first.")
	}
	s.pass = Password(arg)
	return s.login("")
}

func (s *session) cmdAcct(arg string) ftp.Reply {
	switch s.phase {
	case ftp.PhaseAccount:
		return s.login(arg)
	case ftp.PhaseLogin:
		return s.say(ftp.CodeSuperfluous, "No account is needed.")
	}
	return s.say(ftp.CodeBadSequence, "Send USER and PASS first.")
}

// login asks Config.Login and answers what it says.
func (s *session) login(account string) ftp.Reply {
	user := s.user
	a, err := s.srv.cfg.Login(s.ctx, Credentials{User: user, Password: s.pass, Account: account, Conn: s.conn})
	switch {
	case errors.Is(err, ErrNeedAccount) && account == "":
		s.phase = ftp.PhaseAccount
		return s.say(ftp.CodeNeedAccount, "Account, please.")
	case errors.Is(err, ErrLogin) || errors.Is(err, ErrNeedAccount):
		s.logout()
		return s.loginFailed(user)
	case err != nil:
		s.logout()
		return s.incident("login cannot be checked", err)
	}
	curt := strings.HasPrefix(string(s.pass), "-") // how old clients ask to be spared long texts
	s.account, s.pass, s.phase = a, "", ftp.PhaseLogin
	s.dir = s.home()
	s.failures, s.unknown = 0, 0
	s.publish()
	s.observe(LoggedIn{Conn: s.conn, User: a.Name})
	welcome := a.Welcome
	if welcome == "" || curt {
		welcome = "Logged in."
	}
	return ftp.NewReply(ftp.CodeLoggedIn, textLines(welcome)...)
}

// home returns the directory to begin in: the account's, or the root if there is
// no such directory.
func (s *session) home() string {
	home := cleanPath("/", s.account.Home)
	if home == "/" {
		return home
	}
	if info, err := s.account.FS.Stat(s.ctx, storageName(home)); err != nil || !info.IsDir() {
		s.log.Warn("the home of the account is no directory", "user", s.account.Name, "home", home, "error", err)
		return "/"
	}
	return home
}

// loginFailed answers a wrong name or password: late, so that guessing is slow,
// and for the last time if it was one too many (RFC 2577, 5).
func (s *session) loginFailed(user string) ftp.Reply {
	s.observe(LoginFailed{Conn: s.conn, User: user})
	s.failures++
	s.pause(s.srv.cfg.Limits.LoginDelay)
	if s.failures >= s.srv.cfg.Limits.Logins {
		s.bye = "too many wrong passwords"
		return s.say(ftp.CodeClosing, "Too many wrong passwords.")
	}
	return s.say(ftp.CodeNotLoggedIn, "Wrong user name or password.")
}

// pause waits for d, or less if the session is told to end.
func (s *session) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	for s.orders.get() == orderNone {
		select {
		case <-timer.C:
			return
		case <-s.orders.wake:
		}
	}
}

// cmdRein makes the session as it was after connecting (RFC 959, 4.1.1).
func (s *session) cmdRein(string) ftp.Reply {
	s.reset()
	return s.say(ftp.CodeReady, "Ready for another user.")
}

func (s *session) cmdQuit(string) ftp.Reply {
	s.bye = "quit"
	return s.say(ftp.CodeBye, "Goodbye.")
}
