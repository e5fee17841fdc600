package distance

import (
	"errors"
	"sync/atomic"
	"time"
)

// A Line is a network device by which this machine reaches itself from far away. What
// is sent to its far address comes back, half of a round trip later, to its near one, as
// if from the far one, ports and all: a server that listens on Near is reached by
// Far, at any port, and sees its clients there.
type Line struct {
	near, far string
	half      atomic.Int64 // what a packet takes, in nanoseconds
	flows     flows
	close     func() error
}

// ErrNoLine says that this machine, or this user, cannot have a Line.
var ErrNoLine = errors.New("distance: no network device can be made here")

// OpenLine makes a Line. The control connections are those to the port that Control
// names. The caller must Close it. Errors wrap ErrNoLine.
func OpenLine() (*Line, error) { return openLine() }

// Near returns the address for the server to listen on.
func (l *Line) Near() string { return l.near }

// Far returns the address by which clients reach it.
func (l *Line) Far() string { return l.far }

// SetRTT sets the round trip of what is sent from now on.
func (l *Line) SetRTT(d time.Duration) { l.half.Store(int64(d / 2)) }

// Control begins to count anew, for a server whose control port this is. No
// connection that is counted may be open.
func (l *Line) Control(port int) { l.flows.reset(uint16(port)) }

// Counts returns what went over the line since Control.
func (l *Line) Counts() Counts { return l.flows.counts() }

// Close removes the device.
func (l *Line) Close() error { return l.close() }
