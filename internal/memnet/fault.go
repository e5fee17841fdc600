package memnet

// A Fault is a way for a direction of a connection to break.
type Fault int

// The faults.
const (
	// Reset breaks the connection: the receiver reads what came before and
	// then ECONNRESET, as the sender does at once.
	Reset Fault = iota
	// Hangup ends the direction with a FIN, as someone on the way can who
	// wants a cut file to look complete. What is sent behind it is lost.
	Hangup
	// Stall stops the direction. [Conn.Resume] lets it go on.
	Stall
)

// A fault strikes a stream after a number of bytes, unless that is negative.
type fault struct {
	after int64
	kind  Fault
	gone  bool // a Hangup has struck: everything else is lost
}

// FailAfter makes what this end sends break after n more bytes, in place of any
// fault set before. With n = 0 it breaks at the next byte sent.
func (c *Conn) FailAfter(n int64, f Fault) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	c.out.fault = fault{after: n, kind: f}
}

// Stall stops what this end sends: it fills the window and arrives no more.
func (c *Conn) Stall() { c.setStalled(true) }

// Resume lets what this end sends arrive again.
func (c *Conn) Resume() { c.setStalled(false) }

func (c *Conn) setStalled(v bool) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	c.out.stalled = v
	c.out.settle()
}

// spend returns how many of n bytes are carried, and whether the fault strikes
// behind them.
func (f *fault) spend(n int) (carry int, struck bool) {
	switch {
	case f.gone:
		return 0, false
	case f.after < 0:
		return n, false
	case int64(n) <= f.after:
		f.after -= int64(n)
		return n, false
	}
	carry = int(f.after)
	f.after = -1
	f.gone = f.kind == Hangup
	return carry, true
}
