package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// remoteFlags say how to reach a server. Every command on remote files has
// them.
type remoteFlags struct {
	loginFlags
	VirtualHost string `placeholder:"NAME" group:"login" xor:"host" help:"Tell a server that is several which of them it is to be (HOST); the default is the host in the URL, if it is a name."`
	NoHost      bool   `name:"no-virtual-host" group:"login" xor:"host" help:"Do not tell the server by which name it was reached (HOST)."`
	Mount       string `placeholder:"TREE" group:"login" help:"Have the server show another of its trees (SMNT)."`
	Lang        string `placeholder:"TAG" group:"login" help:"Ask for replies in a language, as in zh-CN (LANG), in which -v explains, too."`

	Passive     bool          `xor:"mode" group:"connection" help:"Only let the client open data connections; the default is to try that first."`
	Active      bool          `xor:"mode" group:"connection" help:"Let the server open data connections."`
	Data        string        `enum:"auto,epsv,pasv,epsv-all,spsv,lpsv,lprt" default:"auto" placeholder:"WAY" group:"connection" help:"Make data connections in one way, and no other: epsv, pasv, epsv-all (promise a NAT to use EPSV alone), spsv, lpsv or lprt."`
	ActivePorts portRange     `placeholder:"LO-HI" group:"connection" help:"Wait for the server on these ports; the default is any free one."`
	ActiveAddr  netip.Addr    `name:"active-address" placeholder:"ADDR" group:"connection" help:"Have the server connect to this address, that of the NAT which passes --active-ports on to this computer; the default is the own address."`
	LocalAddr   netip.Addr    `name:"local-address" placeholder:"ADDR" group:"connection" help:"Connect from this address of this computer; the default is what the system chooses."`
	LocalPorts  portRange     `placeholder:"LO-HI" group:"connection" help:"Connect from these ports of this computer alone; the default is any free one."`
	Timeout     time.Duration `default:"30s" placeholder:"TIME" group:"connection" help:"How long the server may take to answer (default ${default})."`
	Stall       time.Duration `default:"5m" placeholder:"TIME" group:"connection" help:"How long a transfer may stand still (default ${default})."`
	MaxListing  capacity      `default:"256M" placeholder:"SIZE" group:"connection" help:"How long the listing of a folder may be; a longer one, which may have no end, is an error (default ${default})."`
	ServerTZ    zone          `name:"server-tz" placeholder:"ZONE" group:"connection" help:"Time zone of the server's listings, where it has nothing better; the default is what the times of a file or two tell, else UTC."`
	Charset     charsetName   `placeholder:"NAME" group:"connection" help:"Charset of the server's names, as in GBK, Shift_JIS or windows-1251, where they are not UTF-8. Here they are UTF-8."`
	NoUTF8      bool          `name:"no-utf8" group:"connection" help:"Take all names for --charset, though the server says that it knows UTF-8."`
	Verbose     int           `short:"v" type:"counter" group:"connection" help:"Show the dialogue with the server, without passwords, and explain what is new in it; -vv explains all of it."`

	proxyFlags
	tlsFlags
}

// remote is a server that is connected to.
type remote struct {
	*ftpclient.Client
	url remoteURL
}

// open returns the server that rawURL names. It connects when it is first used,
// at most conns times at once. The caller must Close it.
func (f *remoteFlags) open(ctx context.Context, s *stdio, rawURL string, conns int) (*remote, error) {
	return f.openTuned(ctx, s, rawURL, conns, func(*ftpclient.Options, remoteURL) error { return nil })
}

// openTuned is open, but for what tune changes of the options.
func (f *remoteFlags) openTuned(ctx context.Context, s *stdio, rawURL string, conns int, tune func(*ftpclient.Options, remoteURL) error) (*remote, error) {
	t, err := f.prepare(ctx, s, rawURL)
	if err != nil {
		return nil, err
	}
	if err := tune(t.options, t.url); err != nil {
		return nil, err
	}
	t.options.MaxConns = max(conns, 1)
	if t.url.Absolute {
		t.options.Root = "/"
	}
	collectLess(400)
	return &remote{ftpclient.New(t.url.Addr(), t.options), t.url}, nil
}

// dial returns a single connection to the server that rawURL names. The caller must
// Quit it.
func (f *remoteFlags) dial(ctx context.Context, s *stdio, rawURL string) (*ftpclient.Conn, *target, error) {
	t, err := f.prepare(ctx, s, rawURL)
	if err != nil {
		return nil, nil, err
	}
	conn, err := ftpclient.Dial(ctx, t.url.Addr(), t.options)
	return conn, t, err
}

// target is a server that is about to be connected to.
type target struct {
	url     remoteURL // with the user who logs in
	options *ftpclient.Options
	tls     *verifier // nil: in the clear
}

// prepare finds out who is to log in where, and how. Nothing is connected yet.
func (f *remoteFlags) prepare(ctx context.Context, s *stdio, rawURL string) (*target, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	return f.prepareURL(ctx, s, u)
}

// prepareURL is prepare for a URL that was taken apart.
func (f *remoteFlags) prepareURL(ctx context.Context, s *stdio, u remoteURL) (*target, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := f.checkTLS(u); err != nil {
		return nil, err
	}
	who, err := f.loginFor(ctx, s, u)
	if err != nil {
		return nil, err
	}
	u.User = who.user
	t := &target{url: u, options: f.options(s, who)}
	if t.options.Proxy, err = f.proxyFor(u); err != nil {
		return nil, err
	}
	t.tls, err = f.protect(s, certified(u, t.options.Proxy), t.options)
	return t, err
}

// check refuses what no server could make anything of.
func (f *remoteFlags) check() error {
	if f.Timeout <= 0 || f.Stall <= 0 {
		return usagef("--timeout and --stall must be more than 0")
	}
	if f.ActiveAddr.IsValid() && (f.Passive || f.Data != "auto" && f.Data != "lprt") {
		return usagef("--active-address is for active mode, which --passive and --data leave out")
	}
	if f.Data != "auto" && (f.Active || f.Passive) {
		return usagef("--data cannot be used together with --passive or --active")
	}
	for _, flag := range [][2]string{{"--virtual-host", f.VirtualHost}, {"--mount", f.Mount}, {"--lang", f.Lang}} {
		if strings.ContainsAny(flag[1], "\r\n\x00") {
			return usagef("%s contains a line break or NUL, which FTP cannot carry", flag[0])
		}
	}
	if strings.ContainsFunc(f.VirtualHost, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return usagef("--virtual-host %s: a host name beyond ASCII is written with xn--", printable(f.VirtualHost))
	}
	return nil
}

// options says how to connect and log in.
func (f *remoteFlags) options(s *stdio, who login) *ftpclient.Options {
	o := &ftpclient.Options{
		User:        who.user,
		Password:    who.password,
		Account:     who.account,
		Challenge:   challenge(s),
		Log:         slog.New(warnings{s, f.Verbose > 0}),
		VirtualHost: f.VirtualHost,

		NoVirtualHost: f.NoHost,

		Mount:       f.Mount,
		Lang:        f.Lang,
		Local:       f.LocalAddr,
		ActivePorts: [2]uint16{f.ActivePorts.lo, f.ActivePorts.hi},
		LocalPorts:  [2]uint16{f.LocalPorts.lo, f.LocalPorts.hi},
		ActiveAddr:  f.ActiveAddr,
		Timeout:     f.Timeout,
		Stall:       f.Stall,
		MaxListing:  int64(f.MaxListing),
		Location:    f.ServerTZ.Location,
		Charset:     f.Charset.Charset,
		NoUTF8:      f.NoUTF8,
		Data:        dataWays[f.Data],
	}
	switch {
	case f.Active:
		o.Data = ftpclient.DataActive
	case f.Passive:
		o.Data = ftpclient.DataPassive
	}
	if f.Verbose > 0 {
		o.Trace = f.traceTo(s)
	}
	return o
}

// dataWays are the values of --data.
var dataWays = map[string]ftpclient.DataMode{
	"epsv":     ftpclient.DataEPSV,
	"pasv":     ftpclient.DataPASV,
	"epsv-all": ftpclient.DataEPSVAll,
	"spsv":     ftpclient.DataSPSV,
	"lpsv":     ftpclient.DataLPSV,
	"lprt":     ftpclient.DataLPRT,
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
		key := u.Scheme.String() + "\x00" + u.User + "\x00" + u.Addr() + "\x00" + fmt.Sprint(u.Absolute)
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
