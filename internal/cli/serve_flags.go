package cli

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// serveFlags are the settings of serve: one for each field of app.Options and
// of the ftpserver.Config in it.
type serveFlags struct {
	User         []string `sep:"none" placeholder:"NAME[:PASSWORD]" group:"access" help:"Let NAME in, to read and write; may be repeated. Anonymous is then off."`
	Account      []string `sep:"none" placeholder:"NAME[:ACCOUNT]" group:"access" help:"Ask user NAME for this account, too (ACCT); may be repeated."`
	StoreAccount []string `name:"store-account" sep:"none" placeholder:"NAME[:ACCOUNT]" group:"access" help:"Let user NAME write only when he has named this account (ACCT); may be repeated."`
	Anonymous    bool     `group:"access" help:"Let anybody read although there is --user."`
	Admin        []string `sep:"none" placeholder:"NAME" group:"access" help:"Let user NAME see who is connected (SITE WHO); may be repeated."`
	Chown        bool     `group:"access" help:"Let users change the owners of files (SITE CHOWN, CHGRP), as far as the system lets ferry."`
	Writable     bool     `group:"access" help:"Let anonymous write, too."`
	Greeting     string   `placeholder:"TEXT" group:"access" help:"Greet with TEXT."`
	Sandbox      string   `enum:"auto,require,off" default:"auto" placeholder:"WHEN" group:"access" help:"Have the kernel (Landlock, on Linux) keep ferry from all files but those that it serves and needs: ${enum} (default ${default}). With require, ferry does not start where the kernel cannot."`

	Listen       []string  `sep:"none" placeholder:"ADDR[,WORD]" group:"network" help:"Listen on ADDR, as in :2121 or 192.168.1.5:21; may be repeated (default :2121). WORD says what is demanded there in place of what --tls does: refuse (no TLS), allow, control or data."`
	ListenTLS    []string  `name:"listen-tls" sep:"none" placeholder:"ADDR[,WORD]" group:"network" help:"Listen likewise for clients that begin with TLS at once (ftps://), as in :990."`
	PassivePorts portRange `placeholder:"LO-HI" group:"network" help:"Take passive data connections on these ports; the default is 49152-65535."`
	PublicHost   string    `placeholder:"HOST" group:"network" help:"Advertise this IPv4 address, or that of this name, for passive connections: the outside of a router."`
	NoActive     bool      `group:"network" help:"Refuse active data connections (PORT, EPRT)."`
	Port20       bool      `name:"port-20" group:"network" help:"Make active data connections from the port below the control port, where the system allows it."`
	FXP          []cidr    `name:"fxp" sep:"none" placeholder:"CIDR" group:"network" help:"Allow data connections with these addresses, besides the client's own: transfers between two servers. May be repeated. Of a protected one nothing tells that it is not another server that has come: name addresses that you trust. See --tls-reuse."`
	MDTMSet      bool      `name:"mdtm-set" group:"files" help:"Let MDTM set times, too, as some old clients want it."`
	PRET         bool      `name:"pret" group:"network" help:"Offer the command PRET. Clients that know it spend a round trip on it for each file."`

	Mount []folderFlag `sep:"none" placeholder:"NAME=DIR" group:"files" help:"Let everybody change to folder DIR by SMNT NAME; may be repeated."`
	Host  []folderFlag `sep:"none" placeholder:"NAME[=DIR]" group:"files" help:"Serve this host name (HOST), and folder DIR under it; may be repeated. Without --host every name is served."`

	Quota      capacity `placeholder:"SIZE" group:"files" help:"Let the folder, and each of --mount and --host, hold SIZE at most, as in 500M or 2G: for all users together."`
	QuotaFiles int64    `name:"quota-files" placeholder:"N" group:"files" help:"Let them hold N files and folders at most."`

	Sync           string        `enum:"always,never" default:"always" placeholder:"WHEN" group:"files" help:"Whether an upload is on disk for sure before it is confirmed: ${enum} (default ${default})."`
	ASCII          string        `name:"ascii" enum:"smart,raw,nvt" default:"smart" placeholder:"HOW" group:"files" help:"How lines end in text transfers: smart leaves CR LF as it is, raw adds CR always, nvt keeps every file intact (default ${default})."`
	EBCDIC         string        `name:"ebcdic" enum:"1047,037,1140" default:"1047" placeholder:"PAGE" group:"format" help:"EBCDIC of TYPE E: code page ${enum} (default ${default})."`
	ModeZ          bool          `name:"mode-z" group:"format" help:"Offer compressed transfers (MODE Z). Some clients then use them unasked, and downloads cost more."`
	MarkerInterval int64         `default:"1048576" placeholder:"OCTETS" group:"format" help:"Send a restart marker after so many octets in MODE B and C; 0 for none (default ${default})."`
	NoReuseData    bool          `group:"format" help:"Close the data connection after each transfer in MODE B and C, too."`
	HashCache      int           `default:"10000" placeholder:"N" group:"files" help:"Remember so many digests of files (HASH, XCRC and others), so that a file is read once for each; 0 for none (default ${default})."`
	RMDA           bool          `name:"rmda" group:"files" help:"Offer the command RMDA, which removes a directory with all in it, to those who may delete."`
	ListTZ         zone          `name:"list-tz" placeholder:"ZONE" group:"files" help:"Time zone of listings for people (LIST), as in Europe/Berlin or local (default UTC)."`
	Charset        charsetName   `placeholder:"NAME" group:"files" help:"Charset of the names that clients send and see until they say that they know UTF-8 (OPTS UTF8 ON), as in GBK, Shift_JIS or windows-1251. On disk names are in UTF-8."`
	UserCharset    []userCharset `name:"user-charset" sep:"none" placeholder:"NAME=CHARSET" group:"files" help:"--charset for user NAME alone, as in bob=GBK; utf-8 is none. May be repeated."`

	MaxSessions      int           `default:"2000" placeholder:"N" group:"limits" help:"Connections at once (default ${default}); fewer if the system has too few descriptors for so many."`
	MaxSessionsPerIP int           `name:"max-sessions-per-ip" default:"100" placeholder:"N" group:"limits" help:"Connections at once from one address; in IPv6, from one /64 (default ${default})."`
	MaxHandshakes    int           `default:"500" placeholder:"N" group:"limits" help:"TLS handshakes of control connections at once; when there are more, the oldest of the host that has most is given up (default ${default})."`
	MaxLogins        int           `default:"5" placeholder:"N" group:"limits" help:"Wrong passwords on one connection (default ${default})."`
	LoginDelay       time.Duration `default:"5s" placeholder:"TIME" group:"limits" help:"Wait before a wrong password is answered (default ${default})."`
	MaxGuesses       int           `default:"20" placeholder:"N" group:"limits" help:"Wrong passwords from one address (in IPv6, one /64) within --guess-time; more are checked one after the other, as fast as others are forgotten. Users who have logged in from there are not held up by those of others (default ${default})."`
	MaxUserGuesses   int           `default:"50" placeholder:"N" group:"limits" help:"Wrong passwords of one user within --guess-time; the next are checked after --login-delay, but for those from addresses from which the user has logged in (default ${default})."`
	GuessTime        time.Duration `default:"10m" placeholder:"TIME" group:"limits" help:"In which so many wrong passwords are forgotten, one by one (default ${default})."`
	LoginTime        time.Duration `default:"2m" placeholder:"TIME" group:"limits" help:"From connecting to being logged in (default ${default})."`
	Idle             time.Duration `default:"10m" placeholder:"TIME" group:"limits" help:"Without command or transfer (default ${default})."`
	MaxIdle          time.Duration `default:"1h" placeholder:"TIME" group:"limits" help:"Idle time that a client may ask for (SITE IDLE) (default ${default})."`
	DataConnect      time.Duration `default:"1m" placeholder:"TIME" group:"limits" help:"Until a data connection stands (default ${default})."`
	Stall            time.Duration `default:"5m" placeholder:"TIME" group:"limits" help:"Without an octet moved in a transfer (default ${default})."`
	Expand           int           `default:"200" placeholder:"N" group:"limits" help:"Octets of a file that one octet sent may become in MODE C and Z and STRU P, once it has more than --expand-free; 0 for no limit (default ${default})."`
	ExpandFree       capacity      `default:"256M" placeholder:"SIZE" group:"limits" help:"Size of a file up to which --expand does not count: some files are nothing but zeros (default ${default})."`
	MaxListing       int           `default:"1000000" placeholder:"N" group:"limits" help:"Entries of all sorted or recursive listings, sizes and copies of trees at once, which are held in memory; one pattern looks at no more, either (default ${default})."`
	MaxPixels        int           `default:"50000000" placeholder:"N" group:"limits" help:"Pixels of all pictures that THMB reads at once, which take memory, and so of each (default ${default})."`

	serveTLSFlags

	Log     string `enum:"text,json" default:"text" placeholder:"FORMAT" group:"log" help:"How to log: ${enum} (default ${default})."`
	Verbose bool   `short:"v" xor:"volume" group:"log" help:"Log every command."`
	Quiet   bool   `short:"q" xor:"volume" group:"log" help:"Log only what goes wrong or is refused, and no logins and transfers: for who has them by the thousand each second."`
}

// options makes the flags what app wants. It asks for passwords that are
// missing.
func (c *serveCmd) options(ctx context.Context, s *stdio) (app.Options, error) {
	o := app.Options{
		Dir:       c.Dir,
		Listen:    c.Listen,
		ListenTLS: c.ListenTLS,
		Anonymous: c.Anonymous || len(c.User) == 0,
		Writable:  c.Writable,
		Chown:     c.Chown,
		Mounts:    folders(c.Mount),
		Hosts:     folders(c.Host),
		Quota:     quota.Options{MaxOctets: int64(c.Quota), MaxFiles: max(c.QuotaFiles, 0)},
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
			HashCache:      limit(c.HashCache),
			RMDA:           c.RMDA,
			PRET:           c.PRET,
			MDTMSet:        c.MDTMSet,
			Charset:        c.Charset.Charset,
		},
	}
	if err := c.protect(&o); err != nil {
		return o, err
	}
	for _, m := range o.Mounts {
		if m.Dir == "" {
			return o, usagef("--mount wants NAME=DIR")
		}
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
		if c.ClientCert == "login" && !strings.Contains(u, ":") && u != "" && os.Getenv("FERRY_PASSWORD_"+variableOf(u)) == "" {
			o.Users = append(o.Users, app.User{Name: u}) // his certificate lets him in
			continue
		}
		name, password, err := secretFor(ctx, s, "--user", "password", "FERRY_PASSWORD_", u)
		if err != nil {
			return o, err
		}
		o.Users = append(o.Users, app.User{Name: name, Password: password})
	}
	if err := charsetsFor(o.Users, c.UserCharset); err != nil {
		return o, err
	}
	if err := securityFor(&o, c.UserSecurity); err != nil {
		return o, err
	}
	if err := accountsFor(ctx, s, o.Users, "--account", c.Account); err != nil {
		return o, err
	}
	if err := accountsFor(ctx, s, o.Users, "--store-account", c.StoreAccount); err != nil {
		return o, err
	}
	for _, name := range c.Admin {
		i := slices.IndexFunc(o.Users, func(u app.User) bool { return u.Name == name })
		if i < 0 {
			return o, usagef("--admin is about user %q, whom no --user lets in", name)
		}
		o.Users[i].Admin = true
	}
	return o, nil
}

// accountsFor gives users the accounts of one of the two flags.
func accountsFor(ctx context.Context, s *stdio, users []app.User, flag string, list []string) error {
	what, variable := "account", "FERRY_ACCOUNT_"
	if flag == "--store-account" {
		what, variable = "account for writing", "FERRY_STORE_ACCOUNT_"
	}
	for _, value := range list {
		name, account, err := secretFor(ctx, s, flag, what, variable, value)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(users, func(u app.User) bool { return u.Name == name })
		if i < 0 {
			return usagef("%s is about user %q, whom no --user lets in", flag, name)
		}
		field := &users[i].Account
		if flag == "--store-account" {
			field = &users[i].StoreAccount
		}
		if *field != "" {
			return usagef("%s is given twice for user %q", flag, name)
		}
		*field = account
	}
	return nil
}

func (f *serveFlags) limits() ftpserver.Limits {
	return ftpserver.Limits{
		Sessions:      limit(f.MaxSessions),
		SessionsPerIP: limit(f.MaxSessionsPerIP),
		Handshakes:    limit(f.MaxHandshakes),
		Logins:        limit(f.MaxLogins),
		LoginDelay:    limit(f.LoginDelay),
		Guesses:       limit(f.MaxGuesses),
		UserGuesses:   limit(f.MaxUserGuesses),
		GuessTime:     limit(f.GuessTime),
		LoginTime:     limit(f.LoginTime),
		Idle:          limit(f.Idle),
		MaxIdle:       limit(f.MaxIdle),
		DataConnect:   limit(f.DataConnect),
		Stall:         limit(f.Stall),
		Listing:       limit(f.MaxListing),
		Pixels:        limit(f.MaxPixels),
		Expand:        limit(f.Expand),
		ExpandFree:    int64(f.ExpandFree),
	}
}

func prefixes(cidrs []cidr) []netip.Prefix {
	var all []netip.Prefix
	for _, c := range cidrs {
		all = append(all, c.Prefix)
	}
	return all
}

// secretFor completes NAME[:SECRET], the value of a flag: a secret that is missing
// comes from the environment, else from the terminal.
func secretFor(ctx context.Context, s *stdio, flag, what, variable, value string) (name, secret string, err error) {
	name, secret, has := strings.Cut(value, ":")
	if name == "" || has && secret == "" {
		return "", "", usagef("%s wants NAME or NAME:%s, neither of them empty", flag, placeholderOf(what))
	}
	if has {
		return name, secret, nil
	}
	variable += variableOf(name)
	if secret = os.Getenv(variable); secret != "" {
		return name, secret, nil
	}
	secret, asked, err := s.askPassword(ctx, fmt.Sprintf("New %s for %s: ", what, printable(name)))
	switch {
	case err != nil:
		return "", "", err
	case !asked:
		return "", "", usagef("there is no %s for user %q, and no terminal to ask on: set %s, or give %s %s:%s", what, name, variable, flag, name, placeholderOf(what))
	case secret == "":
		return "", "", usagef("the %s of user %q may not be empty", what, name)
	}
	return name, secret, nil
}

// placeholderOf is what a secret is called in a usage.
func placeholderOf(what string) string {
	word, _, _ := strings.Cut(what, " ")
	return strings.ToUpper(word)
}

// variableOf is what the name of an environment variable about a user ends in:
// letters and digits as capitals, everything else as an underscore.
func variableOf(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, name)
}
