package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// loginFlags say who logs in.
type loginFlags struct {
	User         string `placeholder:"NAME" group:"login" help:"Log in as NAME; as in ftp://NAME@host/. Without a name: anonymous."`
	PasswordFile string `placeholder:"FILE" group:"login" complete:"file" help:"Read the password from the first line of FILE, or of standard input with -. Else it comes from the environment variable FERRY_PASSWORD, from .netrc, or is asked for."`
	NetrcFile    string `placeholder:"FILE" group:"login" complete:"file" help:"Use FILE instead of ~/.netrc (or $$NETRC)."`
	noEnv        bool   // the environment is about another server
	AccountFile  string `placeholder:"FILE" group:"login" complete:"file" help:"Read the account, which few servers ask for beside the password, from the first line of FILE, or of standard input with -. Else it comes from the environment variable FERRY_ACCOUNT or from .netrc."`
}

// login is who to log in as. An empty user is anonymous.
type login struct{ user, password, account string }

// errNoPassword is the lack of a password for a user who needs one.
var errNoPassword = errors.New("no password")

// loginFor finds out who to log in as. The account comes from, in this order:
// --account-file, FERRY_ACCOUNT, .netrc.
func (f *loginFlags) loginFor(ctx context.Context, s *stdio, u remoteURL) (login, error) {
	if f.AccountFile == "-" && f.PasswordFile == "-" {
		return login{}, usagef("--password-file and --account-file cannot both be read from standard input")
	}
	l, err := f.userFor(ctx, s, u)
	if err != nil {
		return l, err
	}
	if f.AccountFile != "" {
		l.account, err = readPasswordFile(s, f.AccountFile)
	} else if account := os.Getenv("FERRY_ACCOUNT"); account != "" && !f.noEnv {
		l.account = account
	}
	return l, err
}

// userFor finds out the user and the password. The password comes from, in this
// order: --password-file, the URL, FERRY_PASSWORD, .netrc, the terminal.
func (f *loginFlags) userFor(ctx context.Context, s *stdio, u remoteURL) (login, error) {
	l := login{user: u.User}
	if f.User != "" {
		if u.User != "" && u.User != f.User {
			return l, usagef("the URL and --user name different users")
		}
		l.user = f.User
	}
	if f.PasswordFile != "" {
		if l.user == "" {
			return l, usagef("--password-file needs a user: add --user NAME, or write ftp://NAME@host/")
		}
		var err error
		l.password, err = readPasswordFile(s, f.PasswordFile)
		return l, err
	}
	if u.HasPassword {
		l.password = u.Password
		return l, nil
	}
	if password, ok := os.LookupEnv("FERRY_PASSWORD"); ok && l.user != "" && !f.noEnv {
		l.password = password
		return l, nil
	}
	entries, warning, err := readNetrc(f.NetrcFile)
	if err != nil {
		return l, err
	}
	if e, ok := netrcFor(entries, u.Host, l.user); ok {
		if warning != "" {
			s.say("ferry: %s", warning)
		}
		return login{e.login, e.password, e.account}, nil
	}
	if l.user == "" {
		return l, nil
	}
	password, asked, err := s.askPassword(ctx, fmt.Sprintf("Password for %s on %s: ", printable(l.user), printable(u.Host)))
	if err == nil && !asked {
		err = hint(fmt.Errorf("%w for user %s", errNoPassword, printable(l.user)),
			"set FERRY_PASSWORD, give --password-file FILE, or write it into ~/.netrc")
	}
	l.password = password
	return l, err
}

// readPasswordFile returns the first line of a file; "-" is standard input.
func readPasswordFile(s *stdio, name string) (string, error) {
	if name == "-" {
		return readLine(s.in)
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return readLine(file)
}
