package attack_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// guesses counts the wrong passwords of joe's that the server checks.
func guesses(n *atomic.Int64) set {
	return func(c *ftpserver.Config) {
		login := c.Login
		c.Login = func(ctx context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
			if cr.Password != "secret" {
				n.Add(1)
			}
			return login(ctx, cr)
		}
	}
}

// guess tries a password of joe's from a host, and returns the code of the answer and
// how long that took. It does not wait for it if patient is false, and drops the
// connection at once.
func (w *world) guess(host, password string, patient bool) (code int, took time.Duration) {
	conn, err := dialFrom(host, w.addr)
	if err != nil {
		w.t.Error(err)
		return 0, 0
	}
	defer conn.Close()
	c := &client{t: w.t, w: w}
	c.use(conn)
	if r, err := c.next(); err != nil || r.code != 220 {
		return r.code, 0
	}
	begun := time.Now()
	fmt.Fprintf(conn, "USER joe\r\nPASS %s\r\n", password)
	for patient {
		r, err := c.next()
		if err != nil || r.code != 331 {
			return r.code, time.Since(begun)
		}
	}
	return 0, 0
}

// TestAttack18BruteForce: of a thousand guesses from one address, on many connections
// at once and whether or not they wait for the answer, only the first few are checked.
// Who has the right password gets in meanwhile from any other address.
func TestAttack18BruteForce(t *testing.T) {
	t.Parallel()
	second(t)
	var checked atomic.Int64
	const most, guessers = 20, 50
	w := serve(t, guesses(&checked), limits(ftpserver.Limits{
		LoginDelay: 50 * time.Millisecond, SessionsPerIP: -1, Guesses: most, GuessTime: 24 * time.Hour, UserGuesses: 2 * most}))
	var all sync.WaitGroup
	for g := range guessers {
		all.Go(func() {
			for i := range few(1000, 200) / guessers {
				code, _ := w.guess(elsewhere, fmt.Sprint(g, "-", i), (g+i)%2 == 0)
				if code != 0 && code != 530 && code != 421 {
					t.Errorf("a guess is answered %d", code)
				}
			}
		})
	}
	for range 3 {
		for _, host := range []string{here, "127.0.0.3"} {
			if code, _ := w.guess(host, "secret", true); code != 230 {
				t.Errorf("joe at %s: %d", host, code)
			}
		}
	}
	all.Wait()
	if n := checked.Load(); n == 0 || n > most {
		t.Errorf("%d wrong passwords are checked, want some and at most %d", n, most)
	}
	if n := len(seen[ftpserver.Throttled](w)); n != 1 {
		t.Errorf("%d times it is told that the address is held up", n)
	}
	// Even the right password is not checked before its turn from there, which
	// is told.
	if code, _ := w.guess(elsewhere, "secret", true); code != 421 {
		t.Errorf("the right password from the attacker: %d", code)
	}
}

// TestAttack18BruteForceSpread: a thousand addresses with one guess at one user each
// wait before each, but for the first few. The user gets in meanwhile, wherever he is.
func TestAttack18BruteForceSpread(t *testing.T) {
	t.Parallel()
	second(t)
	var checked, early atomic.Int64
	const most, guessers, delay = 50, 100, 100 * time.Millisecond
	w := serve(t, guesses(&checked), limits(ftpserver.Limits{LoginDelay: delay, GuessTime: 24 * time.Hour, UserGuesses: most}))
	w.login(t).conn.Close() // at home
	total := few(1000, 200)
	var all sync.WaitGroup
	for g := range guessers {
		all.Go(func() {
			for i := range total / guessers {
				code, took := w.guess(fmt.Sprintf("127.1.%d.%d", i+1, g+1), "wrong", true)
				if code != 530 {
					t.Errorf("a guess is answered %d", code)
				}
				if took < 2*delay { // one before it is checked, one with the answer
					early.Add(1)
				}
			}
		})
	}
	all.Go(func() {
		for _, host := range []string{here, "127.2.0.1", "127.2.0.2", here} {
			if code, _ := w.guess(host, "secret", true); code != 230 {
				t.Errorf("joe at %s: %d", host, code)
			}
		}
	})
	all.Wait()
	if n := checked.Load(); n != int64(total) {
		t.Errorf("%d of %d are checked", n, total)
	}
	if n := early.Load(); n > most {
		t.Errorf("%d guesses were not held up, want at most %d", n, most)
	}
	held := seen[ftpserver.Throttled](w)
	if len(held) != 1 || held[0].Scope != ftpserver.ThrottledUser || held[0].User != "joe" {
		t.Errorf("what is told of it is %v", held)
	}
	if code, took := w.guess("127.2.0.3", "secret", true); code != 230 || took < delay {
		t.Errorf("joe at a new address: %d after %v", code, took)
	}
}

// TestAttack18OneConnection: one connection has so many guesses.
func TestAttack18OneConnection(t *testing.T) {
	t.Parallel()
	w := serve(t, limits(ftpserver.Limits{LoginDelay: -1, Logins: 3}))
	c := w.dial(t)
	for i := range 3 {
		c.want(331, "USER joe")
		want := 530
		if i == 2 {
			want = 421
		}
		c.want(want, "PASS wrong")
	}
	c.gone()
	w.login(t)
}
