package soak

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A task is what a crowd is given to do.
type task struct {
	Target   target
	Sessions int
	TLS      int // of a hundred sessions
	Pause    time.Duration
	Mix      map[string]int // how often each act is chosen, by its name
	Small    int64
	Large    int64
	Rate     int64 // octets a second and transfer
}

// A tally is what a crowd has done since the last one.
type tally struct {
	Sessions int              // that are there
	Acts     map[string]int64 // by name
	Octets   int64            // of files and listings, both ways
	Errors   []string         // the first of them
	Failed   int64            // all of them
}

// RunCrowd is the other end of [startCrowd]. It reads a task, opens all sessions, and
// answers by a tally. From then on one in ten transfers. Each line "look" is answered by a
// tally, for which those that do nothing else say NOOP; the line "rest" has all transfers end,
// is answered likewise, and leaves the sessions open until there is nothing more to read.
func RunCrowd(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return lines.Err()
	}
	c := &crowd{done: make(map[string]int64)}
	if err := json.Unmarshal(lines.Bytes(), &c.task); err != nil {
		return err
	}
	c.target, c.contents = c.Target, newContents(max(c.Small, c.Large))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	c.open(ctx)
	answer := json.NewEncoder(out)
	if err := answer.Encode(c.tally()); err != nil {
		return err
	}
	acting := c.begin(ctx)
	for lines.Scan() {
		if lines.Text() == "rest" {
			stop()
			acting.Wait()
		}
		c.greet()
		if err := answer.Encode(c.tally()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// A crowd is sessions of which one in ten transfers.
type crowd struct {
	task
	target   target
	contents contents
	idle     []*client // nil: one that could not log in
	actors   []*actor
	octets   atomic.Int64

	mu     sync.Mutex
	done   map[string]int64
	errors []string
	failed int64
}

// mostErrors is how many a tally has.
const mostErrors = 5

func (c *crowd) fail(who string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed++
	if len(c.errors) < mostErrors {
		c.errors = append(c.errors, who+": "+err.Error())
	}
}

// atOnce is how many sessions are opened, or spoken to, at the same time.
const atOnce = 32

// each calls f for so many numbers.
func each(n int, f func(i int)) {
	var all sync.WaitGroup
	for worker := range min(atOnce, n) {
		all.Go(func() {
			for i := worker; i < n; i += atOnce {
				f(i)
			}
		})
	}
	all.Wait()
}

// protected reports whether a session has TLS.
func (c *crowd) protected(i int) bool { return i*37%100 < c.TLS }

// open opens all sessions.
func (c *crowd) open(ctx context.Context) {
	busy := max(1, c.Sessions/10)
	for i := range busy {
		c.actors = append(c.actors, &actor{crowd: c, number: i, protected: c.protected(i), rand: rand.New(rand.NewPCG(uint64(i), 7))})
	}
	c.idle = make([]*client, c.Sessions-busy)
	each(c.Sessions, func(i int) {
		var err error
		if i < busy {
			err = c.actors[i].enter(ctx)
		} else {
			c.idle[i-busy], err = login(ctx, c.target, c.protected(i))
		}
		if err != nil {
			c.fail(fmt.Sprintf("session %d", i), err)
		}
	})
}

// greet sees that those who do nothing are still served.
func (c *crowd) greet() {
	each(len(c.idle), func(i int) {
		if c.idle[i] == nil {
			return
		}
		if _, err := c.idle[i].do(200, "NOOP"); err != nil {
			c.fail(fmt.Sprintf("idle session %d", i), err)
			_ = c.idle[i].drop() // it is of no more use
			c.idle[i] = nil
		}
	})
}

// begin has the others act until the context is done.
func (c *crowd) begin(ctx context.Context) *sync.WaitGroup {
	var names []string
	for name, often := range c.Mix {
		for range often {
			names = append(names, name)
		}
	}
	slices.Sort(names) // so that the same numbers choose the same
	var all sync.WaitGroup
	for _, a := range c.actors {
		if a.client == nil {
			continue
		}
		all.Go(func() { c.act(ctx, a, names) })
	}
	return &all
}

// act has one act, over and over. What it has begun it ends, whatever the context says.
func (c *crowd) act(ctx context.Context, a *actor, names []string) {
	within := context.WithoutCancel(ctx)
	// They do not begin all at once.
	pause := time.Duration(a.rand.Int64N(int64(c.Pause)))
	for next := a.number % len(names); ; next = a.rand.IntN(len(names)) { // each is somebody's first
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		name := names[next]
		if err := acts[name](a, within); err != nil {
			c.fail(fmt.Sprintf("session %d, %s", a.number, name), err)
			_ = a.drop() // it is out of step
			if err := a.enter(within); err != nil {
				c.fail(fmt.Sprintf("session %d, coming back", a.number), err)
				return
			}
		}
		c.mu.Lock()
		c.done[name]++
		c.mu.Unlock()
		pause = c.Pause/2 + time.Duration(a.rand.Int64N(int64(c.Pause)))
	}
}

func (c *crowd) tally() tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := tally{Acts: c.done, Octets: c.octets.Swap(0), Errors: c.errors, Failed: c.failed}
	c.done, c.errors, c.failed = make(map[string]int64), nil, 0
	for _, s := range c.idle {
		if s != nil {
			t.Sessions++
		}
	}
	t.Sessions += len(c.actors)
	return t
}

// err is what went wrong.
func (t tally) err() error {
	if t.Failed == 0 {
		return nil
	}
	return errors.New(fmt.Sprintf("%d errors of sessions, such as\n", t.Failed) + strings.Join(t.Errors, "\n"))
}
