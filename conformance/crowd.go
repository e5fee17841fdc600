package conformance

import (
	"fmt"
	"sync"
	"time"
)

// Servers have places for so many connections, and some of them few for one address.
// An item that gets none at once is tried again at the end, when it is the only one.
const (
	soonWait = 2 * time.Second // for a place, the first time
	placePer = 500 * time.Millisecond
)

// seated greets, and reports false if the server has no place for one more connection
// (421), even after a while: then it is to be tried later. Other greetings than 220 fail
// the trial.
func (c *control) seated(r reply) bool {
	if r.code == 120 {
		r = c.reply()
	}
	if r.code == 421 {
		return false
	}
	if r.code != 220 {
		c.fail("the server greets with %s, not with 220", r)
	}
	c.greeted = r.text()
	c.reached = true
	return true
}

// placed connects to a server until it has a place, and returns the connection with its
// greeting read.
func (t *trial) placed(connect func() *control) *control {
	patience := soonWait
	if t.last {
		patience = t.target.ReplyTime
	}
	until := time.Now().Add(patience)
	for {
		c := connect()
		r := c.reply()
		if c.seated(r) {
			return c
		}
		c.conn.Close()
		if !time.Now().Add(placePer).Before(until) {
			panic(stop{verdict: NotRun, reason: fmt.Sprintf("the server takes no connection: %s", r), crowded: true})
		}
		t.wait(placePer)
	}
}

// contact is whether the server can still be reached while items are tried. A server that
// has crashed, or has locked the checker out, must not cost minutes for each item
// that is left.
type contact struct {
	mu      sync.Mutex // held for no longer than it takes to read or set the rest
	reached string     // the last item for which the server was there
	misses  int        // so many items in a row have not reached it
	lost    string     // why it is given up; "" is that it is not
}

// mostMisses is after how many items in a row the server is given up.
const mostMisses = 10

// count takes note of a trial that is over.
func (k *contact) count(t *trial, verdict stop) {
	if t.item.ID == "" || t.check.state != Main || t.controls == 0 || verdict.crowded && !t.last {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case t.reached:
		k.reached, k.misses = t.item.ID, 0
	case verdict.verdict == Failed || verdict.crowded:
		if k.misses++; k.misses == mostMisses && k.lost == "" {
			k.lost = "The server can no longer be used: " + verdict.reason
			if k.reached != "" {
				k.lost = fmt.Sprintf("The server can no longer be used; the last item for which it could was %s: %s", k.reached, verdict.reason)
			}
		}
	}
}

// given reports why the server is given up; "" is that it is not.
func (k *contact) given() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost
}
