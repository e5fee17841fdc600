package distance

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
)

// dialogue reads along on a control connection, so that data connections are relayed
// as well. It stops reading where TLS begins.
type dialogue struct {
	ctx    context.Context
	relay  *Relay
	client netip.Addr // as which the relay is reached
	server netip.Addr
	local  netip.Addr // by which the relay reaches the server

	opaque atomic.Bool // TLS: what goes over is not for us to read
	auth   atomic.Bool // the client has asked for it
	heard  atomic.Bool // the client was told something since it spoke
}

// control relays a control connection.
func (r *Relay) control(ctx context.Context, near net.Conn) {
	// The data ports that nobody came to are given up with it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.join(ctx, link{near: near, to: r.server, talk: &dialogue{ctx: ctx, relay: r}})
}

// meet tells the dialogue by which addresses its ends are reached.
func (d *dialogue) meet(near, far net.Conn) {
	d.client, d.server, d.local = addr(near.LocalAddr()), addr(far.RemoteAddr()), addr(far.LocalAddr())
}

// between has the dialogue read along on both lanes.
func (d *dialogue) between(r *Relay, up, down *lane) {
	var commands, replies lines
	countUp := up.read
	up.read = func(n int) {
		countUp(n)
		if d.heard.Swap(false) {
			r.count.turns.Add(1)
		}
	}
	down.delivered = func() { d.heard.Store(true) }
	up.filter = func(b []byte, last bool) []byte {
		if len(b) > 0 && b[0] == tlsHandshake {
			d.opaque.Store(true)
		}
		return commands.each(b, last, &d.opaque, d.command)
	}
	down.filter = func(b []byte, last bool) []byte { return replies.each(b, last, &d.opaque, d.reply) }
}

// tlsHandshake is the first octet of a client that begins with TLS.
const tlsHandshake = 22

// command returns the client's line as the server is to have it.
func (d *dialogue) command(line string) string {
	d.relay.count.commands.Add(1)
	verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	switch strings.ToUpper(verb) {
	case "AUTH":
		d.auth.Store(true)
	case "PORT":
		if ap, err := ftp.ParseHostPort(arg); err == nil {
			if mine, ok := d.open(d.local, ap, true); ok {
				return verb + " " + ftp.FormatHostPort(mine) + "\r\n"
			}
		}
	case "EPRT":
		if ap, err := ftp.ParseExtended(arg); err == nil {
			if mine, ok := d.open(d.local, ap, true); ok {
				return verb + " " + ftp.FormatExtended(mine) + "\r\n"
			}
		}
	}
	return line
}

// reply returns the server's line as the client is to have it.
func (d *dialogue) reply(line string) string {
	code, text, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	switch code {
	case "234", "334":
		if d.auth.Load() {
			d.opaque.Store(true)
		}
	case "227":
		if ap, err := ftp.ParsePassive(text); err == nil && ap.Addr().IsValid() {
			if mine, ok := d.passive(ap); ok {
				return "227 Entering Passive Mode (" + ftp.FormatHostPort(mine) + ").\r\n"
			}
		}
	case "229":
		if ap, err := ftp.ParseExtendedPassive(text); err == nil {
			if mine, ok := d.passive(netip.AddrPortFrom(d.server, ap.Port())); ok {
				return "229 Entering Extended Passive Mode " + ftp.FormatExtendedPassive(mine.Port()) + "\r\n"
			}
		}
	}
	return line
}

// passive returns where the client reaches a passive port of the server.
func (d *dialogue) passive(to netip.AddrPort) (mine netip.AddrPort, ok bool) {
	if ports := d.relay.o.Ports; ports[0] != 0 {
		return netip.AddrPortFrom(d.client, to.Port()), true
	}
	return d.open(d.client, to, false)
}

// open listens for the one data connection that is to go to an address.
func (d *dialogue) open(at netip.Addr, to netip.AddrPort, reversed bool) (mine netip.AddrPort, ok bool) {
	l, err := d.relay.listen(at.String(), 0)
	if err != nil {
		return netip.AddrPort{}, false
	}
	ctx, cancel := context.WithCancel(d.ctx)
	d.relay.accept(ctx, l, func(_ context.Context, near net.Conn) {
		// It outlives its control connection no longer than what is on its way.
		l.Close()
		defer cancel()
		d.relay.join(d.relay.ctx, link{near: near, to: to.String(), reversed: reversed})
	})
	return l.Addr().(*net.TCPAddr).AddrPort(), true
}

// lines puts the pieces of a dialogue together to whole lines.
type lines struct{ rest []byte }

// longest is how long a line may be before it is taken for something else.
const longest = 64 << 10

// each passes all whole lines through rewrite, and keeps what is left of the last of them
// until its end comes, or nothing more.
func (s *lines) each(b []byte, last bool, opaque *atomic.Bool, rewrite func(string) string) []byte {
	b = append(s.rest, b...)
	s.rest = nil
	var out []byte
	for len(b) > 0 && !opaque.Load() {
		i := bytes.IndexByte(b, '\n') + 1
		if i == 0 {
			if len(b) < longest && !last {
				s.rest = b
				return out
			}
			break
		}
		out = append(out, rewrite(string(b[:i]))...)
		b = b[i:]
	}
	return append(out, b...)
}

func addr(a net.Addr) netip.Addr { return a.(*net.TCPAddr).AddrPort().Addr().Unmap() }
