// Package app puts the parts of ferry together into a server: folder, accounts,
// engine, log. It is the only package that knows them all.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/certs"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// Options says what to serve, where and to whom.
type Options struct {
	Dir  string // the folder
	Sync disk.SyncMode

	// Listen and ListenTLS are addresses, with or without the security that is
	// demanded there, as in ":2121" or "192.0.2.1:21,data"; the words are refuse,
	// allow, control and data. On those of ListenTLS, TLS begins at once (implicit).
	// If both are empty, Listen is ":2121".
	Listen, ListenTLS []string

	TLS TLS

	// Quota is what the folder may hold, and each of Mounts and Hosts that has one;
	// the zero value is no quota.
	Quota quota.Options

	Mounts []Folder // further trees for everybody (SMNT)
	Hosts  []Folder // virtual hosts (HOST); without a Dir, Dir above is theirs, too

	Users     []User // may read and write
	Chown     bool   // and change owners
	Anonymous bool   // anybody may read, as "anonymous" or "ftp"
	Writable  bool   // and write

	AnonymousSecurity ftpserver.Security

	// Server holds the settings of the engine. Login, Ask, Hosts, TLS.Config, TLS.Ready,
	// Observe, ObserveCommand and Log are set by New.
	Server ftpserver.Config

	Log *slog.Logger // nil discards

	// Active, if not nil, is called whenever something happens, from many goroutines at
	// once.
	Active func()
}

// App is a server that listens.
type App struct {
	server    *ftpserver.Server
	folders   []*disk.FS
	served    []string // where folders are
	listeners []listener
	certs     *certs.Set // nil: there is no TLS
	log       *slog.Logger

	read, write []string // see Paths
}

// New opens the folder and listens. The caller must Close the App.
func New(ctx context.Context, o Options) (_ *App, err error) {
	a := &App{log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
	if o.TLS.ClientCert == ClientCertRequired && rank(o.TLS.Demand) < rank(ftpserver.SecurityControl) {
		o.TLS.Demand = ftpserver.SecurityControl // a certificate is shown in TLS
	}
	if err := checkFolder(o.Dir); err != nil {
		return nil, err
	}
	if err := a.checkWritable(o); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	config := o.Server
	config.Log = a.log
	config.Observe, config.ObserveCommand = observe(a.log, o.Active), observed(a.log)
	config.Limits.Sessions = a.sessionsFor(config.Limits.Sessions, descriptors())
	var all trees
	if all.files, err = a.open(ctx, o, o.Dir); err != nil {
		return nil, err
	}
	if all.mounts, err = a.openMounts(ctx, o); err != nil {
		return nil, err
	}
	if config.Hosts, all.hosts, err = a.openHosts(ctx, o); err != nil {
		return nil, err
	}
	users, err := newAccounts(o, all)
	if err != nil {
		return nil, err
	}
	config.Login, config.Ask = users.login, users.ask
	if config.TLS.Config, err = a.openTLS(ctx, o, config.Hosts); err != nil {
		return nil, err
	}
	if a.certs != nil {
		config.TLS.Ready = a.certs.Ready
	}
	if a.server, err = ftpserver.New(config); err != nil {
		return nil, err
	}
	if err := a.listenAll(ctx, o); err != nil {
		return nil, err
	}
	return a, nil
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "serve", Path: dir, Err: errors.New("not a folder")}
	}
	return err
}

// checkWritable refuses a folder that --writable is about and that cannot be
// written to. For users it is worth a warning only: folders in it may differ.
func (a *App) checkWritable(o Options) error {
	if !o.writes() {
		return nil
	}
	err := tryWriting(o.Dir)
	if err == nil {
		return nil
	}
	if o.Writable {
		return &fs.PathError{Op: "write to", Path: o.Dir, Err: errors.Unwrap(err)}
	}
	a.log.Warn("the folder itself cannot be written to", "dir", o.Dir, "error", errors.Unwrap(err))
	return nil
}

// tryWriting finds out by trying whether files can be made in dir: rights,
// owners and read-only mounts would all have their say in a prediction.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".ferry-try-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

// Serve serves until Shutdown or Close, and then returns nil.
func (a *App) Serve() error {
	ended := make(chan error, len(a.listeners))
	for _, ln := range a.listeners {
		go func() { ended <- a.server.ServeListener(ln.Listener, ln.how) }()
	}
	var first error
	for range a.listeners {
		if err := <-ended; err != nil && !errors.Is(err, ftpserver.ErrServerClosed) && first == nil {
			first = fmt.Errorf("serve: %w", err)
		}
	}
	return first
}

// Shutdown ends idle sessions, lets transfers finish, and returns when the last
// has; or with ctx's error.
func (a *App) Shutdown(ctx context.Context) error { return a.server.Shutdown(ctx) }

// Sessions describes who is connected.
func (a *App) Sessions() []ftpserver.SessionInfo { return a.server.Sessions() }

// Close ends everything at once.
func (a *App) Close() error {
	var errs []error
	if a.server != nil {
		errs = append(errs, a.server.Close())
	}
	for _, ln := range a.listeners {
		if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if a.certs != nil {
		a.certs.Close()
	}
	for _, f := range a.folders {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
