package soak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Logins are how long newcomers waited, from connecting to the reply to their password.
type Logins struct {
	Number         int
	P50, P99, Most time.Duration
}

func summed(all []time.Duration) Logins {
	if len(all) == 0 {
		return Logins{}
	}
	slices.Sort(all)
	return Logins{Number: len(all), P50: all[len(all)/2], P99: all[len(all)*99/100], Most: all[len(all)-1]}
}

// newcomers log in and leave, one after the other, from this process, which does nothing
// else that would take time.
type newcomers struct {
	target
	protected bool
	stop      context.CancelFunc
	ended     chan struct{}

	mu     sync.Mutex
	took   []time.Duration
	failed error
}

// newcomerPause is between two of them.
const newcomerPause = 50 * time.Millisecond

// startNewcomers returns those who come from now on. They are to be ended.
func startNewcomers(ctx context.Context, t target, protected bool) *newcomers {
	ctx, stop := context.WithCancel(ctx)
	n := &newcomers{target: t, protected: protected, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(n.ended)
		for tick := time.NewTicker(newcomerPause); ; {
			if err := n.come(); err != nil {
				n.mu.Lock()
				n.failed = errors.Join(n.failed, fmt.Errorf("a newcomer: %w", err))
				n.mu.Unlock()
				return
			}
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return n
}

func (n *newcomers) come() error {
	begun := time.Now()
	c, err := login(context.Background(), n.target, n.protected)
	if err != nil {
		return err
	}
	took := time.Since(begun)
	n.mu.Lock()
	n.took = append(n.took, took)
	n.mu.Unlock()
	return c.quit()
}

// taken returns what the logins since the last call took.
func (n *newcomers) taken() (Logins, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := summed(n.took)
	n.took = nil
	return l, n.failed
}

func (n *newcomers) end() {
	n.stop()
	<-n.ended
}
