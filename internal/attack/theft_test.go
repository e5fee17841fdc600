package attack_test

import (
	"io"
	"math"
	"net"
	"strconv"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAttack06PassiveTheft: who connects to the passive port first, and is not the
// client, gets nothing and spoils nothing.
func TestAttack06PassiveTheft(t *testing.T) {
	t.Parallel()
	second(t)
	each(t, func(t *testing.T, w *world) {
		w.write("root/file", "for joe alone")
		c := w.login(t)
		for _, line := range []string{"RETR file", "STOR new"} {
			port := c.passive()
			var thieves []net.Conn
			for range 5 {
				thief, err := dialFrom(elsewhere, port)
				check(t, err)
				defer thief.Close()
				io.WriteString(thief, "by the thief")
				thieves = append(thieves, thief)
			}
			own := c.connect(port)
			c.want(150, line)
			conn := c.protect(own)
			if line == "STOR new" {
				io.WriteString(conn, "by joe")
				conn.Close()
			} else if octets, err := io.ReadAll(conn); string(octets) != "for joe alone" {
				t.Errorf("joe got %q, %v", octets, err)
			}
			c.expect(226)
			for _, thief := range thieves {
				if octets, _ := io.ReadAll(thief); len(octets) > 0 {
					t.Errorf("a thief got %q", octets)
				}
			}
		}
		if got := w.read("root/new"); got != "by joe" {
			t.Errorf("what is stored is %q", got)
		}
	})
}

// TestAttack06ThiefAlone: with nobody but thieves the transfer fails, and says why.
func TestAttack06ThiefAlone(t *testing.T) {
	t.Parallel()
	second(t)
	w := serve(t, limits(ftpserver.Limits{DataConnect: 300e6}))
	w.write("root/file", "for joe alone")
	c := w.login(t)
	thief, err := dialFrom(elsewhere, c.passive())
	check(t, err)
	defer thief.Close()
	c.want(150, "RETR file")
	if octets, _ := io.ReadAll(thief); len(octets) > 0 {
		t.Errorf("the thief got %q", octets)
	}
	c.expect(425)
	c.want(200, "NOOP")
}

// TestAttack06Ports: the port that comes next cannot be told from those that came
// before: in 1,000 they spread evenly over the range that was set up, and so do the
// steps from one to the next. A fair server fails this once in more than 10^9 runs.
func TestAttack06Ports(t *testing.T) {
	t.Parallel()
	const lo, n, bins = 47000, 4096, 16
	w := serve(t, func(c *ftpserver.Config) { c.Passive.MinPort, c.Passive.MaxPort = lo, lo+n-1 })
	c := w.login(t)
	var at, step [bins]float64
	const draws = 1000
	last := 0
	for range draws {
		_, p, err := net.SplitHostPort(c.passive())
		check(t, err)
		port, err := strconv.Atoi(p)
		check(t, err)
		if port < lo || port >= lo+n {
			t.Fatalf("port %d is not in the range", port)
		}
		at[(port-lo)*bins/n]++
		step[(port-last+lo+n)%n*bins/n]++
		last = port
	}
	for name, counts := range map[string][bins]float64{"port": at, "step": step} {
		// Chi-squared with 15 degrees of freedom exceeds 80 with a probability of
		// 7e-11.
		x := 0.0
		for _, count := range counts {
			x += math.Pow(count-draws/bins, 2) / (draws / bins)
		}
		if x > 80 {
			t.Errorf("chi-squared of the %ss is %.1f: %v", name, x, counts)
		}
	}
}
