// Package doctor examines the way to an FTP server and the server, and says in plain
// sentences what works, what does not, and what to do about it.
//
// It does no harm: it reads only, unless Options.Write allows it a scratch file, logs
// in with what it is given and no more often than it has to, and sends no password
// before the server is trusted.
package doctor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// A Verdict says how grave a Finding is.
type Verdict string

// The verdicts.
const (
	OK   Verdict = "ok"   // it works
	Note Verdict = "note" // it is so, and is neither good nor bad
	Warn Verdict = "warn" // it is in the way of some
	Fail Verdict = "fail" // it does not work
)

// A Finding is one thing that was examined.
type Finding struct {
	Check   string  `json:"check"` // what, as in "passive.epsv"; never changes
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`             // whole sentences
	Advice  string  `json:"advice,omitempty"` // what to do about it; whole sentences
}

// Options say which server is to be examined, and how far it may go.
type Options struct {
	Addr   string            // host:port
	Client ftpclient.Options // how one connects and logs in; Trace and Log are called as well

	// Lookup resolves the name of the host; nil is the system's.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)

	Dir         string        // the directory to list and to write in, a name as Client.Root has it; "" the first
	Write       bool          // a scratch file may be written, and is removed
	Connections int           // how many connections to try at once, at most; 0 and 1 none but those needed
	Idle        time.Duration // how long to leave connections silent, to see whether they live; 0 not at all
}

// Examine examines, and calls tell with each finding as soon as it is there, one after
// the other. The error is what kept it from going on: the server could not be
// reached or trusted, or refused the login, which tell was told of; or the end of the
// context.
func Examine(ctx context.Context, o Options, tell func(Finding)) error {
	e := &examination{o: o, tell: tell}
	if err := e.prepare(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		e.way, e.protection, e.login, e.abilities, e.passive, e.active, e.dataTLS, e.restart, e.listing,
		e.modes, e.speed, e.scratch, e.connections, e.idle,
	} {
		if err := step(ctx); err != nil {
			e.close()
			return err
		}
		if ctx.Err() != nil {
			e.close()
			return ctx.Err()
		}
	}
	e.quit(ctx)
	return nil
}

// examination is one run of Examine.
type examination struct {
	o    Options
	tell func(Finding)

	host string
	port string
	seen *watch
	conn *ftpclient.Conn // nil: one has to be made

	greeted bool          // a connection of its own has seen the greeting
	excused bool          // a certificate that cannot be verified is taken all the same
	works   bool          // data connections do, in one passive way at least
	rtt     time.Duration // the shortest that was seen
}

// probeTime is how long a single attempt may take, where the user allows more.
const probeTime = 15 * time.Second

func (e *examination) prepare() error {
	var err error
	if e.host, e.port, err = net.SplitHostPort(e.o.Addr); err != nil {
		return err
	}
	if e.o.Client.Timeout <= 0 || e.o.Client.Timeout > probeTime {
		e.o.Client.Timeout = probeTime
	}
	if e.o.Lookup == nil {
		e.o.Lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if e.o.Client.Net == nil {
		e.o.Client.Net = ftpclient.SystemNetwork()
	}
	e.seen = newWatch(&e.o.Client)
	return nil
}

// ok, note, warn and fail tell a finding.
func (e *examination) ok(check, text string)           { e.tell(Finding{check, OK, text, ""}) }
func (e *examination) note(check, text, advice string) { e.tell(Finding{check, Note, text, advice}) }
func (e *examination) warn(check, text, advice string) { e.tell(Finding{check, Warn, text, advice}) }
func (e *examination) fail(check, text, advice string) { e.tell(Finding{check, Fail, text, advice}) }

// with runs f on a connection that is logged in, a new one if the one before is gone. The
// error is that of logging in again.
func (e *examination) with(ctx context.Context, f func(c *ftpclient.Conn) error) error {
	if e.conn == nil {
		c, err := ftpclient.Dial(ctx, e.o.Addr, &e.o.Client)
		if err != nil {
			e.fail("login", "Logging in once more has failed: "+sentence(err), "The server may count logins, or take too few connections.")
			return err
		}
		e.conn = c
	}
	if err := f(e.conn); gone(err) {
		e.close()
	}
	return nil
}

// gone reports whether the control connection is.
func gone(err error) bool {
	var ce *ftpclient.ConnError
	for _, one := range flat(err) {
		if errors.As(one, &ce) && !ce.Data {
			return true
		}
	}
	return false
}

// flat are the errors that were joined into one.
func flat(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range many.Unwrap() {
			all = append(all, flat(one)...)
		}
		return all
	}
	return []error{err}
}

func (e *examination) close() {
	if e.conn != nil {
		e.conn.Close()
		e.conn = nil
	}
}

func (e *examination) quit(ctx context.Context) {
	if e.conn != nil {
		e.conn.Quit(ctx)
		e.conn = nil
	}
}
