package attack_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"sync"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// certificate is the one of the servers.
var certificate = sync.OnceValue(func() tls.Certificate { return *mint.Cert{}.Make() })

// protected gives a server a certificate.
func protected(c *ftpserver.Config) {
	c.TLS.Config = &tls.Config{Certificates: []tls.Certificate{certificate()}}
}

// reuse sets which TLS sessions data connections may bring.
func reuse(r ftpserver.TLSReuse) set { return func(c *ftpserver.Config) { c.TLS.Reuse = r } }

// purse keeps the one session that the server gave last, wherever it is offered: the
// control connection's is the data connection's, too.
type purse struct {
	mu   sync.Mutex
	last *tls.ClientSessionState
}

func (p *purse) Get(string) (*tls.ClientSessionState, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, p.last != nil
}

func (p *purse) Put(_ string, s *tls.ClientSessionState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s != nil { // what crypto/tls says where a session was refused
		p.last = s
	}
}

// newTLS returns the settings of a client with a purse of its own.
func newTLS() *tls.Config {
	return &tls.Config{ServerName: "localhost", InsecureSkipVerify: true, ClientSessionCache: &purse{}}
}

// auth protects the control connection, and the data connections to come.
func (c *client) auth(cfg *tls.Config) {
	c.t.Helper()
	c.want(234, "AUTH TLS")
	c.shake(cfg)
	c.want(200, "PBSZ 0")
	c.want(200, "PROT P")
	c.tls = cfg
}

// shake does the handshake on the control connection.
func (c *client) shake(cfg *tls.Config) {
	c.t.Helper()
	conn := tls.Client(c.conn, cfg)
	check(c.t, conn.Handshake())
	c.conn, c.r = conn, bufio.NewReader(conn)
}

// protect does to a data connection what the client has asked the server to do. It
// is the server's affair if that fails: what is read and written then fails, too.
func (c *client) protect(conn net.Conn) net.Conn {
	if c.tls == nil {
		return conn
	}
	return tls.Client(conn, c.tls)
}
