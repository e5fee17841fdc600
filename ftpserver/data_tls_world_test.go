package ftpserver_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"
)

// ticketCache holds one TLS session, whoever it is with: the way of a client that
// resumes the session of its control connection.
type ticketCache struct {
	mu   sync.Mutex
	last *tls.ClientSessionState
	puts int  // tickets that came
	keep bool // the first ticket is kept
}

func (c *ticketCache) Get(string) (*tls.ClientSessionState, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.last != nil
}

func (c *ticketCache) Put(_ string, s *tls.ClientSessionState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s != nil {
		c.puts++
	}
	if s == nil || c.last == nil || !c.keep {
		c.last = s
	}
}

// tickets returns the cache of a name.
func (w *world) tickets(name string) *ticketCache {
	if w.caches[name] == nil {
		if w.caches == nil {
			w.caches = make(map[string]*ticketCache)
		}
		w.caches[name] = new(ticketCache)
	}
	return w.caches[name]
}

// thief is @ thief ARGS: it connects to each port but 21 that the server listens on,
// from the address of the client, begins TLS (see tlsClient), and sees that the
// connection is reset.
func (w *world) thief(args []string) error {
	all := w.passive()
	if len(all) == 0 {
		return errors.New("nothing to steal")
	}
	for _, at := range all {
		c, err := w.net.Host(w.from.String()).Dial(context.Background(), "tcp", nil, at.String())
		if err != nil {
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Second))
		conn, err := w.tlsClient(c, "data", args)
		if err != nil {
			return err
		}
		if n, err := conn.Read(make([]byte, 1)); n > 0 || !errors.Is(err, syscall.ECONNRESET) {
			return fmt.Errorf("got %d octets, error %v", n, err)
		}
	}
	return nil
}
