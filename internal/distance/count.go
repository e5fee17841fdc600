package distance

import (
	"context"
	"sync"
	"sync/atomic"
)

// Counts are what went over a way since it was made. Those of a Line leave out what
// was sent again.
type Counts struct {
	Control, Data int64 // connections
	Commands      int64 // lines that the client sent on control connections in the clear
	Turns         int64 // how often a client spoke on a control connection after it had heard something: no dialogue has fewer round trips
	Up, Down      int64 // octets to and from the server, on all connections
}

// Sub returns what was added since the earlier counts.
func (c Counts) Sub(earlier Counts) Counts {
	return Counts{
		Control: c.Control - earlier.Control, Data: c.Data - earlier.Data,
		Commands: c.Commands - earlier.Commands, Turns: c.Turns - earlier.Turns,
		Up: c.Up - earlier.Up, Down: c.Down - earlier.Down,
	}
}

// counter is Counts while they grow, in several goroutines.
type counter struct {
	control, data, commands, turns, up, down atomic.Int64
}

func (c *counter) counts() Counts {
	return Counts{
		Control: c.control.Load(), Data: c.data.Load(),
		Commands: c.commands.Load(), Turns: c.turns.Load(),
		Up: c.up.Load(), Down: c.down.Load(),
	}
}

// guests are connections that somebody may wait to see gone.
type guests struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when there are none; nil: nobody waits for that
}

func (c *guests) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n += n; c.n == 0 && c.none != nil {
		close(c.none)
		c.none = nil
	}
}

// gone waits until there are none.
func (c *guests) gone(ctx context.Context) error {
	c.mu.Lock()
	if c.n == 0 {
		c.mu.Unlock()
		return nil
	}
	if c.none == nil {
		c.none = make(chan struct{})
	}
	none := c.none
	c.mu.Unlock()
	select {
	case <-none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
