package conformance

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"
)

// systemNetwork is the operating system's TCP.
type systemNetwork struct{}

func (systemNetwork) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, network, address)
}

func (systemNetwork) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local}
	return d.DialContext(ctx, network, address)
}

// past is a deadline that is over.
var past = time.Unix(1, 0)

// connectTCP connects to an address, from one of this machine if that is valid.
func (t *trial) connectTCP(addr string, from netip.Addr) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(t.ctx, t.target.ReplyTime)
	defer cancel()
	var local net.Addr
	if from.IsValid() {
		local = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return t.target.Net.Dial(ctx, "tcp", local, addr)
}

// interruptible ends reading from a connection when the run is ended, until the
// function that it returns is called.
func (t *trial) interruptible(conn net.Conn) func() {
	stop := context.AfterFunc(t.ctx, func() { conn.SetReadDeadline(past) })
	return func() { stop() }
}

// sendable gives what is to be sent the time for a reply, or until the run is ended, until
// the function that it returns is called. conn is what is spoken over, and raw what lies
// beneath, of which alone the deadlines may be set from elsewhere.
func (t *trial) sendable(conn, raw net.Conn) func() {
	conn.SetWriteDeadline(t.patience(t.target.ReplyTime))
	stop := context.AfterFunc(t.ctx, func() { raw.SetWriteDeadline(past) })
	return func() { stop() }
}

// tlsConfig is the configuration of one control connection and its data connections,
// which may resume its session; nobody else's.
func (t *trial) tlsConfig() *tls.Config {
	config := &tls.Config{InsecureSkipVerify: true}
	if t.target.TLS != nil {
		config = t.target.TLS.Clone()
	}
	if config.ServerName == "" && config.InsecureSkipVerify {
		// Sessions are kept by this name. An address, it is not sent.
		config.ServerName = "127.0.0.1"
	}
	config.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	return config
}

// startTLS has TLS begin on the control connection.
func (c *control) startTLS() {
	c.must(c.handshake(), "the TLS handshake on the control connection")
}

// handshake is startTLS, for items that want it to fail.
func (c *control) handshake() error {
	conn, err := c.shake(c.name, c.conn, c.tls)
	if err != nil {
		return err
	}
	c.use(conn)
	return nil
}

// shake has TLS begin on a connection.
func (t *trial) shake(name string, conn net.Conn, config *tls.Config) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(t.ctx, t.target.ReplyTime)
	defer cancel()
	conn.SetDeadline(time.Time{}) // the context is what ends it
	secure := tls.Client(&ending{Conn: conn}, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		t.note(name, "the TLS handshake fails: %v", err)
		return nil, err
	}
	state := secure.ConnectionState()
	resumed := ""
	if state.DidResume {
		resumed = ", resuming the session"
	}
	t.note(name, "%s begins%s", tls.VersionName(state.Version), resumed)
	return secure, nil
}

// endpoint is the server that the item needs.
func (t *trial) endpoint() Endpoint {
	if t.check.state == Main {
		return t.target.Endpoint
	}
	return t.at(t.check.state)
}

// at is the server in a state; without it the trial ends as not run.
func (t *trial) at(s State) Endpoint {
	e, ok := t.target.At[s]
	if !ok {
		t.notRun("this needs a server in the state %q", string(s))
	}
	return e
}
