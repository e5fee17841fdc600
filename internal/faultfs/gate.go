package faultfs

import (
	"context"
	"sync"
)

// Gate holds operations until it is opened: its Wait is a Rule's Do.
type Gate struct {
	reached, opened chan struct{}
	reach, open     sync.Once
}

// NewGate returns a gate that is shut.
func NewGate() *Gate {
	return &Gate{reached: make(chan struct{}), opened: make(chan struct{})}
}

// Wait returns when the gate is open or ctx is cancelled.
func (g *Gate) Wait(ctx context.Context) error {
	g.reach.Do(func() { close(g.reached) })
	select {
	case <-g.opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Reached is closed when the first operation has come to the gate.
func (g *Gate) Reached() <-chan struct{} { return g.reached }

// Open lets through all that wait and all that come later. It may be called
// more than once.
func (g *Gate) Open() { g.open.Do(func() { close(g.opened) }) }
