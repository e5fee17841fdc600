package ftpserver

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// dataPlan says how the next data connection comes to be. A nil dataPlan is none:
// the client's own port, which RFC 959, 3.2, has for that case, is never tried,
// because no client listens on it.
type dataPlan interface {
	// open makes the data connection of t, protected as that has it, and gives up after
	// a while. It is called at most once. An error of TLS is a *handshakeError.
	open(ctx context.Context, t *transfer) (*dataConn, error)
	// close gives up what open would need. It may be called after open, too.
	close()
}

var (
	errCut     = errors.New("it was closed before the end of the file")
	errForeign = errors.New("only others than you have connected")
	errExpired = errors.New("the port has expired; send EPSV or PASV again")
)

// dropData forgets where the data connection was to go, and closes the listener.
func (s *session) dropData() {
	s.cpsv = false
	if s.data != nil {
		s.data.close()
		s.data = nil
	}
}

// passivePlan waits for the client to connect.
type passivePlan struct {
	s      *session // of which nothing that changes is used
	ln     net.Listener
	port   uint16
	expire *time.Timer  // gives up a listener that nobody uses, or nobody connects to
	timed  bool         // open has found that it has not expired
	bare   bareListener // what ln is, unless it is another
}

// giveUp closes the listener, to which the client may yet connect.
func (p *passivePlan) giveUp() {
	p.s.srv.givenUp.note(p.port) // first: it must not be had in between
	p.ln.Close()
}

// open accepts one connection from an address that may; others are closed and do
// no harm (RFC 2577, 4). Where the client has to prove itself by TLS, the first that
// does is taken.
func (p *passivePlan) open(ctx context.Context, t *transfer) (d *dataConn, err error) {
	if t.by.tls != nil {
		d, err = p.openTLS(ctx, &t.by)
	} else {
		d, err = p.openClear(ctx, t)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	p.met()
	return d, nil
}

func (p *passivePlan) openTLS(ctx context.Context, by *protection) (*dataConn, error) {
	p.expire.Stop()
	ctx, cancel := context.WithTimeout(ctx, by.connect)
	defer cancel()
	stop := context.AfterFunc(ctx, p.giveUp)
	defer stop()
	return by.contest(ctx, p.accept, p.ln.Close)
}

func (p *passivePlan) openClear(ctx context.Context, t *transfer) (*dataConn, error) {
	if p.timed = p.expire.Stop(); p.timed {
		p.expire.Reset(t.by.connect)
	}
	if t.by.peer.Zone() == "" {
		if conn, ok := p.acceptNow(); ok {
			return newDataConn(conn.wrap(netip.AddrPort{}), t.by.stall), nil
		}
	}
	t.cut.watch(p)
	defer t.cut.leave()
	conn, err := p.accept(ctx)
	if err != nil {
		return nil, err
	}
	return newDataConn(conn, t.by.stall), nil
}

// interrupt implements interrupter.
func (p *passivePlan) interrupt() { p.giveUp() }

// accept returns the next connection from an address that may, until ctx ends or the
// listener is given up.
func (p *passivePlan) accept(ctx context.Context) (net.Conn, error) {
	foreign := false
	for {
		conn, err := p.ln.Accept()
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, tooLate(ctx.Err(), foreign)
		case errors.Is(err, net.ErrClosed) && p.timed:
			return nil, tooLate(context.DeadlineExceeded, foreign)
		case errors.Is(err, net.ErrClosed):
			return nil, errExpired
		case err != nil:
			return nil, err
		case p.s.mayConnect(addrPortOf(conn.RemoteAddr()).Addr()):
			return conn, nil
		}
		foreign = true
		conn.Close()
	}
}

// tooLate says why nobody was accepted: err, or that only others have come.
func tooLate(err error, foreign bool) error {
	if foreign && errors.Is(err, context.DeadlineExceeded) {
		return errForeign
	}
	return err
}

// met closes the listener once the client has connected: no other connection of its is
// on its way.
func (p *passivePlan) met() {
	p.expire.Stop()
	p.ln.Close()
}

// close implements dataPlan.
func (p *passivePlan) close() {
	p.expire.Stop()
	p.giveUp()
}

// activePlan connects to the client.
type activePlan struct {
	net    Network
	local  netip.AddrPort // port 0: any
	remote netip.AddrPort
}

func (p *activePlan) open(ctx context.Context, t *transfer) (*dataConn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.by.connect)
	defer cancel()
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	return t.by.protect(ctx, conn)
}

func (p *activePlan) dial(ctx context.Context) (net.Conn, error) {
	local := p.local
	conn, err := p.net.Dial(ctx, "tcp", net.TCPAddrFromAddrPort(local), p.remote.String())
	if err != nil && local.Port() != 0 && ctx.Err() == nil {
		// The port below the control port is not ours to take, or still in use
		// for the same peer: any other is as good.
		local = netip.AddrPortFrom(local.Addr(), 0)
		conn, err = p.net.Dial(ctx, "tcp", net.TCPAddrFromAddrPort(local), p.remote.String())
	}
	return conn, err
}

func (p *activePlan) close() {}

// mayConnect reports whether a data connection with this address is allowed: it
// is the client's own, or one that the operator trusts (RFC 2577, 3 and 4).
func (s *session) mayConnect(a netip.Addr) bool {
	if a == s.conn.Remote.Addr() {
		return true
	}
	for _, p := range s.srv.cfg.Active.Foreign {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
