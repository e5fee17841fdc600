package ftpserver

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// However guesses come and end, wrong passwords from one address are checked no faster
// than the limit says, whoever waits is let through in order, and nothing is left open.
func TestGuessesRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most, unit = 5, 10 * time.Second
		g := newGuesses(Limits{Guesses: most, UserGuesses: 1000, GuessTime: most * unit, LoginDelay: time.Second})
		addr := netip.MustParseAddr("192.0.2.1")
		start := time.Now()
		var waiting, open []*guess
		var wrong int
		for range 20_000 {
			switch rand.IntN(8) {
			case 0, 1, 2:
				if len(waiting) < 50 {
					waiting = append(waiting, g.begin(addr, "", fmt.Sprint("user", rand.IntN(3))))
				}
			case 3:
				if n := len(waiting); n > 0 { // somebody goes
					i := rand.IntN(n)
					waiting[i].end()
					waiting = append(waiting[:i], waiting[i+1:]...)
				}
			case 4:
				time.Sleep(time.Duration(rand.Int64N(int64(unit)))) // fake: the bubble lets it pass at once
			default:
				if n := len(open); n > 0 {
					i := rand.IntN(n)
					if rand.IntN(4) == 0 {
						open[i].end()
					} else {
						open[i].wrong()
						wrong++
					}
					open[i].wrong() // does nothing any more
					open = append(open[:i], open[i+1:]...)
				}
			}
			for len(waiting) > 0 {
				if after, least, _ := waiting[0].turn(); after > 0 {
					if least > after {
						t.Fatalf("it waits %v, and %v at least", after, least)
					}
					for _, later := range waiting[1:] {
						if next, _, _ := later.turn(); next < after {
							t.Fatalf("who comes later waits %v, and the first %v", next, after)
						}
					}
					break
				}
				open, waiting = append(open, waiting[0]), waiting[1:]
			}
			if limit := most + int(time.Since(start)/unit); wrong+len(open) > limit {
				t.Fatalf("%d were wrong and %d may be, after %v", wrong, len(open), time.Since(start))
			}
		}
		for _, one := range append(open, waiting...) {
			one.end()
		}
		if b, _ := g.byAddr.get(addr); b.open != 0 || len(b.queue) != 0 || wrong < 1000 {
			t.Errorf("%d are open, %d wait, %d were wrong", b.open, len(b.queue), wrong)
		}
	})
}

// What is remembered is bounded, and what counts most, because it is asked for most, is
// not pushed out by what does not.
func TestGuessesAreForgotten(t *testing.T) {
	g := newGuesses(Limits{Guesses: 2, UserGuesses: 2, GuessTime: 24 * time.Hour, LoginDelay: time.Second})
	attacker := netip.MustParseAddr("192.0.2.1")
	for i := range 2 * maxGuesses {
		other := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		one := g.begin(other, "", fmt.Sprint(i))
		one.turn()
		one.right()
		one = g.begin(attacker, "", "joe")
		if after, _, _ := one.turn(); after <= 0 != (i < 2) || (one.late > 0) != (i >= 2) {
			t.Fatalf("guess %d waits %v and %v", i, one.late, after)
		}
		if i < 2 {
			one.wrong()
		}
		one.end()
	}
	for _, n := range []int{len(g.byAddr.byKey), len(g.byUser.byKey), len(g.byBoth.byKey), g.byAddr.order.Len()} {
		if n != maxGuesses {
			t.Errorf("%d are remembered, want %d", n, maxGuesses)
		}
	}
	if _, _, moved := g.begin(attacker, "", "joe").turn(); moved == nil {
		t.Error("nothing tells who waits that it may go on")
	}
}

// Odd settings neither overflow nor hold up somebody who has done nothing.
func TestGuessesSettings(t *testing.T) {
	for _, l := range []Limits{{}, {GuessTime: -1, Guesses: 1, UserGuesses: 1}, {Guesses: -1, UserGuesses: -1}, {GuessTime: 1}, {GuessTime: -1, LoginTime: -1, LoginDelay: -1}} {
		g := newGuesses(l.withDefaults())
		for range 100 {
			one := g.begin(netip.Addr{}, "", "joe")
			if after, _, _ := one.turn(); after != 0 {
				t.Errorf("%+v: a client without an address waits %v", l, after)
			}
			one.wrong()
			one = g.begin(netip.MustParseAddr("192.0.2.1"), "", "eve")
			one.turn()
			one.wrong()
		}
		one := g.begin(netip.MustParseAddr("192.0.2.2"), "", "ann")
		if after, least, _ := one.turn(); after > 0 || least > 0 || one.late > 0 {
			t.Errorf("%+v: the first waits %v, %v", l, one.late, after)
		}
		if after, least, _ := g.begin(netip.MustParseAddr("192.0.2.1"), "", "eve").turn(); after < 0 && l.Guesses >= 0 || least < 0 {
			t.Errorf("%+v: waits %v, %v", l, after, least)
		}
	}
	for in, want := range map[string]string{"192.0.2.1": "192.0.2.1", "2001:db8::1%eth0": "2001:db8::", "fe80::1%eth0": "fe80::", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::"} {
		if got := network(netip.MustParseAddr(in)); got.String() != want {
			t.Errorf("%s counts as %v, want %s", in, got, want)
		}
	}
}
