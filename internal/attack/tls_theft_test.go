package attack_test

import (
	"crypto/tls"
	"io"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// stolen returns a session with the ticket of one and the secrets of another: what
// somebody has who read a ticket on the wire.
func stolen(t testing.TB, ticketOf, secretsOf *tls.Config) *tls.Config {
	t.Helper()
	have := func(cfg *tls.Config) ([]byte, *tls.SessionState) {
		cs, ok := cfg.ClientSessionCache.Get("")
		if !ok {
			t.Fatal("there is no ticket")
		}
		ticket, state, err := cs.ResumptionState()
		check(t, err)
		return ticket, state
	}
	ticket, _ := have(ticketOf)
	_, state := have(secretsOf)
	cs, err := tls.NewResumptionState(ticket, state)
	check(t, err)
	cfg := newTLS()
	cfg.ClientSessionCache.Put("", cs)
	return cfg
}

// TestAttack07TicketTheft: who connects to a protected data port from the client's own
// address gets nothing, be it without a ticket, with one of his own login, or with one
// that he has read on the wire; and the client is served beside him. So it is under
// ReuseRequire from the first transfer on, and under ReuseBind as soon as the client has
// shown that it keeps its tickets.
func TestAttack07TicketTheft(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]ftpserver.TLSReuse{"bind": ftpserver.ReuseBind, "require": ftpserver.ReuseRequire} {
		for version, v := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
			t.Run(name+" TLS "+version, func(t *testing.T) {
				t.Parallel()
				w := serve(t, protected, reuse(policy))
				w.write("root/file", "for joe alone")
				enter := func() *client {
					c := w.dial(t)
					cfg := newTLS()
					cfg.MaxVersion = v
					c.auth(cfg)
					c.enter()
					return c
				}
				joe, thief := enter(), enter()
				if policy == ftpserver.ReuseBind {
					for range 3 { // with one ticket: uploads bring no new ones
						if r := joe.put("STOR new", "by joe"); r.code != 226 {
							t.Fatalf("before the theft: %v", r)
						}
					}
				}
				for how, cfg := range map[string]*tls.Config{
					"no ticket": newTLS(), "his own ticket": thief.tls, "a stolen ticket": stolen(t, joe.tls, thief.tls),
				} {
					for _, line := range []string{"RETR file", "STOR new"} {
						port := joe.passive()
						robber, own := thief.connect(port), joe.connect(port)
						joe.want(150, line)
						robbed := make(chan string, 1)
						go func() {
							conn := tls.Client(robber, cfg)
							io.WriteString(conn, "by the thief")
							octets, _ := io.ReadAll(conn)
							conn.Close()
							robbed <- string(octets)
						}()
						conn := joe.protect(own)
						if line == "STOR new" {
							io.WriteString(conn, "by joe")
							conn.Close()
						} else if octets, err := io.ReadAll(conn); string(octets) != "for joe alone" {
							t.Errorf("beside a thief with %s joe gets %q, %v", how, octets, err)
						}
						joe.expect(226)
						if got := <-robbed; got != "" {
							t.Errorf("a thief with %s got %q", how, got)
						}
						if line == "STOR new" && w.read("root/new") != "by joe" {
							t.Errorf("a thief with %s stored %q", how, w.read("root/new"))
						}
					}
				}
				if v == tls.VersionTLS13 && !testing.Short() {
					// Alone, while joe does not connect: it takes some seconds until the
					// server gives joe up.
					robber := tls.Client(thief.connect(joe.passive()), stolen(t, joe.tls, thief.tls))
					joe.want(150, "RETR file")
					if octets, _ := io.ReadAll(robber); len(octets) > 0 {
						t.Errorf("a thief alone got %q", octets)
					}
					if r := joe.reply(); r.code < 400 {
						t.Errorf("with a thief alone the transfer is %v", r)
					}
				}
				if octets, r := joe.get("RETR file"); octets != "for joe alone" || r.code != 226 {
					t.Errorf("after the thieves: %q, %v", octets, r)
				}
			})
		}
	}
}
