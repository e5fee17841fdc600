package rig

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// Events keeps what a server did.
// It is safe for concurrent use.
type Events struct {
	mu      sync.Mutex
	all     []ftpserver.Event
	changed chan struct{} // closed and replaced with each event
}

func newEvents() *Events { return &Events{changed: make(chan struct{})} }

func (e *Events) observe(_ context.Context, ev ftpserver.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, ev)
	close(e.changed)
	e.changed = make(chan struct{})
}

// Refused returns the commands that the server refused for good.
func (e *Events) Refused() []ftpserver.Commanded {
	var refused []ftpserver.Commanded
	for _, c := range These[ftpserver.Commanded](e) {
		if c.Code >= 500 {
			refused = append(refused, c)
		}
	}
	return refused
}

// These returns the events of a type, in order.
func These[E ftpserver.Event](e *Events) []E {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []E
	for _, ev := range e.all {
		if ev, ok := ev.(E); ok {
			all = append(all, ev)
		}
	}
	return all
}

// Last returns the transfer that ended last.
func (e *Events) Last(t testing.TB) ftpserver.TransferEnded {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range slices.Backward(e.all) {
		if tr, ok := ev.(ftpserver.TransferEnded); ok {
			return tr
		}
	}
	t.Fatal("there was no transfer")
	return ftpserver.TransferEnded{}
}

// Settled waits until nobody is connected any more: the server has done then
// what there was to do about a client that is gone.
func (e *Events) Settled(t testing.TB) {
	t.Helper()
	Patience := time.NewTimer(time.Minute)
	defer Patience.Stop()
	for {
		open, changed := e.open()
		if open == 0 {
			return
		}
		select {
		case <-changed:
		case <-Patience.C:
			t.Fatalf("%d sessions outlive their client by a minute", open)
		}
	}
}

// open returns how many sessions there are.
func (e *Events) open() (int, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, ev := range e.all {
		switch ev.(type) {
		case ftpserver.Connected:
			n++
		case ftpserver.Disconnected:
			n--
		}
	}
	return n, e.changed
}
