package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// login logs in. Without that there is nothing more to be seen.
func (e *examination) login(ctx context.Context) error {
	begun := time.Now()
	c, err := ftpclient.Dial(ctx, e.o.Addr, &e.o.Client)
	if err != nil {
		e.refused(err)
		return err
	}
	e.conn = c
	user := e.o.Client.User
	if user == "" {
		user = "anonymous"
	}
	protected := "in the clear"
	if control, _ := e.seen.states(); control != nil {
		protected = "under TLS"
	}
	e.ok("login", fmt.Sprintf("The login of %s has succeeded %s, %s after the connection was begun.", user, protected, span(time.Since(begun))))
	return nil
}

// refused explains a login that has failed.
func (e *examination) refused(err error) {
	var ce *ftpclient.ConnError
	var cert *ftpclient.CertError
	switch {
	case errors.Is(err, ftpclient.ErrProxy):
		e.fail("control", capital(sentence(err)), "")
	case errors.As(err, &cert):
		e.fail("login", "No password was sent, because the server cannot be trusted.", adviceFor(cert))
	case errors.Is(err, ftpclient.ErrSecurity):
		e.fail("login", "No password was sent: "+sentence(err), "With ftp:// instead of ftpes:// TLS is used where the server has it.")
	case errors.Is(err, ftpclient.ErrTooMany):
		e.fail("login", "The server takes no more connections: "+sentence(err), "Try again later, or raise its limit.")
	case errors.Is(err, ftpclient.ErrAccount):
		e.fail("login", "The server wants an account beside the password: "+sentence(err), "")
	case errors.Is(err, ftpclient.ErrLogin):
		e.fail("login", "The login is refused: "+sentence(err), "Check the user and the password. Whoever runs the server finds the reason in its log.")
	case errors.As(err, &ce) && ce.Op == "connect":
		e.fail("control", "No connection can be made: "+sentence(err), "")
	default:
		e.fail("login", "The login has failed: "+sentence(err), "")
	}
}

// abilities tells what the server says of itself.
func (e *examination) abilities(ctx context.Context) error {
	return e.with(ctx, func(c *ftpclient.Conn) error {
		var words []string
		if r, err := c.Do(ctx, "SYST"); err != nil {
			return err
		} else if r.Code.OK() {
			words = append(words, "It calls its system "+firstLine(r)+".")
		}
		f := c.Features()
		if f == nil {
			e.warn("features", strings.Join(append(words, "It does not have FEAT, so that everything has to be tried."), " "),
				"A server that is newer than 1998 has it.")
			return nil
		}
		words = append(words, "It lists "+strings.Join(slices.Sorted(maps.Keys(f)), ", ")+".")
		e.ok("features", strings.Join(words, " "))
		if f.Has("UTF8") {
			e.ok("charset", "Names are in UTF-8.")
		} else {
			e.note("charset", "It does not say that names are in UTF-8.", "Where names beyond ASCII look wrong, --charset says what they are in.")
		}
		return nil
	})
}

// restart looks whether cut transfers can be taken up.
func (e *examination) restart(ctx context.Context) error {
	return e.with(ctx, func(c *ftpclient.Conn) error {
		if _, err := c.Do(ctx, "TYPE", "I"); gone(err) {
			return err
		}
		r, err := c.Do(ctx, "REST", "1")
		if gone(err) {
			return err
		}
		if r.Code.Intermediate() {
			_, err := c.Do(ctx, "REST", "0") // so that it is not for whatever comes next
			e.ok("restart", "Transfers that were cut can be taken up again (REST).")
			return err
		}
		e.warn("restart", fmt.Sprintf("Transfers that were cut have to begin anew: REST is answered %d.", r.Code), "Allow REST at the server (AllowRetrieveRestart and AllowStoreRestart of ProFTPD, for example).")
		return nil
	})
}

// modes looks at what there is besides stream mode.
func (e *examination) modes(ctx context.Context) error {
	return e.with(ctx, func(c *ftpclient.Conn) error {
		var has []string
		for _, m := range []struct{ mode, what string }{
			{"B", "block mode (many files over one data connection)"},
			{"C", "compressed mode"},
			{"Z", "mode Z (deflate)"},
		} {
			r, err := c.Do(ctx, "MODE", m.mode)
			if gone(err) {
				return err
			}
			if r.Code.OK() {
				has = append(has, m.what)
			}
		}
		if len(has) == 0 {
			e.note("modes", "It has stream mode alone, as most servers do: each file needs a data connection of its own.", "")
			return nil
		}
		e.ok("modes", "Besides stream mode it has "+strings.Join(has, ", ")+".")
		_, err := c.Do(ctx, "MODE", "S")
		return err
	})
}

// window is what a connection can have under way at most, as Linux is set up.
const window = 6 << 20

// speed tells what the distance allows.
func (e *examination) speed(ctx context.Context) error {
	return e.with(ctx, func(c *ftpclient.Conn) error {
		for range 3 {
			begun := time.Now()
			if r, err := c.Do(ctx, "NOOP"); err != nil {
				return err
			} else if r.Code != ftp.CodeOK {
				break
			}
			e.saw(time.Since(begun))
		}
		text := fmt.Sprintf("A round trip takes %s.", span(e.rtt))
		if e.rtt < 10*time.Millisecond {
			e.ok("speed", text)
			return nil
		}
		perSecond := float64(window) / e.rtt.Seconds() / (1 << 20)
		e.note("speed", fmt.Sprintf("%s A single connection moves at most about %.0f MiB a second over that distance, with the windows of Linux, and small files cost some four round trips each: 1,000 of them take about %s one after the other.",
			text, perSecond, (4000*e.rtt).Round(time.Second)), "Use several connections at once: --parallel.")
		return nil
	})
}
