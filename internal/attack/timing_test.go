package attack_test

import (
	"context"
	"crypto/sha256"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
)

// answers times how long the server takes to refuse a wrong password of each of two
// users, n times, who take turns in an order that chance has: what else the machine
// does concerns both alike.
func (w *world) answers(c *client, n int, users [2]string) (took [2][]time.Duration) {
	for range n {
		first := rand.IntN(2)
		for _, i := range []int{first, 1 - first} {
			c.want(331, "USER "+users[i])
			begun := time.Now()
			c.want(530, "PASS wrong")
			took[i] = append(took[i], time.Since(begun))
		}
	}
	return took
}

// distance is the statistic of Kolmogorov and Smirnov: the greatest distance of the
// distributions of two samples of one size, from 0 to 1.
func distance(took [2][]time.Duration) float64 {
	a, b := slices.Sorted(slices.Values(took[0])), slices.Sorted(slices.Values(took[1]))
	most := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		now := min(a[i], b[j])
		for i < len(a) && a[i] == now {
			i++
		}
		for j < len(b) && b[j] == now {
			j++
		}
		most = max(most, i-j, j-i)
	}
	return float64(most) / float64(len(a))
}

// TestAttack17Timing: with the delay off, the time of the answer does not tell who is a
// user. Five samples in a row that differ by chance would be one case in a
// million. That the same test sees a difference of a check that is skipped is tested,
// too.
func TestAttack17Timing(t *testing.T) {
	none := ftpserver.Limits{LoginDelay: -1, Logins: -1, Guesses: -1, UserGuesses: -1}
	w := serveApp(t, app.Options{Users: []app.User{{Name: "joe", Password: "secret"}}, Server: ftpserver.Config{Limits: none}})
	const rounds = 5
	n := few(1000, 300)
	limit := 1.358 * math.Sqrt(2/float64(n)) // p = 0.05
	var all []float64
	for len(all) < rounds && (all == nil || all[len(all)-1] > limit) {
		all = append(all, distance(w.answers(w.dial(t), n, [2]string{"joe", "eve"})))
	}
	if all[len(all)-1] > limit {
		t.Errorf("the answers for a user and for nobody differ by %.3f, want at most %.3f", all, limit)
	}

	hasty := serve(t, limits(none), func(c *ftpserver.Config) {
		c.Login = func(_ context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
			if cr.User == "joe" { // as a hash that is made to cost something
				sum := sha256.Sum256([]byte(cr.Password))
				for range 10_000 {
					sum = sha256.Sum256(sum[:])
				}
			}
			return nil, ftpserver.ErrLogin
		}
	})
	if d := distance(hasty.answers(hasty.dial(t), n/5, [2]string{"joe", "eve"})); d < 2*limit {
		t.Errorf("a check that is skipped makes a difference of %.3f only", d)
	}
}
