package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// TestTLSClearControlLate shows CCC, and REIN, while the reply to a command is owed that
// nobody waits for any more: it is not taken for that to CCC, behind which TLS ends.
func TestTLSClearControlLate(t *testing.T) {
	cert := mint.Cert{}.Make()
	given := func(t *testing.T, c *ftpclient.Conn, verb string, args ...string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Do(ctx, verb, args...); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
	against(t, cert, demanding(cert, 0), func(p *peer) {
		p.welcome(noFeats)
		p.expect("HOST x")
		pass(2 * time.Second)
		p.say("220 It is me.")
		p.talk("REIN", "220 Again.")
		p.leaveTLS()
		p.talk("AUTH TLS", "234 Go.")
		p.protect()
		p.talk("USER you", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
		p.expect("NOOP")
		pass(2 * time.Second)
		p.say("200 OK.")
		p.talk("CCC", "200 In the clear.")
		p.leaveTLS()
		p.leave()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		given(t, c, "HOST", "x")
		if err := c.Relogin(t.Context(), "you", "x", ""); err != nil {
			t.Error(err)
		}
		given(t, c, "NOOP")
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.ClearControl(gone); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := c.ClearControl(t.Context()); err != nil {
			t.Error(err)
		}
		c.Quit(t.Context())
	})
}

// TestTLSClearedRelogin shows another login behind CCC: at a server without REIN data
// connections stay protected, of which nothing can be said any more (RFC 4217, 12.3);
// with REIN all begins anew.
func TestTLSClearedRelogin(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, anew := range []bool{false, true} {
		for _, s := range []ftpclient.Security{ftpclient.SecurityAuto, ftpclient.SecurityExplicit} {
			o := demanding(cert, 0)
			o.Security = s
			against(t, cert, o, func(p *peer) {
				p.welcome(noFeats)
				p.talk("CCC", "200 In the clear.")
				p.leaveTLS()
				if anew {
					p.talk("REIN", "220 Again.", "AUTH TLS", "234 Go.")
					p.protect()
					p.talk("USER you", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.")
				} else {
					p.talk("REIN", "502 No.", "USER you", "230 In.")
				}
				p.talk("FEAT", noFeats, "TYPE I", "200 I.")
				p.passive()
				p.talk("RETR a", "150 Here.")
				d := p.takeTLS(p.cfg)
				io.WriteString(d, "hello")
				d.Close()
				p.say("226 Done.")
				p.leave()
			}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.ClearControl(t.Context()); err != nil {
					t.Error(err)
				}
				if err := c.Relogin(t.Context(), "you", "x", ""); err != nil {
					t.Error(err)
				}
				if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
					t.Errorf("%q, %v", got, err)
				}
				c.Quit(t.Context())
			})
		}
	}
}
