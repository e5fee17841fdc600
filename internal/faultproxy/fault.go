package faultproxy

import (
	"fmt"
	"time"
)

// A Fault is what happens at a point. The zero Fault is nothing.
type Fault struct {
	Do    Action
	Code  int           // of Recode
	After int           // octets that still pass before Cut and Reset
	For   time.Duration // of Delay, and the most that what waits for another is held
}

// Action is the kind of a Fault.
type Action string

// What can happen to a reply.
const (
	Drop     Action = "drop"     // it is lost
	Delay    Action = "delay"    // it is late, and all behind it; or so is the first octet of a data connection
	Reorder  Action = "reorder"  // the next reply overtakes it
	Double   Action = "double"   // it comes twice
	Stale    Action = "stale"    // it comes again behind the next reply
	Truncate Action = "truncate" // half of it is lost, and its line end
	Split    Action = "split"    // it comes in two halves, with a pause between them
	Recode   Action = "recode"   // it has another code
	Hang     Action = "hang"     // nothing comes any more on its connection
	Close    Action = "close"    // its connection ends instead
)

// What can happen to a data connection, besides Delay and Hang.
const (
	Refuse Action = "refuse" // it is reset as soon as it stands
	Cut    Action = "cut"    // it ends (FIN) in the middle
	Reset  Action = "reset"  // it is reset in the middle
	Swap   Action = "swap"   // it is exchanged with the data connection that is made next
)

func (f Fault) String() string {
	switch f.Do {
	case "":
		return "no fault"
	case Recode:
		return fmt.Sprintf("%s %d", f.Do, f.Code)
	case Cut, Reset:
		return fmt.Sprintf("%s after %d octets", f.Do, f.After)
	}
	return string(f.Do)
}

func (p Point) String() string {
	if p.Kind == Data {
		return fmt.Sprintf("data connection %d of control connection %d", p.N, p.Conn)
	}
	return fmt.Sprintf("reply %d on control connection %d, %q to %q", p.N, p.Conn, p.Text, p.Verb)
}

// holdsOut is how long a fault holds what waits for another.
func (f Fault) holdsOut() time.Duration {
	if f.For == 0 {
		return 2 * time.Second
	}
	return f.For
}
