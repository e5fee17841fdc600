package ftpserver

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// Anybody at the client's address may find the port of a passive data connection
// before the client does: others behind its NAT, or other users of its machine. What
// tells them apart is TLS, so all may try, at the same time, and the first that
// proves to be the client is taken.
const (
	// maxCandidates is how many may try at a time. One more closes the oldest,
	// which has had the longest time: a client needs a round trip or two.
	maxCandidates = 16
	// secondTime is how long another is waited for once one has failed: it may
	// have been the client itself, and that waits for its reply.
	secondTime = 5 * time.Second
)

// candidate is what came of a handshake.
type candidate struct {
	conn net.Conn
	d    *dataConn
	v    *visit
	err  error
}

// contest takes the first of the connections that accept returns that proves to be
// the client's. stop has accept return. If none does, the error is that of the last
// that failed, or that of accept.
func (p *protection) contest(ctx context.Context, accept func(context.Context) (net.Conn, error), stop func() error) (*dataConn, error) {
	trials, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	var all sync.WaitGroup
	defer all.Wait()
	defer close(over)
	defer cancel()
	defer stop()

	come := make(chan candidate)  // a connection, or the error that ends them
	tried := make(chan candidate) // with its handshake
	report := func(to chan candidate, c candidate) bool {
		select {
		case to <- c:
			return true
		case <-over:
			if c.conn != nil {
				c.conn.Close()
			}
			return false
		}
	}
	all.Go(func() {
		for {
			conn, err := accept(ctx)
			if !report(come, candidate{conn: conn, err: err}) || err != nil {
				return
			}
		}
	})

	var trying []net.Conn // the oldest first
	var lost error        // of the last that has failed
	var ended error       // there will be no more
	var enough <-chan time.Time
	for {
		select {
		case c := <-come:
			if ended = c.err; ended != nil {
				break
			}
			if len(trying) == maxCandidates {
				trying[0].Close()
				trying = trying[1:]
			}
			trying = append(trying, c.conn)
			all.Go(func() {
				c.d, c.v, c.err = p.handshake(trials, c.conn)
				report(tried, c)
			})
		case c := <-tried:
			trying = slices.DeleteFunc(trying, func(conn net.Conn) bool { return conn == c.conn })
			if c.err == nil {
				c.err = p.admit(c.d, c.v)
			}
			if c.err == nil {
				return c.d, nil
			}
			lost = p.refused(c.conn, c.err)
			enough = time.After(secondTime)
		case <-enough:
			enough = time.After(secondTime)
			if len(trying) == 0 {
				return nil, lost
			}
		}
		switch {
		case ended == nil || len(trying) > 0 && ctx.Err() == nil:
		case lost != nil:
			return nil, lost
		case len(trying) > 0:
			return nil, p.refused(trying[0], ctx.Err())
		default:
			return nil, ended
		}
	}
}
