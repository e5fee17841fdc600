package cli

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// serveFlags are the settings of serve: one for each field of app.Options and
// of the ftpserver.Config in it.
type serveFlags struct {
	User      []string `sep:"none" placeholder:"NAME[:PASSWORD]" group:"access" help:"Let NAME in, to read and write; may be repeated. Anonymous is then off."`
	Anonymous bool     `group:"access" help:"Let anybody read although there is --user."`
	Writable  bool     `group:"access" help:"Let anonymous write, too."`
	Greeting  string   `placeholder:"TEXT" group:"access" help:"Greet with TEXT."`

	Listen       []string  `sep:"none" placeholder:"ADDR" group:"network" help:"Listen on ADDR, as in :2121 or 192.168.1.5:21; may be repeated (default :2121)."`
	PassivePorts portRange `placeholder:"LO-HI" group:"network" help:"Take passive data connections on these ports only; the default is any free one."`
	PublicHost   string    `placeholder:"HOST" group:"network" help:"Advertise this IPv4 address, or that of this name, for passive connections: the outside of a router."`
	NoActive     bool      `group:"network" help:"Refuse active data connections (PORT, EPRT)."`
	Port20       bool      `name:"port-20" group:"network" help:"Make active data connections from the port below the control port, where the system allows it."`
	FXP          []cidr    `name:"fxp" sep:"none" placeholder:"CIDR" group:"network" help:"Allow data connections with these addresses, besides the client's own: transfers between two servers. May be repeated."`

	Sync           string `enum:"always,never" default:"always" placeholder:"WHEN" group:"files" help:"Whether an upload is on disk for sure before it is confirmed: ${enum} (default ${default})."`
	ASCII          string `name:"ascii" enum:"smart,raw,nvt" default:"smart" placeholder:"HOW" group:"files" help:"How lines end in text transfers: smart leaves CR LF as it is, raw adds CR always, nvt keeps every file intact (default ${default})."`
	EBCDIC         string `name:"ebcdic" enum:"1047,037,1140" default:"1047" placeholder:"PAGE" group:"files" help:"EBCDIC of TYPE E: code page ${enum} (default ${default})."`
	ModeZ          bool   `name:"mode-z" group:"files" help:"Offer compressed transfers (MODE Z). Some clients then use them unasked, and downloads cost more."`
	MarkerInterval int64  `default:"1048576" placeholder:"OCTETS" group:"files" help:"Send a restart marker after so many octets in MODE B and C; 0 for none (default ${default})."`
	NoReuseData    bool   `group:"network" help:"Close the data connection after each transfer in MODE B and C, too."`
	ListTZ         zone   `name:"list-tz" placeholder:"ZONE" group:"files" help:"Time zone of listings for people (LIST), as in Europe/Berlin or local (default UTC)."`

	MaxSessions      int           `default:"2000" placeholder:"N" group:"limits" help:"Connections at once (default ${default})."`
	MaxSessionsPerIP int           `name:"max-sessions-per-ip" default:"100" placeholder:"N" group:"limits" help:"Connections at once from one address (default ${default})."`
	MaxLogins        int           `default:"5" placeholder:"N" group:"limits" help:"Wrong passwords on one connection (default ${default})."`
	LoginDelay       time.Duration `default:"5s" placeholder:"TIME" group:"limits" help:"Wait before a wrong password is answered (default ${default})."`
	LoginTime        time.Duration `default:"2m" placeholder:"TIME" group:"limits" help:"From connecting to being logged in (default ${default})."`
	Idle             time.Duration `default:"10m" placeholder:"TIME" group:"limits" help:"Without command or transfer (default ${default})."`
	DataConnect      time.Duration `default:"1m" placeholder:"TIME" group:"limits" help:"Until a data connection stands (default ${default})."`
	Stall            time.Duration `default:"5m" placeholder:"TIME" group:"limits" help:"Without an octet moved in a transfer (default ${default})."`
	InflateRatio     int           `default:"200" placeholder:"N" group:"limits" help:"Octets that one octet of an upload in MODE Z may stand for, beyond the first 64 MiB (default ${default})."`
	MaxListing       int           `default:"1000000" placeholder:"N" group:"limits" help:"Entries of a sorted or recursive listing, which is held in memory (default ${default})."`

	Log     string `enum:"text,json" default:"text" placeholder:"FORMAT" group:"log" help:"How to log: ${enum} (default ${default})."`
	Verbose bool   `short:"v" group:"log" help:"Log every command."`
}

// options makes the flags what app wants. It asks for passwords that are
// missing.
func (c *serveCmd) options(ctx context.Context, s *stdio) (app.Options, error) {
	o := app.Options{
		Dir:       c.Dir,
		Listen:    c.Listen,
		Anonymous: c.Anonymous || len(c.User) == 0,
		Writable:  c.Writable,
		Log:       c.logger(s),
		Server: ftpserver.Config{
			Passive:        ftpserver.Passive{MinPort: c.PassivePorts.lo, MaxPort: c.PassivePorts.hi, PublicHost: c.PublicHost},
			Active:         ftpserver.Active{Off: c.NoActive, Port20: c.Port20, Foreign: prefixes(c.FXP)},
			Limits:         c.limits(),
			ASCII:          map[string]ftp.CRProfile{"smart": ftp.CRSmart, "raw": ftp.CRRaw, "nvt": ftp.CRNVT}[c.ASCII],
			ListZone:       c.ListTZ.Location,
			EBCDIC:         map[string]ftp.CodePage{"1047": ftp.IBM1047, "037": ftp.IBM037, "1140": ftp.IBM1140}[c.EBCDIC],
			ModeZ:          c.ModeZ,
			NoReuseData:    c.NoReuseData,
			MarkerInterval: limit(c.MarkerInterval),
		},
	}
	if c.Sync == "never" {
		o.Sync = disk.SyncNever
	}
	if c.Greeting != "" {
		o.Server.Greeting = func(context.Context, ftpserver.ConnInfo) (string, error) { return c.Greeting, nil }
	}
	if c.Writable && !o.Anonymous {
		return o, usagef("--writable is about anonymous, whom --user shuts out: add --anonymous, or leave out --writable (users may write anyway)")
	}
	for _, u := range c.User {
		user, err := passwordFor(ctx, s, u)
		if err != nil {
			return o, err
		}
		o.Users = append(o.Users, user)
	}
	return o, nil
}

func (f *serveFlags) limits() ftpserver.Limits {
	return ftpserver.Limits{
		Sessions:      limit(f.MaxSessions),
		SessionsPerIP: limit(f.MaxSessionsPerIP),
		Logins:        limit(f.MaxLogins),
		LoginDelay:    limit(f.LoginDelay),
		LoginTime:     limit(f.LoginTime),
		Idle:          limit(f.Idle),
		DataConnect:   limit(f.DataConnect),
		Stall:         limit(f.Stall),
		Listing:       limit(f.MaxListing),
		Inflate:       limit(f.InflateRatio),
	}
}

func prefixes(cidrs []cidr) []netip.Prefix {
	var all []netip.Prefix
	for _, c := range cidrs {
		all = append(all, c.Prefix)
	}
	return all
}

// passwordFor completes NAME[:PASSWORD]: a password that is missing comes from
// the environment, else from the terminal.
func passwordFor(ctx context.Context, s *stdio, flag string) (app.User, error) {
	name, password, has := strings.Cut(flag, ":")
	u := app.User{Name: name, Password: password}
	if name == "" || has && password == "" {
		return u, usagef("--user wants NAME or NAME:PASSWORD, neither of them empty")
	}
	if has {
		return u, nil
	}
	variable := passwordVariable(name)
	if u.Password = os.Getenv(variable); u.Password != "" {
		return u, nil
	}
	password, asked, err := s.askPassword(ctx, fmt.Sprintf("New password for %s: ", printable(name)))
	switch {
	case err != nil:
		return u, err
	case !asked:
		return u, usagef("there is no password for user %q, and no terminal to ask on: set %s, or give --user %s:PASSWORD", name, variable, name)
	case password == "":
		return u, usagef("user %q needs a password", name)
	}
	u.Password = password
	return u, nil
}

// passwordVariable is the environment variable for the password of a user:
// letters and digits as capitals, everything else as an underscore.
func passwordVariable(name string) string {
	return "FERRY_PASSWORD_" + strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, name)
}
