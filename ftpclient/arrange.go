package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

var errInterrupted = errors.New("interrupted")

func portString(port uint16) string { return strconv.Itoa(int(port)) }

// wayError reports that a way to make data connections does not work, so that the
// next may be tried. final tells that it never will with this server.
type wayError struct {
	err   error
	final bool
}

func (e *wayError) Error() string { return e.err.Error() }
func (e *wayError) Unwrap() error { return e.err }

// untriedLimit is the time for the first data connection of its way: a firewall
// that swallows it should not keep the other ways waiting for long.
const untriedLimit = 15 * time.Second

// arrange runs the requests before and agrees with the server on a data
// connection, which is then being made.
func (c *Conn) arrange(ctx context.Context, w way, before []*request) (*link, error) {
	if w == wayActive {
		if err := c.exchange(ctx, before...); err != nil {
			return nil, err
		}
		return c.invite(ctx)
	}
	q := newRequest(w.String())
	if err := c.exchange(ctx, append(before, q)...); err != nil {
		return nil, err
	}
	port, err := passivePort(w, q)
	if err != nil {
		return nil, err
	}
	limit := c.o.Timeout
	if !c.srv.proven(w) && (limit == 0 || limit > untriedLimit) {
		limit = untriedLimit
	}
	return c.dialLink(ctx, port, limit), nil
}

// passivePort reads the reply to EPSV or PASV.
func passivePort(w way, q *request) (uint16, error) {
	if err := q.err(); err != nil {
		return 0, &wayError{err: err, final: q.reply.Code.Permanent()}
	}
	read := ftp.ParsePassive
	if w == wayEPSV {
		read = ftp.ParseExtendedPassive
	}
	ap, err := read(q.reply.Text())
	if err != nil {
		return 0, &wayError{err: fmt.Errorf("%s: the reply names no port: %s", q.verb, q.reply), final: true}
	}
	return ap.Port(), nil
}

// invite listens and tells the server where (PORT, EPRT).
func (c *Conn) invite(ctx context.Context) (*link, error) {
	if !c.self.IsValid() {
		return nil, &wayError{err: errors.New("active mode: the local address is not known on this network"), final: true}
	}
	ln, err := c.listen(ctx, c.self)
	if err != nil {
		return nil, &ConnError{Data: true, Op: "listen", Addr: c.self.String(), Err: err}
	}
	ap := ln.Addr().(*net.TCPAddr).AddrPort()
	ap = netip.AddrPortFrom(c.self, ap.Port())
	if err := c.announce(ctx, ap); err != nil {
		ln.Close()
		return nil, err
	}
	return acceptLink(ctx, ln, c.peer, c.o.Timeout), nil
}

// announce tells the server where to connect to: by PORT, by EPRT for IPv6 and
// for a server that does not have PORT.
func (c *Conn) announce(ctx context.Context, ap netip.AddrPort) error {
	if ap.Addr().Is4() && c.srv.has("PORT") {
		q := newRequest("PORT", ftp.FormatHostPort(ap))
		if err := c.exchange(ctx, q); err != nil || q.err() == nil {
			return err
		}
		if !refusedVerb(q.err()) {
			return &wayError{err: q.err(), final: q.reply.Code.Permanent()}
		}
	}
	q := newRequest("EPRT", ftp.FormatExtended(ap))
	if err := c.exchange(ctx, q); err != nil || q.err() == nil {
		return err
	}
	err := q.err()
	if q.reply.Code == ftp.CodeProtocols {
		// RFC 2428, 2: the families that the server has stand in parentheses.
		if _, list, ok := strings.Cut(q.reply.Text(), "("); ok && strings.HasPrefix(list, "1") && ap.Addr().Is6() {
			err = fmt.Errorf("%w: the server makes data connections by IPv4 only; connect to its IPv4 address", err)
		}
	}
	return &wayError{err: err, final: q.reply.Code.Permanent()}
}

// listen opens a listener on a port of the range.
func (c *Conn) listen(ctx context.Context, host netip.Addr) (net.Listener, error) {
	lo, hi := c.o.ActivePorts[0], c.o.ActivePorts[1]
	if lo == 0 {
		return c.o.Net.Listen(ctx, "tcp", netip.AddrPortFrom(host, 0).String())
	}
	var last error
	for port := int(lo); port <= max(int(lo), int(hi)); port++ {
		ln, err := c.o.Net.Listen(ctx, "tcp", netip.AddrPortFrom(host, uint16(port)).String())
		if err == nil {
			return ln, nil
		}
		last = err
	}
	return nil, fmt.Errorf("no port from %d to %d is free: %w", lo, hi, last)
}
