// Package selfcheck checks ferry itself: it runs its servers, in every state that the
// catalogue of package conformance needs, over folders that it makes.
package selfcheck

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// Options say where the servers run.
type Options struct {
	// Net makes all connections; nil is the operating system.
	Net conformance.Network

	// Dir is an empty folder for what they serve; "" is a temporary one, which Close
	// removes.
	Dir string

	// Certificate is that of the servers; the zero one has them sign their own.
	Certificate tls.Certificate

	// Adjust, if not nil, changes the configuration of the server in each state before
	// it is made. The states of accounts are those of the main server.
	Adjust func(conformance.State, *ftpserver.Config)
}

// Servers are ferry's servers in all states.
type Servers struct {
	Options
	target  conformance.Target
	trees   map[string]storage.FS // what each account sees
	running []*ftpserver.Server
	closers []func() error
	own     bool // Dir is removed at the end
}

// The names of the virtual hosts.
const (
	host      = "ftp.example.com"
	otherHost = "files.example.com"
)

// The accounts: the name of the folder that each sees is that of the account.
const (
	user         = "joe"
	password     = "secret"
	spacedUser   = "spaced"
	spaced       = " in the middle "
	accountUser  = "accountant"
	account      = "4711"
	readOnlyUser = "reader"
	fullUser     = "packrat"
	privateUser  = "private"
	anonymous    = "anonymous"
)

// What else there is to see for the main account.
const (
	outside = "out"   // leads out of its folder
	large   = "large" // has more than 4 GiB
)

// quotaOctets is what the full account may store.
const quotaOctets = 4 << 10

// Start starts the servers.
func Start(ctx context.Context, o Options) (*Servers, error) {
	s := &Servers{Options: o}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Target is what to check: the address and the account of each server. It may be
// changed.
func (s *Servers) Target() conformance.Target { return s.target }

// Close stops the servers, and removes what was made for them.
func (s *Servers) Close() (err error) {
	for _, srv := range s.running {
		err = errors.Join(err, srv.Close())
	}
	for _, c := range s.closers {
		err = errors.Join(err, c())
	}
	return errors.Join(err, s.giveBack())
}

func (s *Servers) start(ctx context.Context) error {
	if err := s.lend(ctx); err != nil {
		return err
	}
	if err := s.folders(); err != nil {
		return err
	}
	joe := conformance.Endpoint{User: user, Password: password}
	s.target = conformance.Target{
		Net:   s.Net,
		Hosts: [2]string{host, otherHost},
		At:    make(map[conformance.State]conformance.Endpoint),
	}
	if err := s.extras(); err != nil {
		return err
	}
	// at serves one more endpoint.
	at := func(state conformance.State, srv *ftpserver.Server, ip string, l ftpserver.Listener, e conformance.Endpoint) error {
		addr, err := s.listen(ctx, srv, ip, l)
		if err != nil {
			return fmt.Errorf("the server in the state %q: %w", state, err)
		}
		if e.Addr = addr; state == conformance.Main {
			s.target.Endpoint = e
		} else {
			s.target.At[state] = e
		}
		return nil
	}
	main, err := s.server(conformance.Main, s.config())
	if err != nil {
		return err
	}
	down := s.config()
	down.Greeting = func(context.Context, ftpserver.ConnInfo) (string, error) {
		return "", errors.New("the service is down, try again tomorrow")
	}
	plain := s.config()
	plain.TLS = ftpserver.TLS{}
	reuse := s.config()
	reuse.TLS.Reuse = ftpserver.ReuseRequire
	fxp := s.config()
	fxp.Active.Foreign = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

	if err := at(conformance.Main, main, "127.0.0.1", ftpserver.Listener{}, joe); err != nil {
		return err
	}
	// Accounts of the main server in states of their own.
	for state, e := range map[conformance.State]conformance.Endpoint{
		conformance.Spaces:      {User: spacedUser, Password: spaced},
		conformance.NeedAccount: {User: accountUser, Password: password, Account: account},
		conformance.ReadOnly:    {User: readOnlyUser, Password: password},
		conformance.Full:        {User: fullUser, Password: password},
		conformance.NeedPrivate: {User: privateUser, Password: password, Security: conformance.Explicit},
		conformance.Anonymous:   {},
		conformance.Linked:      joe,
		conformance.Large:       joe,
	} {
		e.Addr = s.target.Addr
		s.target.At[state] = e
	}
	for _, other := range []struct {
		state    conformance.State
		cfg      *ftpserver.Config // nil: the main server
		ip       string
		listener ftpserver.Listener
		e        conformance.Endpoint
	}{
		{conformance.Down, &down, "127.0.0.1", ftpserver.Listener{}, joe},
		{conformance.Plain, &plain, "127.0.0.1", ftpserver.Listener{}, joe},
		{conformance.NeedReuse, &reuse, "127.0.0.1", ftpserver.Listener{}, secured(joe, conformance.Explicit)},
		{conformance.FXP, &fxp, "127.0.0.1", ftpserver.Listener{}, joe},
		{conformance.FXP2, &fxp, "127.0.0.1", ftpserver.Listener{}, joe},
		{conformance.ImplicitTLS, nil, "127.0.0.1", ftpserver.Listener{Implicit: true}, secured(joe, conformance.Implicit)},
		{conformance.NeedTLS, nil, "127.0.0.1", ftpserver.Listener{Security: ftpserver.SecurityControl}, secured(joe, conformance.Explicit)},
		{conformance.IPv6, nil, "::1", ftpserver.Listener{}, joe},
	} {
		srv := main
		if other.cfg != nil {
			if srv, err = s.server(other.state, *other.cfg); err != nil {
				return err
			}
		}
		err := at(other.state, srv, other.ip, other.listener, other.e)
		if err != nil && other.state == conformance.IPv6 {
			continue // many a machine has none
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func secured(e conformance.Endpoint, security conformance.Security) conformance.Endpoint {
	e.Security = security
	return e
}

// config is that of the main server: everything is offered that ferry has.
func (s *Servers) config() ftpserver.Config {
	return ftpserver.Config{
		Login: s.login,
		Ask: func(_ context.Context, c ftpserver.Credentials) (ftpserver.Question, error) {
			if c.User == anonymous {
				return ftpserver.AskAnything, nil
			}
			return ftpserver.AskPassword, nil
		},
		Hosts:   map[string]ftpserver.Host{host: {}, otherHost: {}},
		TLS:     ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{s.Certificate}}, CCC: true},
		Active:  ftpserver.Active{Port20: true},
		PRET:    true,
		MDTMSet: true,
		ModeZ:   true,
		RMDA:    true,
		Net:     s.Net,
	}
}

// login lets the accounts in.
func (s *Servers) login(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
	a := &ftpserver.Account{Name: c.User, FS: s.trees[c.User], Can: ftpserver.ReadWrite}
	if c.Host == otherHost {
		a.Welcome = "This is " + otherHost + "." // for who has to tell it from the others
	}
	want := password
	switch c.User {
	case user:
	case anonymous:
		a.Can = ftpserver.ReadOnly
		return a, nil
	case spacedUser:
		want = spaced
	case accountUser:
		if string(c.Password) == want && c.Account == "" {
			return nil, ftpserver.ErrNeedAccount
		}
		if c.Account != account {
			return nil, ftpserver.ErrLogin
		}
	case readOnlyUser:
		a.Can = ftpserver.ReadOnly
	case fullUser:
	case privateUser:
		a.Security = ftpserver.SecurityData
	default:
		return nil, ftpserver.ErrLogin
	}
	if string(c.Password) != want {
		return nil, ftpserver.ErrLogin
	}
	return a, nil
}

// folders makes what the accounts see, each a folder of its own, and opens it.
func (s *Servers) folders() error {
	s.trees = make(map[string]storage.FS)
	for _, name := range []string{user, anonymous, spacedUser, accountUser, readOnlyUser, fullUser, privateUser} {
		dir := filepath.Join(s.Dir, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		tree, err := disk.Open(dir, disk.Options{})
		if err != nil {
			return err
		}
		s.closers = append(s.closers, tree.Close)
		s.trees[name] = tree
	}
	s.trees[fullUser] = quota.New(s.trees[fullUser], quota.Options{MaxOctets: quotaOctets})
	return nil
}

// server makes the server in a state.
func (s *Servers) server(state conformance.State, cfg ftpserver.Config) (*ftpserver.Server, error) {
	if s.Adjust != nil {
		s.Adjust(state, &cfg)
	}
	srv, err := ftpserver.New(cfg)
	if err != nil {
		return nil, err
	}
	s.running = append(s.running, srv)
	return srv, nil
}

// listen has a server listen on a free port.
func (s *Servers) listen(ctx context.Context, srv *ftpserver.Server, ip string, l ftpserver.Listener) (addr string, err error) {
	var ln net.Listener
	if s.Net != nil {
		ln, err = s.Net.Listen(ctx, "tcp", net.JoinHostPort(ip, "0"))
	} else {
		ln, err = listenReal(ctx, ip)
	}
	if err != nil {
		return "", err
	}
	go srv.ServeListener(ln, l)
	return ln.Addr().String(), nil
}

// listenReal listens on a port of the operating system that has a free one below it, from
// which active data connections leave (RFC 959, 3.2). Both are below those that systems
// give out: such a neighbour would soon be somebody's.
func listenReal(ctx context.Context, ip string) (net.Listener, error) {
	const first, pairs = 16_000, 2000
	var lc net.ListenConfig
	on := func(port int) (net.Listener, error) {
		return lc.Listen(ctx, "tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
	}
	for range 100 {
		even := first + 2*rand.IntN(pairs)
		below, err := on(even)
		if err != nil {
			continue
		}
		below.Close()
		if ln, err := on(even + 1); err == nil {
			return ln, nil
		}
	}
	return on(0)
}
