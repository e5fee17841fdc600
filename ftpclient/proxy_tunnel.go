package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"
)

// tunnel is a network that is reached through a proxy.
type tunnel struct {
	Network // on which the proxy is
	p       *Proxy
}

// Dial connects to address through the proxy. local is an address of this side.
func (t *tunnel) Dial(ctx context.Context, _ string, local net.Addr, address string) (net.Conn, error) {
	conn, _, err := t.reach(ctx, local, address)
	return conn, err
}

// reach is Dial that tells the address that was connected to. It is not valid if it
// was the proxy that resolved a name.
func (t *tunnel) reach(ctx context.Context, local net.Addr, address string) (net.Conn, netip.Addr, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, netip.Addr{}, err
	}
	at, err := netip.ParseAddr(host)
	if err == nil || t.p.Kind != ProxySOCKS5 {
		conn, err := t.open(ctx, local, address)
		return conn, at, err
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, at, err
	}
	for _, at = range found {
		at = at.Unmap()
		var conn net.Conn
		if conn, err = t.open(ctx, local, net.JoinHostPort(at.String(), port)); err == nil {
			return conn, at, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, netip.Addr{}, err
}

// open connects to the proxy and has it connect to the address.
func (t *tunnel) open(ctx context.Context, local net.Addr, address string) (net.Conn, error) {
	conn, err := t.call(ctx, local)
	if err != nil {
		return nil, err
	}
	err = t.talk(ctx, conn, "the proxy does not come to an end with connecting to "+address, func() error {
		if t.p.Kind == ProxyHTTP || t.p.Kind == ProxyHTTPS {
			return t.connect(conn, address)
		}
		_, err := t.socks(conn, socksConnect, address)
		return err
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// call connects to the proxy itself.
func (t *tunnel) call(ctx context.Context, local net.Addr) (net.Conn, error) {
	conn, err := t.Network.Dial(ctx, "tcp", local, t.p.Addr)
	if err != nil {
		return nil, t.failed(ctx, "cannot be reached", "is the proxy running, and is its address right?", err)
	}
	if t.p.Kind != ProxyHTTPS {
		return conn, nil
	}
	config := t.p.TLS.Clone() // of nil it is nil
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(t.p.Addr)
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, t.failed(ctx, "TLS with the proxy cannot be set up", "if the proxy has no TLS, its URL begins with http://", err)
	}
	return &covered{secure, conn}, nil
}

// talk runs a dialogue with the proxy, which ends with the context.
func (t *tunnel) talk(ctx context.Context, conn net.Conn, silent string, f func() error) error {
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(aLongTimeAgo) })
	err := f()
	if !stop() {
		return t.failed(ctx, silent, "a firewall behind the proxy usually is the reason", ctx.Err())
	}
	var pe *ProxyError
	if err != nil && !errors.As(err, &pe) {
		return t.failed(ctx, "broke off", "is it a proxy of this kind?", err)
	}
	return err
}

// failed is an error that the proxy has not told of.
func (t *tunnel) failed(ctx context.Context, reason, hint string, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		err = errTimeout
	}
	return &ProxyError{Proxy: t.p.String(), Reason: reason, Hint: hint, Err: err}
}

// refused is an error that the proxy has told of.
func (t *tunnel) refused(reason, hint string) *ProxyError {
	return &ProxyError{Proxy: t.p.String(), Reason: reason, Hint: hint}
}

// covered is a connection to a proxy under TLS, which has nothing to do with the TLS
// of FTP within.
type covered struct {
	net.Conn
	below net.Conn
}

// CloseWrite ends what is sent.
func (c *covered) CloseWrite() error { return c.Conn.(*tls.Conn).CloseWrite() }

// SetLinger has Close reset the connection if sec is 0.
func (c *covered) SetLinger(sec int) error {
	if l, ok := c.below.(interface{ SetLinger(int) error }); ok {
		return l.SetLinger(sec)
	}
	return nil
}

// Close closes at once. The end of what is within TLS is marked there, if it is to be.
func (c *covered) Close() error {
	c.below.SetWriteDeadline(time.Now().Add(coverTime))
	return c.Conn.Close()
}

// coverTime bounds what closing sends to the proxy.
const coverTime = time.Second

// dialControl makes the control connection. near and far are the addresses of its
// ends as the server and the client know them, not valid where that is not known.
func (s *settings) dialControl(ctx context.Context) (conn net.Conn, near, far netip.Addr, err error) {
	if t, ok := s.Net.(*tunnel); ok {
		conn, far, err = t.reach(ctx, s.local(), s.addr)
		return conn, near, far, err
	}
	conn, err = s.Net.Dial(ctx, "tcp", s.local(), s.addr)
	if err != nil {
		return nil, near, far, err
	}
	return conn, addrOf(conn.LocalAddr()), addrOf(conn.RemoteAddr()), nil
}
