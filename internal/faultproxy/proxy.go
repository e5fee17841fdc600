// Package faultproxy stands between an FTP client and an FTP server, for tests, and
// garbles what they say to each other at one chosen point: a reply of the control
// connection, or a data connection.
//
// It reads the dialogue as both sides do: replies are whole ones, of several lines
// or not, each with the command that it is most likely the answer to, and the ports
// of PASV and EPSV are replaced by the proxy's own. Without a fault it changes
// nothing but the time that things take, and not even that on a network in memory.
// What it cannot read, as TLS, it does not garble.
package faultproxy

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Network makes connections and listeners: a memnet.Net, say.
type Network interface {
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

// Kind is the kind of a Point.
type Kind string

// The kinds.
const (
	Reply Kind = "reply"
	Data  Kind = "data" // a data connection that the client has made
)

// A Point is a place at which a fault can be put.
type Point struct {
	Kind Kind
	N    int    // its number among those of its kind, from 0, over all control connections
	Conn int    // the control connection, from 0
	Verb string // the command that is answered; "" for the greeting and replies that nobody asked for
	Code int    // of the reply
	Text string // the first line of the reply
}

// Proxy is a proxy that runs. Its methods may be called from several goroutines.
type Proxy struct {
	network Network
	server  string
	fault   func(Point) Fault
	ln      net.Listener
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	controls, replies, datas atomic.Int32

	mu     sync.Mutex // guards what follows, and is never held while something waits
	points []Point
	open   map[interface{ Close() error }]struct{}
	over   bool
	swap   *crossing // a data connection that waits for another to be exchanged with
}

// Start has a proxy listen at address and stand before server. fault is asked at each
// point what is to happen there, from several goroutines; nil is nothing anywhere.
func Start(network Network, address, server string, fault func(Point) Fault) (*Proxy, error) {
	ctx, cancel := context.WithCancel(context.Background())
	ln, err := network.Listen(ctx, "tcp", address)
	if err != nil {
		cancel()
		return nil, err
	}
	if fault == nil {
		fault = func(Point) Fault { return Fault{} }
	}
	p := &Proxy{network: network, server: server, fault: fault, ln: ln, ctx: ctx, cancel: cancel, open: make(map[interface{ Close() error }]struct{})}
	p.opened(ln)
	p.running.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			p.running.Go(func() { p.control(client) })
		}
	})
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.ln.Addr().String() }

// Points returns the points that have been passed, in the order in which they were.
func (p *Proxy) Points() []Point {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Point(nil), p.points...)
}

// Close ends all connections and returns when nothing of the proxy runs any more.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.over = true
	all := p.open
	p.open = nil
	p.mu.Unlock()
	p.cancel()
	for c := range all {
		c.Close()
	}
	p.running.Wait()
}

// opened notes what Close is to close. It reports false, having closed it, if that
// has been called already.
func (p *Proxy) opened(c interface{ Close() error }) bool {
	p.mu.Lock()
	over := p.over
	if !over {
		p.open[c] = struct{}{}
	}
	p.mu.Unlock()
	if over {
		c.Close()
	}
	return !over
}

func (p *Proxy) closed(c interface{ Close() error }) {
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
	c.Close()
}

// at notes that a point is passed, and returns what happens there.
func (p *Proxy) at(pt Point) Fault {
	p.mu.Lock()
	p.points = append(p.points, pt)
	p.mu.Unlock()
	return p.fault(pt)
}

// pause waits. It reports false if the proxy is closed meanwhile.
func (p *Proxy) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}
