package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/internal/app"
)

type serveCmd struct {
	Dir string `arg:"" optional:"" name:"dir" default:"." help:"The folder to serve; without it the current one." complete:"dir"`
	serveFlags
}

func (serveCmd) Help() string {
	return `Without any flag, anybody who can reach port 2121 may read the current folder, and nobody may write.

Examples:

    ferry serve                          the current folder, for all to read
    ferry serve --writable ~/incoming    for all to read and write
    ferry serve --user bob /srv/files    for bob alone, who may write; asks for his password
    ferry serve --user bob --anonymous   bob may write, all others read

A password after the name, as in --user bob:secret, can be seen by other users of this machine. Left out, it is taken from the environment variable FERRY_PASSWORD_BOB, else asked for. So it is with --account (FERRY_ACCOUNT_BOB) and --store-account (FERRY_STORE_ACCOUNT_BOB).

Behind a router (NAT), forward the control port and the passive ports, and tell ferry its outer address:

    ferry serve --passive-ports 50000-50099 --public-host ftp.example.org

With TLS, so that passwords and files are read by nobody on the way:

    ferry serve --user bob --tls require                          ferry signs a certificate and prints its fingerprint
    ferry serve --user bob --tls require --acme ftp.example.org   Let's Encrypt issues one
    ferry serve --user bob --tls require --cert fullchain.pem --key privkey.pem

A fingerprint stays the same at the next start. ferry and curl take it as --pin and --pinnedpubkey. By --acme you agree to the terms of the authority, which has to reach port 80 or 443 of that name.

Ctrl-C (or SIGTERM) ends it when the transfers that are running are done, a second one at once.`
}

func (c *serveCmd) Run(s *stdio) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as by nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	defer close(signals) // when nothing more comes
	defer signal.Stop(signals)
	terminal := openTerminal() // before the process is confined
	defer terminal.close()
	ctx, stop := interruptible()
	o, err := c.options(ctx, s)
	if err != nil {
		stop()
		return err
	}
	collectLessWhileSmall()
	o.Active = newLull().event
	a, err := app.New(ctx, o)
	stop()
	if err != nil {
		return c.explain(err)
	}
	defer a.Close()
	if err := c.confine(a, o.Log); err != nil {
		return err
	}
	c.announce(s, a, o)
	return c.serve(s, a, hangups(signals, terminal, func() {
		o.Log.Info("SIGHUP: certificates are read again where their files have changed; other settings are those of the start")
		a.Reread()
	}))
}

// explain adds a way out to what can be wrong at the start.
func (c *serveCmd) explain(err error) error {
	var pe *fs.PathError
	switch {
	case !errors.As(err, &pe):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return hint(err, "make the folder first, or serve another one")
	case pe.Op == "write to":
		return hint(err, "give yourself the right to write there, or leave out --writable")
	}
	return err
}

// announce says where the server listens, and who may do what.
func (c *serveCmd) announce(s *stdio, a *app.App, o app.Options) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		dir = o.Dir
	}
	if c.Log == "json" {
		o.Log.Info("serving", "dir", dir, "urls", a.URLs(), "anonymous", o.Anonymous, "writable", o.Writable, "users", userNames(o.Users),
			"tls", demanded(a, o), "fingerprints", fingerprints(a))
		return
	}
	s.say("Serving %s at", dir)
	for _, url := range a.URLs() {
		s.say("  %s", url)
	}
	switch {
	case o.Writable:
		s.say("Anybody may read and write (anonymous).")
	case o.Anonymous:
		s.say("Anybody may read (anonymous).")
	}
	var known, certified []string
	for _, u := range o.Users {
		if u.Password == "" {
			certified = append(certified, u.Name)
		} else {
			known = append(known, u.Name)
		}
	}
	if len(known) > 0 {
		s.say("With a password, may read and write: %s.", printable(strings.Join(known, ", ")))
	}
	if len(certified) > 0 {
		s.say("With a certificate, may read and write: %s.", printable(strings.Join(certified, ", ")))
	}
	announceTLS(s, a, o)
}

func userNames(users []app.User) []string {
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = u.Name
	}
	return names
}

// serve serves until a signal has ended it.
func (c *serveCmd) serve(s *stdio, a *app.App, signals <-chan os.Signal) error {
	ended := make(chan error, 1)
	go func() { ended <- a.Serve() }()
	select {
	case err := <-ended:
		return err
	case sig := <-signals:
		c.sayDraining(s, a, sig)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- a.Shutdown(ctx) }()
	select {
	case err := <-drained:
		return err
	case <-signals:
		s.say("Ending at once.")
		return told(errors.Join(errInterrupted, a.Close()))
	}
}

// sayDraining says what the end is waiting for.
func (c *serveCmd) sayDraining(s *stdio, a *app.App, sig os.Signal) {
	var busy []string
	for _, i := range a.Sessions() {
		if i.Verb != "" {
			busy = append(busy, fmt.Sprintf("  %s from %s: %s %s, %s in %v", printable(i.User), i.Conn.Remote.Addr(),
				i.Verb, printable(i.Path), size(i.Bytes), time.Since(i.Started).Round(time.Second)))
		}
	}
	if len(busy) == 0 {
		return
	}
	s.say("Ending when %s done; once more ends at once:", plural(len(busy), "transfer is", "transfers are"))
	for _, line := range busy {
		s.say("%s", line)
	}
}

// logger returns the log that the flags ask for.
func (f *serveFlags) logger(s *stdio) *slog.Logger {
	o := &slog.HandlerOptions{}
	switch {
	case f.Verbose:
		o.Level = slog.LevelDebug
	case f.Quiet:
		o.Level = slog.LevelWarn
	}
	if f.Log == "json" {
		return slog.New(slog.NewJSONHandler(unprinted{s.err}, o))
	}
	o.ReplaceAttr = func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			a.Value = slog.StringValue(a.Value.Time().Format(time.DateTime))
		}
		return a
	}
	return slog.New(slog.NewTextHandler(s.err, o))
}
