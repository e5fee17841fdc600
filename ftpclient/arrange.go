package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
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
// connection, which is then being made for cmd.
func (c *Conn) arrange(ctx context.Context, w way, cmd Command, before []*request) (*link, error) {
	if w == wayActive {
		if err := c.exchange(ctx, before...); err != nil {
			return nil, err
		}
		return c.invite(ctx)
	}
	pret := c.announced(cmd)
	q := newRequest(w.String())
	if w == wayEPSV {
		q = c.epsv()
	}
	list := append(before, pret...)
	if err := c.exchange(ctx, append(list, q)...); err != nil {
		return nil, err
	}
	for _, p := range pret {
		if err := p.err(); err != nil && !unsupported(err) {
			return nil, err
		}
	}
	if w == wayEPSV && c.otherFamily(ctx, q.reply) {
		q = c.epsv()
		if err := c.exchange(ctx, q); err != nil {
			return nil, err
		}
	}
	if err := c.strayPort(q); err != nil {
		return nil, err
	}
	at, err := passivePort(w, q)
	if err != nil {
		return nil, err
	}
	limit := c.o.Timeout
	if !c.srv.proven(w) && (limit == 0 || limit > untriedLimit) {
		limit = untriedLimit
	}
	l := c.dialLink(ctx, at.Port(), limit)
	l.named = at.Addr()
	return l, nil
}

// announced is PRET, for a server that is many and has to know what is to be
// transferred before it says where (drftpd). Pure-FTPd takes it and does nothing; it
// alone has ESTP, where it is not known otherwise.
func (c *Conn) announced(cmd Command) []*request {
	if !c.srv.offersFeature("PRET") || c.srv.is().direct || c.srv.features().Has("ESTP") {
		return nil
	}
	what := cmd.Verb
	if cmd.Arg != "" {
		what += " " + cmd.Arg
	}
	return []*request{newRequest("PRET", what)}
}

// strayPort ends a connection if the reply to a command that makes a data connection is one
// that names a port, and not as this command has it told: a reply before it has come twice,
// or is late, and the next command would be taken for done before it is.
func (c *Conn) strayPort(q *request) error {
	stray := passiveCode(q.reply.Code)
	switch q.verb {
	case "EPSV": // a gateway may have made PASV of it
		stray = q.reply.Code == ftp.CodeLongPassive
	case "LPSV":
		stray = stray && q.reply.Code != ftp.CodeLongPassive
	case "PASV", "SPSV":
		stray = stray && q.reply.Code != ftp.CodePassive
	}
	if stray {
		return c.doubt("wait for the reply to "+q.verb, q.reply)
	}
	return nil
}

// passivePort reads the reply to a command that has the server listen. The address in it
// is not valid where it gives none.
func passivePort(w way, q *request) (netip.AddrPort, error) {
	if err := q.err(); err != nil {
		return netip.AddrPort{}, &wayError{err: err, final: q.reply.Code.Permanent()}
	}
	read := ftp.ParsePassive // SPSV: a single number
	switch w {
	case wayEPSV:
		read = ftp.ParseExtendedPassive
	case wayLPSV:
		read = ftp.ParseLongPassive
	}
	ap, err := read(q.reply.Text())
	if err != nil || ap.Port() == 0 {
		return netip.AddrPort{}, &wayError{err: fmt.Errorf("%s: the reply names no port: %s", q.verb, q.reply), final: true}
	}
	return ap, nil
}

// invite listens and tells the server where (PORT, EPRT, LPRT).
func (c *Conn) invite(ctx context.Context) (*link, error) {
	if t, ok := c.o.Net.(*tunnel); ok {
		return c.inviteThrough(ctx, t)
	}
	self, peer := c.ends()
	if !self.IsValid() {
		return nil, &wayError{err: errors.New("active mode: the local address is not known on this network"), final: true}
	}
	ln, err := c.listen(ctx, self)
	if err != nil {
		return nil, &ConnError{Data: true, Op: "listen", Addr: self.String(), Err: err}
	}
	ap := ln.Addr().(*net.TCPAddr).AddrPort()
	said := self
	if a := c.o.ActiveAddr; a.IsValid() && a.Is4() == self.Is4() {
		said = a
	}
	err = c.announce(ctx, netip.AddrPortFrom(said, ap.Port()))
	if err != nil {
		ln.Close()
		if now, _ := c.ends(); now != self { // the server has asked for the other family
			return c.invite(ctx)
		}
		return nil, err
	}
	l := c.acceptLink(ctx, ln, peer, c.o.Timeout)
	l.named = said
	return l, nil
}

// inviteThrough has the proxy listen, and tells the server where.
func (c *Conn) inviteThrough(ctx context.Context, t *tunnel) (*link, error) {
	host := c.o.host
	if c.peer.IsValid() {
		host = c.peer.String()
	}
	bctx, cancel := c.o.connecting(ctx)
	defer cancel()
	ln, err := t.bind(bctx, c.o.local(), host)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &wayError{err: &ConnError{Data: true, Op: "listen", Addr: host, Err: err, Hint: proxyHint(err)}}
	}
	if err := c.announce(ctx, ln.at); err != nil {
		ln.Close()
		return nil, err
	}
	return c.acceptLink(ctx, ln, netip.Addr{}, c.o.Timeout), nil
}

// announce tells the server where to connect to: by PORT, by EPRT for IPv6 and
// for a server that does not have PORT, by LPRT for one that has neither and says
// that it has that.
func (c *Conn) announce(ctx context.Context, ap netip.AddrPort) error {
	if c.o.Data == DataLPRT {
		return c.tell(ctx, "LPRT", ftp.FormatLong(ap))
	}
	if ap.Addr().Is4() && c.srv.has("PORT") {
		if err := c.tell(ctx, "PORT", ftp.FormatHostPort(ap)); !refusedVerb(err) {
			return err
		}
	}
	err := c.tell(ctx, "EPRT", ftp.FormatExtended(ap))
	if refusedVerb(err) && c.mentions(ctx, "LPRT") {
		return c.tell(ctx, "LPRT", ftp.FormatLong(ap))
	}
	var re *ReplyError
	if errors.As(err, &re) && !c.otherFamily(ctx, re.Reply) && wanted(re.Reply) == ipv4 {
		err = &wayError{err: fmt.Errorf("%w: the server makes data connections by IPv4 only; connect to its IPv4 address", re), final: true}
	}
	return err
}

// tell sends where the client listens. A refusal is a *wayError.
func (c *Conn) tell(ctx context.Context, verb, arg string) error {
	q := newRequest(verb, arg)
	if err := c.exchange(ctx, q); err != nil {
		return err
	}
	if err := c.strayPort(q); err != nil || q.err() == nil {
		return err
	}
	return &wayError{err: q.err(), final: q.reply.Code.Permanent()}
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
