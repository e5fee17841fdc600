package ftpclient

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// pool keeps the connections of a Client.
type pool struct {
	o   settings
	srv *server

	mu      sync.Mutex
	limit   int // of open; less than Options.MaxConns once the server has taken no more
	growth  growth
	open    int // connections that exist or are being made
	idle    []*Conn
	leases  map[*lease]struct{}
	changed chan struct{} // closed at each change for the better
	closed  bool
	refused error // the login is refused: asking again locks accounts
	all     map[*Conn]struct{}
	parting []*Conn // dropped, and not over when that was last looked at
}

// lease is a connection in use.
type lease struct {
	pool  *pool
	conn  *Conn
	fresh bool // it was made for this use
	ended bool // it was given back

	// A lease that is held belongs to an open Reader, Writer or listing, and ends
	// when its owner likes. used is when that last did something with it, in
	// nanoseconds; busy while it does.
	held bool // guarded by pool.mu
	used atomic.Int64
}

const busy = math.MaxInt64

func newPool(o settings) *pool {
	return &pool{
		o: o, srv: newServer(o.Log), limit: o.MaxConns,
		leases: make(map[*lease]struct{}), all: make(map[*Conn]struct{}), changed: make(chan struct{}),
	}
}

// patience is how long get waits for connections that are all held while nobody
// does anything with them. Their owner may well be the one who waits.
const patience = 5 * time.Second

// get returns a connection: an idle one, a new one, or one that becomes free. If
// all are held by Readers, Writers and listings that nobody uses, it is
// storage.ErrBusy. It leaves connections that have kept their data connection
// alone, if it can.
func (p *pool) get(ctx context.Context) (*lease, error) { return p.find(ctx, false) }

// find is get; kept says that it is such a connection that is wanted.
func (p *pool) find(ctx context.Context, kept bool) (*lease, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.mu.Lock()
		switch {
		case p.closed:
			p.mu.Unlock()
			return nil, ErrClosed
		case p.refused != nil:
			p.mu.Unlock()
			return nil, p.refused
		case len(p.idle) > 0:
			c := p.pick(kept)
			p.mu.Unlock()
			if p.fit(ctx, c) {
				return p.lease(c, false), nil
			}
			p.drop(c)
		case p.open < p.limit || p.mayGrow():
			p.open++
			p.mu.Unlock()
			if l, err := p.dial(ctx); l != nil || err != nil {
				return l, err
			}
		default:
			changed, left := p.changed, p.left()
			p.mu.Unlock()
			if err := wait(ctx, changed, left); err != nil {
				return nil, err
			}
		}
	}
}

// pick takes the idle connection that was used last among those that have an open
// data connection, or have none, or else among all. p.mu is held.
func (p *pool) pick(kept bool) *Conn {
	i := len(p.idle) - 1
	for j := i; j >= 0; j-- {
		if (p.idle[j].kept.Load() != nil) == kept {
			i = j
			break
		}
	}
	c := p.idle[i]
	p.idle = slices.Delete(p.idle, i, i+1)
	return c
}

// wait waits for a change, for at most left.
func wait(ctx context.Context, changed <-chan struct{}, left time.Duration) error {
	if left <= 0 {
		return storage.ErrBusy
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// left returns how long it is worth waiting before looking again; 0 if there is
// nothing to wait for. p.mu is held.
func (p *pool) left() time.Duration {
	if len(p.leases) < p.open {
		return patience // one is being made or dropped
	}
	last := int64(0)
	for l := range p.leases {
		if !l.held {
			return patience // it ends by itself
		}
		last = max(last, l.used.Load())
	}
	if last == busy {
		return patience
	}
	return patience - time.Since(time.Unix(0, last))
}

// checkAfter is how long a connection may have been idle before it is asked
// whether it still lives: some firewalls forget connections without a word, and some
// servers who had logged in.
const checkAfter = time.Minute

// fit reports whether an idle connection can be used.
func (p *pool) fit(ctx context.Context, c *Conn) bool {
	if !c.alive() || !c.current() {
		return false
	}
	verb := "NOOP"
	switch {
	case c.outside:
		verb = "PWD" // which only those may ask who are logged in
		c.outside = false
	case time.Since(c.used) < checkAfter:
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, reasonTime)
	defer cancel()
	_, err := c.ask(ctx, verb)
	return err == nil && c.alive() && !c.outside
}

// dial makes a new connection. If the server takes no more, but has taken others,
// their number is the limit for a while, and the result is nil.
func (p *pool) dial(ctx context.Context) (*lease, error) {
	c, err := dial(ctx, p.o, p.srv)
	p.mu.Lock()
	if err == nil && p.closed {
		p.mu.Unlock()
		c.shut()
		p.drop(nil)
		return nil, ErrClosed
	}
	if err == nil {
		c.pooled, c.outside = true, false
		p.all[c] = struct{}{}
		p.growth.took()
		p.mu.Unlock()
		return p.lease(c, true), nil
	}
	others := p.open - 1
	if others > 0 && ctx.Err() == nil && noMore(err) {
		p.limit = others
		p.growth.refused(errors.Is(err, ErrLogin))
		p.o.Log.Info("the server takes no more connections; what there is will do for now", "connections", others, "reason", err)
		err = nil
	}
	if errors.Is(err, ErrLogin) && others == 0 {
		p.refused = err
	}
	p.mu.Unlock()
	p.drop(nil)
	return nil, err
}

func (p *pool) lease(c *Conn, fresh bool) *lease {
	l := &lease{pool: p, conn: c, fresh: fresh}
	p.mu.Lock()
	p.leases[l] = struct{}{}
	p.mu.Unlock()
	return l
}

// drop forgets a connection; nil is one that was not made.
func (p *pool) drop(c *Conn) {
	if c != nil {
		c.shut()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case c == nil:
	case p.closed:
		c.raw.Close()
	default:
		p.parting = append(p.remaining(), c)
	}
	delete(p.all, c)
	p.open--
	p.notify()
}

// notify wakes those who wait. p.mu is held.
func (p *pool) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// hold makes l one that its owner ends, and counts as used now.
func (l *lease) hold() {
	l.used.Store(time.Now().UnixNano())
	l.pool.mu.Lock()
	l.held = true
	l.pool.mu.Unlock()
}

// use marks the lease as being used until the function returned is called.
func (l *lease) use() func() {
	l.used.Store(busy)
	return func() { l.used.Store(time.Now().UnixNano()) }
}

// release gives the connection back. Once is enough.
func (l *lease) release() {
	if l.ended {
		return
	}
	l.ended = true
	p, c := l.pool, l.conn
	if c.transfer != nil {
		c.transfer.Abort()
	}
	if c.owes() {
		c.shut()
	}
	c.advance, c.strict, c.wrote = nil, false, false
	p.mu.Lock()
	delete(p.leases, l)
	if !p.closed && c.alive() {
		c.used = time.Now()
		p.idle = append(p.idle, c)
		p.notify()
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	p.drop(c)
}

// close closes all connections: idle ones with a goodbye, those in use at once.
func (p *pool) close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	idle := p.idle
	parting := p.remaining()
	p.idle, p.parting = nil, nil
	for _, c := range idle {
		delete(p.all, c)
	}
	var inUse []*Conn
	for c := range p.all {
		inUse = append(inUse, c)
	}
	p.notify()
	p.mu.Unlock()
	var wg sync.WaitGroup
	for _, c := range idle {
		wg.Go(func() { c.Quit(context.Background()) })
	}
	for _, c := range inUse {
		c.end(false)
	}
	for _, c := range parting {
		c.raw.Close()
		<-c.over
	}
	wg.Wait()
}
