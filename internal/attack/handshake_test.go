package attack_test

import (
	"crypto/tls"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// stuck connects from a host and begins a handshake that it does not go on with.
func (w *world) stuck(t testing.TB, from string) *client {
	t.Helper()
	c := w.knock(t, from)
	c.expect(220)
	c.want(234, "AUTH TLS")
	return c
}

// TestAttack21HandshakeFlood: however many handshakes others begin, and leave at
// that, a client that comes from elsewhere has the time for its own.
func TestAttack21HandshakeFlood(t *testing.T) {
	t.Parallel()
	second(t)
	const most = 60
	w := serve(t, protected, limits(ftpserver.Limits{Handshakes: most}))
	slow := w.stuck(t, here)
	var flood []*client
	for range few(5, 2) {
		for i := range most {
			flood = append(flood, w.stuck(t, fmt.Sprintf("127.0.0.%d", 2+i%4)))
		}
	}
	slow.shake(newTLS())
	slow.enter()
	// A client with an attacker at its own address is not worse off than he is.
	for range 3 {
		c := w.stuck(t, "127.0.0.2")
		c.shake(newTLS())
		c.enter()
	}
	// Only so many were held, and the others told why.
	flood[0].expect(421)
	flood[0].gone()
}

// TestAttack21ManyHandshakes: who makes handshakes as fast as he can does not have
// the server neglect the others.
func TestAttack21ManyHandshakes(t *testing.T) {
	t.Parallel()
	w := serve(t, protected, limits(ftpserver.Limits{SessionsPerIP: -1}))
	quiet := w.login(t)
	var waits []time.Duration
	var all sync.WaitGroup
	start, done := make(chan struct{}), make(chan struct{})
	for i := range few(200, 50) {
		c := w.knock(t, here)
		c.expect(220)
		all.Go(func() {
			<-start
			for range 5 {
				// Each takes the place of the last, without a ticket.
				if err := c.again(); err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
			}
		})
	}
	close(start)
	go func() {
		all.Wait()
		close(done)
	}()
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		begun := time.Now()
		quiet.want(200, "NOOP")
		waits = append(waits, time.Since(begun))
	}
	slices.Sort(waits)
	half, worst := waits[len(waits)/2], waits[len(waits)-1]
	t.Logf("%d NOOPs meanwhile; half of them within %v, the slowest took %v", len(waits), half, worst)
	if worst > patience/10 {
		t.Errorf("one had to wait for %v", worst)
	}
}

// again does a handshake, ends the session, and connects anew.
func (c *client) again() error {
	if _, err := c.conn.Write([]byte("AUTH TLS\r\n")); err != nil {
		return err
	}
	if r, err := c.next(); err != nil || r.code != 234 {
		return fmt.Errorf("%v %w", r, err)
	}
	cfg := newTLS()
	cfg.ClientSessionCache = nil
	secure := tls.Client(c.conn, cfg)
	if err := secure.Handshake(); err != nil {
		return err
	}
	secure.Close()
	conn, err := dialFrom(c.from, c.w.addr)
	if err != nil {
		return err
	}
	c.t.Cleanup(func() { conn.Close() })
	c.use(conn)
	if r, err := c.next(); err != nil || r.code != 220 {
		return fmt.Errorf("%v %w", r, err)
	}
	return nil
}
