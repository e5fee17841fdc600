package distance

import (
	"context"
	"net"
	"sync"
	"time"
)

// Options say how a Relay is made.
type Options struct {
	RTT  time.Duration // the round trip; 0 is none
	Host string        // the address to listen on; "" is 127.0.0.1
	Port int           // of the control connection; 0: any that is free

	// Ports are the first and the last of the server's passive ports where they are
	// relayed each to its own number, from an address that must not be the server's.
	// Then nothing of a dialogue has to be read, which nobody can under TLS. A client that
	// uses the address in the reply to PASV, and not the one that it knows, has to be told
	// Host by the server itself. Zero: the replies to PASV and EPSV are rewritten.
	Ports [2]int

	Net Network // nil: the system's
}

// A Relay is an FTP server's place at the far end of a line.
type Relay struct {
	o      Options
	server string // host:port
	ctx    context.Context
	cancel context.CancelFunc
	main   net.Listener
	work   sync.WaitGroup
	count  counter
	data   guests
}

// Listen makes a relay to the FTP server at host:port. The caller must Close it.
func Listen(ctx context.Context, server string, o Options) (*Relay, error) {
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	if o.Net == nil {
		o.Net = system{}
	}
	r := &Relay{o: o, server: server}
	r.ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	main, err := r.listen(o.Host, o.Port)
	if err != nil {
		r.cancel()
		return nil, err
	}
	r.main = main
	r.accept(r.ctx, main, func(ctx context.Context, near net.Conn) { r.control(ctx, near) })
	if err := r.relayPorts(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Addr returns host:port of the near end.
func (r *Relay) Addr() string { return r.main.Addr().String() }

// Counts returns what went over the relay so far.
func (r *Relay) Counts() Counts { return r.count.counts() }

// Settle waits until no data connection is open: Counts has all then of what went over
// those of clients that are gone.
func (r *Relay) Settle(ctx context.Context) error { return r.data.gone(ctx) }

// Close breaks all connections, and returns when nothing of the relay runs any more.
func (r *Relay) Close() error {
	r.cancel()
	r.work.Wait()
	return nil
}

// relayPorts opens the passive ports that are relayed one to one.
func (r *Relay) relayPorts() error {
	first, last := r.o.Ports[0], r.o.Ports[1]
	if first == 0 {
		return nil
	}
	host, _, err := net.SplitHostPort(r.server)
	if err != nil {
		return err
	}
	for port := first; port <= last; port++ {
		l, err := r.listen(r.o.Host, port)
		if err != nil {
			return err
		}
		to := joined(host, port)
		r.accept(r.ctx, l, func(ctx context.Context, near net.Conn) { r.join(ctx, link{near: near, to: to}) })
	}
	return nil
}

func (r *Relay) listen(host string, port int) (net.Listener, error) {
	return r.o.Net.Listen(r.ctx, "tcp", joined(host, port))
}

// accept calls serve with each connection, in a goroutine, until ctx ends. It closes the
// connection when serve returns, and the listener.
func (r *Relay) accept(ctx context.Context, l net.Listener, serve func(context.Context, net.Conn)) {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	r.work.Go(func() {
		defer stop()
		defer l.Close()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.work.Go(func() {
				defer c.Close()
				serve(ctx, c)
			})
		}
	})
}
