package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// remoteFlags say how to reach a server. Every command on remote files has
// them.
type remoteFlags struct {
	User         string `placeholder:"NAME" group:"login" help:"Log in as NAME; as in ftp://NAME@host/. Without a name: anonymous."`
	PasswordFile string `placeholder:"FILE" group:"login" complete:"file" help:"Read the password from the first line of FILE, or of standard input with -. Else it comes from the environment variable FERRY_PASSWORD, from .netrc, or is asked for."`
	NetrcFile    string `placeholder:"FILE" group:"login" complete:"file" help:"Use FILE instead of ~/.netrc (or $$NETRC)."`

	Passive bool          `xor:"mode" group:"connection" help:"Only let the client open data connections; the default is to try that first."`
	Active  bool          `xor:"mode" group:"connection" help:"Let the server open data connections."`
	Timeout time.Duration `default:"30s" placeholder:"TIME" group:"connection" help:"How long the server may take to answer (default ${default})."`
	Verbose bool          `short:"v" group:"connection" help:"Show the dialogue with the server, without passwords."`
}

// remote is a server that is connected to.
type remote struct {
	*ftpclient.Client
	url remoteURL
}

// connectError is a server that could not be reached.
type connectError struct {
	addr string
	err  error
}

func (e *connectError) Error() string { return "cannot connect to " + e.addr + ": " + e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// open connects to the server that rawURL names, with at most conns
// connections. The caller must Close what it returns.
func (f *remoteFlags) open(ctx context.Context, s *stdio, rawURL string, conns int) (*remote, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	if u.Type == 'a' {
		return nil, usagef(";type=a asks for a transfer as text, which this version of ferry does not have yet")
	}
	if f.Timeout <= 0 {
		return nil, usagef("--timeout must be more than 0")
	}
	who, err := f.loginFor(ctx, s, u)
	if err != nil {
		return nil, err
	}
	u.User = who.user // so that URLs tell of it
	o := &ftpclient.Options{
		User:     who.user,
		Password: who.password,
		Account:  who.account,
		Timeout:  f.Timeout,
		MaxConns: max(conns, 1),
	}
	switch {
	case f.Active:
		o.Data = ftpclient.DataActive
	case f.Passive:
		o.Data = ftpclient.DataPassive
	}
	if f.Verbose {
		o.Trace = traceTo(s)
	}
	client := ftpclient.New(u.Addr(), o)
	return &remote{client, u}, nil
}

// someError says that some of several things failed, of which the user was
// told one by one.
type someError struct{ failed int }

func (e *someError) Error() string { return fmt.Sprintf("%d failed", e.failed) }

// each runs a command for each of several URLs, connecting once to each server.
func (f *remoteFlags) each(s *stdio, urls []string, do func(context.Context, *remote, remoteURL) error) error {
	ctx, stop := interruptible()
	defer stop()
	open := make(map[string]*remote)
	defer func() {
		for _, r := range open {
			r.Close()
		}
	}()
	one := func(raw string) error {
		u, err := parseURL(raw)
		if err != nil {
			return err
		}
		key := u.User + "\x00" + u.Addr() + "\x00" + fmt.Sprint(u.Absolute)
		r := open[key]
		if r == nil {
			if r, err = f.open(ctx, s, raw, 1); err != nil {
				return err
			}
			open[key] = r
		}
		u.User = r.url.User
		return do(ctx, r, u)
	}
	failed := 0
	for _, raw := range urls {
		err := one(raw)
		if len(urls) == 1 || ctx.Err() != nil {
			return err
		}
		if err != nil {
			failed++
			if known := (toldError{}); !errors.As(err, &known) {
				s.say("ferry: %s", message(err))
			}
		}
	}
	if failed > 0 {
		return told(&someError{failed})
	}
	return nil
}
