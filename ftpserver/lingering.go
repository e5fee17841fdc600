package ftpserver

import (
	"context"
	"net"
	"sync"
	"time"
)

// lingerMost and maxLingers bound how long a connection lingers, and how many do.
const (
	lingerMost = 5 * time.Second
	maxLingers = 256
)

// lingering are connections that are done with, but for something that nobody waits
// for: the client's end of a download, or that it takes a last reply. The end of
// the server waits for them, or cuts them.
type lingering struct {
	mu    sync.Mutex
	max   int
	conns map[net.Conn]struct{}
	over  bool
	none  chan struct{} // closed when there is none; nil: nobody waits for that
}

func newLingering(most int) *lingering {
	return &lingering{max: most, conns: make(map[net.Conn]struct{})}
}

// linger has f run by itself and conn closed after it. Where there are too many
// already, or all are cut, conn is closed at once, and f is not run.
func (l *lingering) linger(conn net.Conn, f func()) {
	l.mu.Lock()
	full := l.over || len(l.conns) >= l.max
	if !full {
		l.conns[conn] = struct{}{}
	}
	l.mu.Unlock()
	if full {
		conn.Close()
		return
	}
	go func() {
		defer l.leave(conn)
		f()
	}()
}

func (l *lingering) leave(conn net.Conn) {
	conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, conn)
	if len(l.conns) == 0 && l.none != nil {
		close(l.none)
		l.none = nil
	}
}

// wait waits for all to end by themselves, or returns ctx's error. Several may
// wait.
func (l *lingering) wait(ctx context.Context) error {
	l.mu.Lock()
	if len(l.conns) == 0 {
		l.mu.Unlock()
		return nil
	}
	if l.none == nil {
		l.none = make(chan struct{})
	}
	none := l.none
	l.mu.Unlock()
	select {
	case <-none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cut closes all, and those to come.
func (l *lingering) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for conn := range l.conns {
		conn.Close()
	}
}
