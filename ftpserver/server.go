package ftpserver

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/seed-6092453b/ferry/ftp"
)

// Server serves FTP. Its methods may be called concurrently.
type Server struct {
	cfg Config
	log *slog.Logger
	net Network
	tls *serverTLS // nil: there is no TLS

	handshakes crowd // of TLS, on control connections: Limits.Handshakes
	newcomers  crowd // sessions that are not logged in
	guesses    *guesses
	digests    *digester
	pixels     *semaphore.Weighted // of Limits.Pixels: THMB
	entries    room                // of Limits.Listing
	lingers    *lingering
	givenUp    *givenUp                // of the ports for data connections
	threads    threads                 // of transfers that block
	latest     atomic.Pointer[session] // whose client has sent the latest command; nil: none, or it is over

	mu        sync.Mutex // guards what follows; never held during I/O
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	perIP     map[netip.Addr]int
	ending    order         // what sessions that begin now are told at once
	gone      chan struct{} // closed and replaced whenever a session ends
}

// New returns a Server. The error says what is wrong with cfg.
func New(cfg Config) (*Server, error) {
	if cfg.Login == nil {
		return nil, errors.New("ftpserver: Config.Login is nil")
	}
	if p := cfg.Passive; p.MinPort > p.MaxPort || (p.MinPort == 0) != (p.MaxPort == 0) {
		return nil, errors.New("ftpserver: Config.Passive: the range of ports is empty")
	}
	if a, err := netip.ParseAddr(cfg.Passive.PublicHost); err == nil && !a.Unmap().Is4() {
		return nil, errors.New("ftpserver: Config.Passive.PublicHost is not an IPv4 address")
	}
	if err := checkHosts(cfg.Hosts); err != nil {
		return nil, err
	}
	secure, err := newServerTLS(cfg.TLS)
	if err != nil {
		return nil, err
	}
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.HashCache == 0 {
		cfg.HashCache = 10_000
	}
	if cfg.MarkerInterval = cmp.Or(cfg.MarkerInterval, 1<<20); cfg.MarkerInterval < 0 {
		cfg.MarkerInterval = 0 // as ftp.Codec has it
	}
	if cfg.ListZone == nil {
		cfg.ListZone = time.UTC
	}
	if cfg.Observe == nil {
		cfg.Observe = func(context.Context, Event) {}
		cfg.ObserveCommand = func(string, ftp.Code) bool { return false }
	}
	lo, hi := cfg.Passive.ports()
	ports := int(hi) - int(lo) + 1
	s := &Server{
		cfg:       cfg,
		log:       cfg.Log,
		net:       cfg.Net,
		tls:       secure,
		guesses:   newGuesses(cfg.Limits),
		digests:   newDigester(max(cfg.HashCache, 0)),
		pixels:    semaphore.NewWeighted(int64(cfg.Limits.Pixels)),
		lingers:   newLingering(maxLingers),
		givenUp:   newGivenUp(ports),
		listeners: make(map[net.Listener]struct{}),
		sessions:  make(map[*session]struct{}),
		perIP:     make(map[netip.Addr]int),
		gone:      make(chan struct{}),
	}
	s.threads.most.Store(maxThreads)
	s.entries.free.Store(int64(cfg.Limits.Listing))
	if s.tls != nil {
		s.tls.lingers = s.lingers
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.net == nil {
		s.net = systemNetwork{}
	}
	return s, nil
}

// Serve accepts control connections from ln until Shutdown or Close, and then
// returns ErrServerClosed. It closes ln. It may be called for several
// listeners. Whether to protect a connection is left to its client; ServeListener
// has a say in that.
func (srv *Server) Serve(ln net.Listener) error { return srv.ServeListener(ln, Listener{}) }

// ServeListener is Serve with a say in how the clients of ln are received. What
// takes TLS is an error where there is none.
func (srv *Server) ServeListener(ln net.Listener, l Listener) error {
	defer ln.Close()
	if err := srv.checkListener(l); err != nil {
		return err
	}
	srv.mu.Lock()
	if srv.ending != orderNone {
		srv.mu.Unlock()
		return ErrServerClosed
	}
	srv.listeners[ln] = struct{}{}
	srv.mu.Unlock()
	defer func() {
		srv.mu.Lock()
		delete(srv.listeners, ln)
		srv.mu.Unlock()
	}()
	var pause time.Duration
	for {
		conn, err := ln.Accept()
		if err != nil {
			srv.mu.Lock()
			ending := srv.ending
			srv.mu.Unlock()
			if ending != orderNone {
				return ErrServerClosed
			}
			if errors.Is(err, net.ErrClosed) {
				return err
			}
			// Most often the process is out of descriptors: wait for some to be
			// closed, and do not spin.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			srv.log.Error("cannot accept a connection", "error", err, "retry", pause)
			time.Sleep(pause)
			continue
		}
		pause = 0
		if !isUrgent(ln) {
			keepUrgent(conn)
		}
		srv.begin(conn, l)
	}
}

// begin starts a session, or refuses it.
func (srv *Server) begin(conn net.Conn, from Listener) {
	info := ConnInfo{
		ID:     rand.Text()[:10],
		Remote: addrPortOf(conn.RemoteAddr()),
		Local:  addrPortOf(conn.LocalAddr()),
		Since:  time.Now(),
	}
	s := newSession(srv, conn, info, from)
	ip := network(info.Remote.Addr())
	l := srv.cfg.Limits

	srv.mu.Lock()
	refuse := ""
	switch {
	case srv.ending != orderNone:
		refuse = "The server is shutting down."
	case srv.perIP[ip] >= l.SessionsPerIP:
		refuse = "Too many connections from your address."
	case len(srv.sessions) >= l.Sessions && !srv.newcomers.yield(newcomerTime):
		refuse = "Too many users; try again later."
	default:
		srv.sessions[s] = struct{}{}
		srv.perIP[ip]++
		s.place = srv.newcomers.join(info.Remote.Addr(), l.Sessions, func() { s.tell(orderYield) })
	}
	srv.mu.Unlock()

	if refuse != "" {
		srv.cfg.Observe(s.ctx, Refused{Conn: info, Reason: refuse})
		s.cancel()
		if from.Implicit { // it would not be understood
			conn.Close()
			return
		}
		conn.SetDeadline(time.Now().Add(lingerMost))
		srv.lingers.linger(conn, func() { // the peer may not read
			conn.Write(ftp.NewReply(ftp.CodeClosing, refuse).AppendWire(nil))
		})
		return
	}
	go s.serve()
}

// newcomerTime is how long a client that is not logged in has its place for sure, on
// a server that is full.
const newcomerTime = 3 * time.Second

func (srv *Server) end(s *session) {
	srv.newcomers.part(s.place)
	srv.latest.CompareAndSwap(s, nil)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.sessions, s)
	ip := network(s.conn.Remote.Addr())
	if srv.perIP[ip]--; srv.perIP[ip] <= 0 {
		delete(srv.perIP, ip)
	}
	close(srv.gone)
	srv.gone = make(chan struct{})
}

// Shutdown stops accepting connections, ends idle sessions with 421, and the
// others when their transfer is done. It returns nil when the last session has
// ended and all connections are closed, or ctx's error if that comes first; Close
// then ends the rest.
func (srv *Server) Shutdown(ctx context.Context) error {
	srv.tell(orderDrain)
	if err := srv.wait(ctx); err != nil {
		return err
	}
	return srv.lingers.wait(ctx)
}

// Close stops accepting connections, aborts all transfers, and ends all
// sessions. When it returns the last has ended, and all connections are closed.
func (srv *Server) Close() error {
	srv.tell(orderClose)
	err := srv.wait(context.Background())
	srv.lingers.cut()
	return errors.Join(err, srv.lingers.wait(context.Background()))
}

func (srv *Server) tell(o order) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.ending = max(srv.ending, o)
	for ln := range srv.listeners {
		ln.Close()
	}
	for s := range srv.sessions {
		s.tell(o)
	}
}

func (srv *Server) wait(ctx context.Context) error {
	for {
		srv.mu.Lock()
		n, gone := len(srv.sessions), srv.gone
		srv.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Sessions describes the sessions that there are, in no particular order.
func (srv *Server) Sessions() []SessionInfo {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	list := make([]SessionInfo, 0, len(srv.sessions))
	for s := range srv.sessions {
		list = append(list, s.describe())
	}
	return list
}

// Kick ends the session with this ID: its transfer is aborted, and it gets 421.
// It reports whether there was such a session, and does not wait for its end.
func (srv *Server) Kick(id string) bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for s := range srv.sessions {
		if s.conn.ID == id {
			s.tell(orderKick)
			return true
		}
	}
	return false
}

// addrPortOf returns the address of a TCP connection, IPv4 never mapped into
// IPv6. It is invalid for anything else.
func addrPortOf(a net.Addr) netip.AddrPort {
	ta, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := ta.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
