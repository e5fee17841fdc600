package ftpclient

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// Conn is a control connection that is logged in. It is used by one goroutine at
// a time, but for Close, which may be called at any time.
//
// An operation whose context is cancelled leaves a Conn that can go on being
// used: a transfer is aborted (ABOR), the reply to any other command is awaited
// by the next one. After a *ConnError of the control connection the Conn is
// closed.
type Conn struct {
	o   settings
	srv *server
	num int

	raw     net.Conn // the connection itself, for whoever closes it
	control net.Conn // what commands are written to: raw, or TLS on it
	tls     *protection
	turn    atomic.Pointer[turn]
	peer    netip.Addr // of the server; invalid if the network does not say
	self    netip.Addr // of the client, as above
	out     []byte     // the commands being sent; reused

	// The reader goroutine's side.
	replies chan ftp.Reply
	down    chan struct{} // closed when there will be no more replies
	downErr error         // why; set before down is closed
	bye     atomic.Pointer[ftp.Reply]
	stray   atomic.Pointer[string]    // the first line that was no reply
	came    int                       // final replies that were read
	refusal atomic.Pointer[refusable] // what a refusal ends; nil nothing
	marks   marks                     // called at a 110, likewise

	routed netip.Addr  // this end of the control connection, if the system chooses it for others, too
	linker chan func() // to a goroutine that waits to make a data connection

	close  sync.Once
	closed chan struct{}
	parted atomic.Bool              // it is closed on this side alone so far (see part)
	over   chan struct{}            // closed when nothing is left of the connection
	kept   atomic.Pointer[dataConn] // open between two transfers, for the next
	cut    atomic.Pointer[func()]   // ends what is under way on the data connection

	seen atomic.Int64 // when something last went over the control connection, in nanoseconds

	pooled  bool // it is one of a Client's
	wrote   bool // an upload was sent since it was idle
	outside bool // the server has said that nobody is logged in

	sent, got int           // commands sent, final replies received
	taken     int           // final replies taken from the queue, whether a command was waiting or not
	pause     time.Duration // how long the control connection was silent before the last command
	set       ftp.Params    // what is in force on the server; what is zero is not known
	home      string
	accounted bool      // ACCT was sent
	hashing   string    // the algorithm that OPTS HASH has set; "" not known
	transfer  *Transfer // the one that is running
	advance   *advance  // the port for the next one; nil if it was not asked for
	strict    bool      // a batch is on it, which sends ahead of replies
	naming    *string   // what the server puts before the names of files (see namedIn); nil not known
	used      time.Time // when it last went idle; of the pool
}

// Dial connects to addr ("host:port"; port 21 if there is none), waits for the
// greeting and logs in. A nil o is the zero Options.
//
// A login that fails is a *ReplyError that unwraps to ErrLogin, ErrAccount or
// ErrTooMany.
func Dial(ctx context.Context, addr string, o *Options) (*Conn, error) {
	s := newSettings(addr, o)
	return dial(ctx, s, newServer(s.Log))
}

func dial(ctx context.Context, o settings, srv *server) (*Conn, error) {
	dctx, cancel := o.connecting(ctx)
	control, near, far, err := o.dialControl(dctx)
	cancel()
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &ConnError{Op: "connect", Addr: o.addr, Err: err, Hint: connectHint(err)}
	}
	c := newConn(control, o, srv)
	c.self, c.peer = near, far
	if o.Security == SecurityImplicit {
		if err := c.handshake(ctx); err != nil {
			c.raw.Close()
			return nil, err
		}
	}
	go c.read(c.control)
	if err := c.login(ctx); err != nil {
		c.shut()
		return nil, err
	}
	return c, nil
}

func newConn(raw net.Conn, o settings, srv *server) *Conn {
	keepAlive(raw, o.KeepAlive)
	c := &Conn{
		o: o, srv: srv, num: int(srv.conns.Add(1)),
		raw: raw, control: raw,
		replies: make(chan ftp.Reply, 64),
		down:    make(chan struct{}),
		linker:  make(chan func()),
		closed:  make(chan struct{}),
		over:    make(chan struct{}),
		set:     ftp.Params{Stru: 'F', Mode: 'S'}, // RFC 959, 5.1; of the type not every server agrees
	}
	c.heard()
	return c
}

// read receives replies until the connection ends. It is a goroutine of its own,
// so that a server that closes an idle connection is noticed at once, and so
// that no deadline ever cuts a reply in two.
func (c *Conn) read(from io.Reader) {
	defer close(c.down)
	for c.downErr == nil {
		from, c.downErr = c.readFrom(from)
	}
	switch {
	case c.parted.Load():
		c.downErr = net.ErrClosed
	case !ftp.IsProtocolError(c.downErr): // else it is for who finds it so to close it
		c.raw.Close()
	}
}

// readFrom receives replies up to one behind which the connection becomes another,
// and returns that.
func (c *Conn) readFrom(from io.Reader) (io.Reader, error) {
	rr := ftp.NewReplyReader(from)
	rr.Stray = func(line string) {
		c.stray.CompareAndSwap(nil, &line)
		c.trace(TraceEvent{Line: line})
	}
	for {
		r, err := rr.Read()
		if err != nil {
			return nil, err
		}
		c.heard()
		c.trace(TraceEvent{Reply: r})
		if r.Code == ftp.CodeClosing {
			c.bye.Store(&r)
		}
		if !r.Code.Preliminary() {
			c.came++
			c.refusal.Load().meets(r.Code, c.came)
		}
		if c.marks.take(r) {
			continue // there may be more of them than anybody would queue
		}
		t := c.turns(r, rr.Buffered())
		select {
		case c.replies <- r:
		case <-c.closed:
			return nil, net.ErrClosed
		}
		if t == nil {
			continue
		}
		select {
		case next := <-t.resume:
			return next, nil
		case <-c.closed:
			return nil, net.ErrClosed
		}
	}
}

func (c *Conn) trace(e TraceEvent) {
	if c.o.Trace != nil {
		e.Conn, e.At = c.num, time.Now()
		c.o.Trace(e)
	}
}

// alive reports whether the connection can take a command, as far as is known.
func (c *Conn) alive() bool {
	if c.bye.Load() != nil {
		return false
	}
	select {
	case <-c.down:
		return false
	case <-c.closed:
		return false
	default:
		return true
	}
}

// shut closes the connection without a word and waits for the reader to end. One over
// which a Client has just stored is parted with (see part).
func (c *Conn) shut() { c.end(c.pooled && c.wrote) }

// end is shut; gently says whether to part with the connection.
func (c *Conn) end(gently bool) {
	c.close.Do(func() {
		c.parted.Store(gently)
		close(c.closed)
		if gently {
			go c.part()
		} else {
			c.raw.Close()
			close(c.over)
		}
		c.dropKept()
		if f := c.cut.Load(); f != nil {
			(*f)()
		}
	})
	<-c.down
}

// Close closes the connection at once, whatever is under way on it. Use Quit to
// take leave.
func (c *Conn) Close() error {
	c.end(false)
	return nil
}

// quitTime is how long a server may take to say goodbye.
const quitTime = 5 * time.Second

// Quit says goodbye (QUIT), waits a moment for the answer and closes the
// connection. A transfer that is running is aborted first.
func (c *Conn) Quit(ctx context.Context) error {
	defer c.end(false)
	if c.transfer != nil {
		c.transfer.Abort()
	}
	if !c.alive() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, quitTime)
	defer cancel()
	_, err := c.Do(ctx, "QUIT")
	if c.protected() {
		c.tls.conn.CloseWrite() // the last word of TLS; nobody waits for its answer
	}
	return err
}

// protected reports whether commands go over under TLS.
func (c *Conn) protected() bool { return c.tls != nil && !c.tls.cleared }

// Features returns what the server lists in reply to FEAT, nil if it has no
// FEAT. The caller may not change it.
func (c *Conn) Features() Features { return c.srv.features() }
