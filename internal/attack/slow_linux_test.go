package attack_test

import (
	"crypto/tls"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// atOnce is how long a client may have to wait that is to be served at once: for
// ever, to a person, and an instant next to the limits of those who are slow.
const atOnce = 5 * time.Second

// unlimited has a server let everybody in.
var unlimited = []string{"--tls", "self-signed", "--listen-tls", here + ":0", "--max-sessions", "0", "--max-sessions-per-ip", "0", "--max-handshakes", "0"}

// newcomers are served at once, whichever way they come.
func (c *child) newcomers(t *testing.T, w *world) {
	t.Helper()
	served := func(how string, come func() *client) {
		t.Helper()
		begun := time.Now()
		n := come()
		n.enter()
		n.want(200, "NOOP")
		if r := n.put("STOR "+strings.ReplaceAll(how, " ", "-"), "by a newcomer"); r.code != 226 {
			t.Errorf("%s: %v", how, r)
		}
		took := time.Since(begun)
		t.Logf("a newcomer %s is served in %v", how, took.Round(time.Millisecond))
		if took > atOnce {
			t.Errorf("a newcomer %s had to wait for %v", how, took)
		}
		n.conn.Close()
	}
	served("in the clear", func() *client { return w.dial(t) })
	served("with AUTH TLS", func() *client {
		n := w.dial(t)
		n.auth(newTLS())
		return n
	})
	served("with implicit TLS", func() *client {
		n := &client{t: t, w: w, from: here}
		n.use(n.connect(c.implicit(t)))
		n.tls = newTLS()
		n.shake(n.tls)
		n.expect(220)
		return n
	})
}

// TestAttack19SlowConnections: 10,000 connections that are slow, silent or stuck in a
// handshake cost memory that is bounded and no time, and nobody has to wait for them.
func TestAttack19SlowConnections(t *testing.T) {
	n := crowdSize(t, few(10_000, 500))
	w, c := serveChild(t, nil, append(unlimited, "--login-time", "10m", "--login-delay", "3s")...)
	c.newcomers(t, w) // the memory that a server has who has served
	var mu sync.Mutex
	var dripping []*guest
	for _, k := range kinds {
		memory, descriptors := c.resident(t), c.descriptors(t)
		come := n * k.share / 10
		c.bring(t, w, k, come, func(g *guest) {
			if k.drips {
				mu.Lock()
				defer mu.Unlock()
				dripping = append(dripping, g)
			}
		})
		theirs := come
		if k.login {
			theirs *= 2
		}
		var held int
		// Those who are told nothing may have come before the server knows of them.
		eventually(t, "the server holds nearly all who are "+k.name, func() bool {
			held = c.descriptors(t) - descriptors
			return held >= theirs*9/10
		})
		held = held * come / theirs
		cost := (c.resident(t) - memory) / held
		t.Logf("%5d connections, %s: %d KiB each", held, k.name, cost)
		if cost > k.most && !testing.Short() {
			t.Errorf("%s: a connection takes %d KiB of memory, more than %d", k.name, cost, k.most)
		}
	}
	t.Logf("the server has %d descriptors and %d KiB of memory", c.descriptors(t), c.resident(t))
	c.newcomers(t, w)

	// Three seconds pass until a wrong password is answered.
	slow := w.dial(t)
	slow.want(331, "USER joe")
	begun, busy := time.Now(), c.busy(t)
	slow.send("PASS wrong")
	for _, g := range dripping {
		check(t, g.drip())
	}
	slow.expect(530)
	spent := time.Duration(c.busy(t)-busy) * 10 * time.Millisecond
	t.Logf("in %v the server has used a processor for %v", time.Since(begun).Round(time.Millisecond), spent)
	if spent > time.Second {
		t.Error("the server is busy with those who do nothing")
	}
}

// TestAttack19LoginTime: who does not log in is sent away when the time for it is
// over, whatever he is doing, and not before.
func TestAttack19LoginTime(t *testing.T) {
	const loginTime = 3 * time.Second
	n := crowdSize(t, few(10_000, 500))
	w, c := serveChild(t, nil, append(unlimited, "--login-time", loginTime.String())...)
	var mu sync.Mutex
	var early, late int
	farewells := make(map[string]int)
	var all sync.WaitGroup
	var dripping []*guest
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(loginTime / 10)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				mu.Lock()
				for _, g := range dripping {
					g.drip() // in vain, if it is closed
				}
				mu.Unlock()
			case <-over:
				return
			}
		}
	}()
	for _, k := range kinds {
		if k.login {
			continue
		}
		c.bring(t, w, k, n*k.share/10, func(g *guest) {
			if k.drips {
				mu.Lock()
				dripping = append(dripping, g)
				mu.Unlock()
			}
			all.Go(func() {
				said, err := io.ReadAll(g.r)
				lived := time.Since(g.come)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case isTimeout(err), lived > loginTime+atOnce:
					late++
				case lived < loginTime:
					early++
				}
				farewells[k.name+": "+strings.TrimSpace(string(said))]++
			})
		})
	}
	all.Wait()
	close(over)
	for text, n := range farewells {
		t.Logf("%5d %s", n, text)
	}
	if early > 0 || late > 0 {
		t.Errorf("%d connections were closed before their time, %d long after it", early, late)
	}
	if n := farewells["silent: 421 Logging in took too long."]; n == 0 {
		t.Error("nobody was told why")
	}
	c.newcomers(t, w)
}

// TestAttack19DefaultLimits: when all places are taken, from as many hosts as that
// takes, who comes then is told so, who was there is served, and the places are free
// again once those who have them are gone.
func TestAttack19DefaultLimits(t *testing.T) {
	n := crowdSize(t, few(10_000, 2500))
	w, c := serveChild(t, nil, "--tls", "self-signed", "--listen-tls", here+":0")
	before := w.login(t)
	memory := c.resident(t)
	var mu sync.Mutex
	codes := make(map[string]int)
	var guests []*guest
	c.bring(t, w, &kind{name: "silent", open: func(*guest) error { return nil }}, n, func(g *guest) {
		r, err := g.next()
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		codes[r.text]++
		guests = append(guests, g)
	})
	for text, n := range codes {
		t.Logf("%5d %s", n, text)
	}
	if got := codes["220 ferry ready."]; got != 1999 {
		t.Errorf("%d connections were taken", got)
	}
	if got := codes["421 Too many users; try again later."]; got != n-1999 {
		t.Errorf("%d connections were refused because there are too many", got)
	}
	t.Logf("the server has %d descriptors and %d KiB of memory, %d more than before", c.descriptors(t), c.resident(t), c.resident(t)-memory)
	if more := c.resident(t) - memory; more > 2000*60 {
		t.Errorf("the flood has cost %d KiB", more)
	}
	begun := time.Now()
	if r := before.put("STOR f", "by one who was there"); r.code != 226 || time.Since(begun) > atOnce {
		t.Errorf("%v, after %v", r, time.Since(begun))
	}
	before.want(200, "NOOP")

	// One host alone cannot take all.
	for _, g := range guests {
		g.conn.Close()
	}
	eventually(t, "the places are free", func() bool { return c.descriptors(t) < 50 })
	codes = make(map[string]int)
	for range 150 {
		r := w.knock(t, elsewhere).reply()
		codes[r.text]++
	}
	if codes["220 ferry ready."] != 100 || codes["421 Too many connections from your address."] != 50 {
		t.Errorf("one host got %v", codes)
	}
	c.newcomers(t, w)
}

func isTimeout(err error) bool {
	ne, ok := err.(interface{ Timeout() bool })
	return ok && ne.Timeout()
}

// TestAttack19Stalled: a download that its client does not read ends when the time
// for that is over, though he keeps the control connection alive.
func TestAttack19Stalled(t *testing.T) {
	t.Parallel()
	const stall = time.Second
	w, _ := serveChild(t, nil, "--tls", "self-signed", "--stall", stall.String())
	w.write("root/large", strings.Repeat("never read. ", 4<<20))
	for _, secure := range []bool{false, true} {
		c := w.dial(t)
		if secure {
			c.auth(newTLS())
		}
		c.enter()
		conn := c.begin("RETR large")
		if secure {
			check(t, conn.(*tls.Conn).Handshake())
		}
		asked := 0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for begun := time.Now(); ; asked++ {
			<-tick.C
			c.send("NOOP")
			r := c.reply()
			if r.code == 426 {
				c.expect(200) // the NOOP
				break
			}
			if r.code != 200 || time.Since(begun) > 4*stall+atOnce { // what the kernels hold must be full first
				t.Fatalf("%v, after %v", r, time.Since(begun))
			}
		}
		c.want(200, "NOOP")
		t.Logf("TLS %v: the transfer ended under %d NOOPs", secure, asked)
	}
}

// TestAttack19FewDescriptors: where the system has fewer descriptors for the server
// than it may have sessions, it keeps some for those who are there, and tells the
// others that there are too many.
func TestAttack19FewDescriptors(t *testing.T) {
	t.Parallel()
	w, c := serveChild(t, []string{"sh", "-c", `ulimit -n 300; exec "$@"`, "sh"}, "--tls", "self-signed")
	before := w.login(t)
	var refused *client
	for i := range 400 {
		g := w.knock(t, hostOf(i))
		begun := time.Now()
		r := g.reply()
		if took := time.Since(begun); took > atOnce {
			t.Fatalf("client %d was answered after %v", i, took)
		}
		if r.code == 421 {
			refused = g
		} else if refused != nil {
			t.Fatalf("client %d got %v, and one before it was refused", i, r)
		}
	}
	if refused == nil {
		t.Fatal("nobody was refused")
	}
	if r := before.put("STOR f", "by one who was there"); r.code != 226 {
		t.Errorf("who was there got %v", r)
	}
	if !strings.Contains(c.out.String(), "too few descriptors") {
		t.Errorf("the operator was not told: %s", c.out.String())
	}
}
