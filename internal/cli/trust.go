package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/trust"
)

type trustCmd struct {
	URL     []string      `arg:"" optional:"" name:"url" sep:"none" help:"Servers; HOST[:PORT] is ftp://HOST[:PORT]. Without any, those that are trusted are listed."`
	Show    bool          `xor:"what" help:"Only show the certificates."`
	Remove  bool          `xor:"what" help:"Forget the servers."`
	Key     pinFlag       `xor:"what" placeholder:"KEY" help:"Trust this key, as in sha256//BASE64, without asking the server for it."`
	Yes     bool          `short:"y" help:"Do not ask."`
	JSON    bool          `name:"json" help:"One JSON object per server (see: ferry help json)."`
	CACert  string        `name:"cacert" placeholder:"FILE" complete:"file" help:"Say whether the authorities in FILE (PEM), instead of those of the system, vouch for it."`
	Timeout time.Duration `default:"30s" placeholder:"TIME" help:"How long a server may take to answer (default ${default})."`
	Verbose int           `short:"v" type:"counter" help:"Show the dialogue with the server, and explain what is new in it; -vv explains all of it."`
}

func (trustCmd) Help() string {
	return `Examples:

    ferry trust                             list the servers that are trusted
    ferry trust ftps://host/                show its certificate, ask, and trust its key
    ferry trust --key sha256//... host      trust a key that you were told
    ferry trust --remove host               forget it

A server that is trusted by its key must have TLS and that key from then on, whatever its certificate says. The list is ` + "${XDG_STATE_HOME:-~/.local/state}/ferry/trusted" + `, and may be edited. No password is sent to have a look at a certificate.`
}

func (c *trustCmd) Run(s *stdio) error {
	store, err := keyStore()
	if err != nil {
		return err
	}
	if len(c.URL) == 0 {
		if c.Show || c.Remove || c.Key.given {
			return usagef("say which server, as in ferry trust ftp://host/")
		}
		return c.list(s, store)
	}
	if c.Timeout <= 0 {
		return usagef("--timeout must be more than 0")
	}
	var urls []remoteURL
	for _, raw := range c.URL {
		if !strings.Contains(raw, "://") {
			raw = "ftp://" + raw
		}
		u, err := parseURL(raw)
		if err != nil {
			return err
		}
		urls = append(urls, u)
	}
	ctx, stop := interruptible()
	defer stop()
	for _, u := range urls {
		if err := c.one(ctx, s, store, u); err != nil {
			return err
		}
	}
	return nil
}

// jsonTrusted is a server of the list as --json shows it.
type jsonTrusted struct {
	Host string `json:"host"`
	Port uint16 `json:"port"`
	Key  string `json:"key"`
	Day  string `json:"day,omitempty"`
}

func (c *trustCmd) list(s *stdio, store *trust.Store) error {
	entries, err := store.List()
	for _, e := range entries {
		day := ""
		if !e.Day.IsZero() {
			day = e.Day.Format(time.DateOnly)
		}
		if c.JSON {
			err = s.json(jsonTrusted{e.Host, e.Port, e.Key.String(), day})
		} else {
			_, err = fmt.Fprintf(s.out, "%s  %-10s  %s\n", e.Key, day, printable(e.Server.String()))
		}
		if err != nil {
			return err
		}
	}
	return err
}

// one does what is asked for with one server.
func (c *trustCmd) one(ctx context.Context, s *stdio, store *trust.Store, u remoteURL) error {
	server := trust.NewServer(u.Host, u.Port)
	if c.Remove {
		known, err := store.Remove(server)
		if err == nil && !known {
			err = hint(fmt.Errorf("%s: %w", printable(server.String()), fs.ErrNotExist), "ferry trust lists those that are trusted by their keys")
		}
		return err
	}
	key := c.Key.Key
	if !c.Key.given {
		seen, unverified, err := c.look(ctx, s, u)
		if err != nil {
			return err
		}
		known, _, err := store.Find(server)
		if err != nil {
			return err
		}
		if err := c.show(s, server, seen, unverified, known); err != nil || c.Show {
			return err
		}
		key = trust.KeyOf(seen.PeerCertificates[0])
		if known.Key == key {
			s.say("ferry: %s is trusted by this key already.", printable(server.String()))
			return nil
		}
		if err := c.confirm(ctx, s, u, key); err != nil {
			return err
		}
	}
	if err := store.Set(trust.Entry{Server: server, Key: key, Day: time.Now()}); err != nil {
		return err
	}
	s.say("ferry: from now on %s is trusted by its key %s, and must have it.", printable(server.String()), key)
	return nil
}

// errSeen ends a connection of which only the certificate is wanted.
var errSeen = errors.New("the certificate has been seen")

// look returns what the server shows, and what is wrong with it. Nobody logs in.
func (c *trustCmd) look(ctx context.Context, s *stdio, u remoteURL) (seen tls.ConnectionState, unverified, err error) {
	f := remoteFlags{Timeout: c.Timeout, Verbose: c.Verbose, tlsFlags: tlsFlags{CACert: c.CACert, TLSMin: "1.2", TLSMax: "1.3"}}
	config, err := f.config()
	if err != nil {
		return seen, nil, err
	}
	o := f.options(s, login{})
	o.Security = ftpclient.SecurityExplicit
	if u.Scheme == schemeFTPS {
		o.Security = ftpclient.SecurityImplicit
	}
	o.TLS.Config = config
	o.TLS.Verify = func(state tls.ConnectionState, problem error) error {
		seen, unverified = state, problem
		return errSeen
	}
	conn, err := ftpclient.Dial(ctx, u.Addr(), o)
	if err == nil {
		conn.Close()
	}
	if errors.Is(err, errSeen) {
		err = nil
	}
	if err == nil && len(seen.PeerCertificates) == 0 {
		err = errors.New("the server has shown no certificate")
	}
	return seen, unverified, err
}

// jsonShown is a certificate as --json shows it.
type jsonShown struct {
	Host    string `json:"host"`
	Port    uint16 `json:"port"`
	Version string `json:"version"`
	certificate
	Problem    string `json:"problem,omitempty"`
	Remembered string `json:"remembered,omitempty"`
}

// show shows a certificate. known is the entry of the server; its zero is none.
func (c *trustCmd) show(s *stdio, server trust.Server, seen tls.ConnectionState, unverified error, known trust.Entry) error {
	cert := certificateOf(seen.PeerCertificates[0])
	problem := ""
	if unverified != nil {
		problem = wrong(unverified)
	}
	remembered := ""
	if known.Port != 0 {
		remembered = known.Key.String()
	}
	if c.JSON {
		return s.json(jsonShown{server.Host, server.Port, tls.VersionName(seen.Version), cert, problem, remembered})
	}
	text := printable(server.String()) + " shows this certificate:\n" + cert.text()
	switch {
	case problem != "":
		text += "  " + printable(problem) + "\n"
	default:
		text += "  An authority that is trusted here vouches for it: its key need not be remembered.\n"
	}
	if remembered != "" && remembered != cert.Key {
		text += "  Its key is NOT the one that is remembered, " + remembered + "\n"
	}
	_, err := fmt.Fprint(s.out, text)
	return err
}

// confirm asks whether the key is the right one.
func (c *trustCmd) confirm(ctx context.Context, s *stdio, u remoteURL, key trust.Key) error {
	if c.Yes {
		return nil
	}
	yes, asked, err := s.askYes(ctx, "Is this the key that whoever runs the server names, and is it to be trusted from now on? (yes/no) ")
	switch {
	case err != nil:
		return err
	case !asked:
		return usagef("there is no terminal to ask on: if the key is the right one, ferry trust --key %s %s", key, u.bare())
	case !yes:
		return told(errors.New("not trusted"))
	}
	return nil
}
