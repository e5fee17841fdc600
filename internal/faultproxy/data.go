package faultproxy

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// listening puts a port of the proxy into a reply that tells of one of the server's.
func (s *session) listening(r reply) string {
	var theirs netip.AddrPort
	var err error
	switch r.code {
	case 227:
		theirs, err = ftp.ParsePassive(r.raw[4:])
	case 229:
		theirs, err = ftp.ParseExtendedPassive(r.raw[4:])
	default:
		return r.raw
	}
	if err != nil {
		return r.raw
	}
	self, _, err := net.SplitHostPort(s.client.LocalAddr().String())
	if err != nil {
		return r.raw
	}
	ln, err := s.network.Listen(s.ctx, "tcp", net.JoinHostPort(self, "0"))
	if err != nil || !s.opened(ln) {
		return r.raw
	}
	host, _, err := net.SplitHostPort(s.server.RemoteAddr().String())
	if err != nil {
		return r.raw
	}
	to := net.JoinHostPort(host, fmt.Sprint(theirs.Port()))
	s.running.Go(func() {
		defer s.closed(ln)
		client, err := ln.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { s.data(client, to) })
	})
	mine := ln.Addr().(*net.TCPAddr).AddrPort().Port()
	if r.code == 227 {
		return strings.Replace(r.raw, ftp.FormatHostPort(theirs), ftp.FormatHostPort(netip.AddrPortFrom(netip.MustParseAddr(self), mine)), 1)
	}
	return strings.Replace(r.raw, fmt.Sprintf("|%d|", theirs.Port()), fmt.Sprintf("|%d|", mine), 1)
}

// crossing is a data connection that is to be exchanged with another.
type crossing struct {
	to  string
	met chan string // gets where the other leads to
}

// data joins a data connection of the client and one to the server, with its fault.
func (s *session) data(client net.Conn, to string) {
	if !s.opened(client) {
		return
	}
	defer s.closed(client)
	f := s.at(Point{Kind: Data, N: int(s.datas.Add(1)) - 1, Conn: s.num})
	switch f.Do {
	case Refuse:
		reset(client)
		return
	case Hang:
		<-s.ctx.Done()
		return
	case Delay:
		if !s.pause(f.holdsOut()) {
			return
		}
	}
	to = s.crossed(f, to)
	server, err := s.network.Dial(s.ctx, "tcp", nil, to)
	if err != nil {
		reset(client)
		return
	}
	if !s.opened(server) {
		return
	}
	defer s.closed(server)
	left := -1
	if f.Do == Cut || f.Do == Reset {
		left = f.After
	}
	var both sync.WaitGroup
	end := &ending{client: client, server: server, how: f.Do, left: left}
	both.Go(func() { end.move(server, client) })
	both.Go(func() { end.move(client, server) })
	both.Wait()
}

// crossed returns where a data connection leads to after an exchange with another.
func (s *session) crossed(f Fault, to string) string {
	s.mu.Lock()
	if other := s.swap; other != nil {
		s.swap = nil
		s.mu.Unlock()
		other.met <- to
		return other.to
	}
	if f.Do != Swap {
		s.mu.Unlock()
		return to
	}
	mine := &crossing{to: to, met: make(chan string, 1)}
	s.swap = mine
	s.mu.Unlock()
	t := time.NewTimer(f.holdsOut())
	defer t.Stop()
	select {
	case other := <-mine.met:
		return other
	case <-t.C:
	case <-s.ctx.Done():
	}
	s.mu.Lock()
	alone := s.swap == mine
	if alone {
		s.swap = nil
	}
	s.mu.Unlock()
	if alone {
		return to
	}
	return <-mine.met // it is on its way
}

// ending ends both sides of a data connection.
type ending struct {
	client, server net.Conn
	how            Action

	mu   sync.Mutex
	left int // octets that may still pass; negative is any number
}

// move moves one direction, and then tells its end.
func (e *ending) move(to, from net.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		n, last := e.take(n)
		if _, werr := to.Write(b[:n]); werr != nil {
			reset(from)
			return
		}
		switch {
		case last && e.how == Cut:
			e.client.Close()
			e.server.Close()
			return
		case last:
			reset(e.client)
			reset(e.server)
			return
		case err == io.EOF:
			closeWrite(to)
			return
		case err != nil:
			reset(to)
			return
		}
	}
}

// take returns how many of n octets pass, and whether nothing passes behind them.
func (e *ending) take(n int) (int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left < 0 {
		return n, false
	}
	n = min(n, e.left)
	e.left -= n
	return n, e.left == 0
}

// reset closes a connection without a FIN.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		l.SetLinger(0)
	}
	c.Close()
}
