package conformance_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// listening puts the saboteur's own port into a reply that tells of the server's.
func (s *session) listening(raw string, code int) string {
	var theirs netip.AddrPort
	var err error
	switch code {
	case 227:
		theirs, err = ftp.ParsePassive(raw[4:])
	case 228:
		theirs, err = ftp.ParseLongPassive(raw[4:])
	case 229:
		theirs, err = ftp.ParseExtendedPassive(raw[4:])
	default:
		return raw
	}
	if err != nil {
		return raw
	}
	host := s.server.RemoteAddr().(*net.TCPAddr).AddrPort().Addr()
	port := theirs.Port()
	ln, err := s.Listen(s.ctx, "tcp", net.JoinHostPort(host.String(), "0"))
	if err != nil {
		return raw
	}
	context.AfterFunc(s.ctx, func() { ln.Close() })
	mine := ln.Addr().(*net.TCPAddr).AddrPort()
	s.lock.Lock()
	s.passive[mine.String()] = port
	s.lock.Unlock()
	go s.accept(ln, netip.AddrPortFrom(host, port))
	switch code {
	case 227:
		return strings.Replace(raw, ftp.FormatHostPort(theirs), ftp.FormatHostPort(netip.AddrPortFrom(theirs.Addr(), mine.Port())), 1)
	case 228:
		return strings.Replace(raw, ftp.FormatLong(theirs), ftp.FormatLong(netip.AddrPortFrom(theirs.Addr(), mine.Port())), 1)
	}
	return strings.Replace(raw, fmt.Sprintf("|%d|", port), fmt.Sprintf("|%d|", mine.Port()), 1)
}

// accept takes connections that are meant for the server.
func (s *session) accept(ln net.Listener, to netip.AddrPort) {
	for {
		client, err := ln.Accept()
		if err != nil {
			return
		}
		server, err := s.Net.Dial(s.ctx, "tcp", hostOnly(client.RemoteAddr()), to.String())
		if err != nil {
			client.(*memnet.Conn).Abort()
			continue
		}
		go s.relay(client, server)
	}
}

// listens reports whether somebody still listens on a port.
func (s *saboteur) listens(port uint16) bool {
	return slices.ContainsFunc(s.OpenEnds(), func(end string) bool {
		return strings.HasPrefix(end, "listener ") && strings.HasSuffix(end, fmt.Sprintf(":%d", port))
	})
}

// active has the server connect to the saboteur, if it is told to connect to the checker.
func (s *session) active(line string) string {
	verb, arg, _ := strings.Cut(line, " ")
	var theirs netip.AddrPort
	var err error
	switch strings.ToUpper(verb) {
	case "PORT":
		theirs, err = ftp.ParseHostPort(arg)
	case "EPRT":
		theirs, err = ftp.ParseExtended(arg)
	case "LPRT":
		theirs, err = ftp.ParseLong(arg)
	default:
		return line
	}
	own := s.client.RemoteAddr().(*net.TCPAddr).AddrPort().Addr()
	if err != nil || theirs.Addr() != own || theirs.Port() < 1024 || !s.listens(theirs.Port()) {
		return line // it is for the server to refuse that, or to fail
	}
	ln, err := s.Listen(s.ctx, "tcp", net.JoinHostPort(own.String(), "0"))
	if err != nil {
		return line
	}
	context.AfterFunc(s.ctx, func() { ln.Close() })
	go func() {
		defer ln.Close()
		for {
			server, err := ln.Accept()
			if err != nil {
				return
			}
			from := s.source(server.RemoteAddr())
			client, err := s.Net.Dial(s.ctx, "tcp", from, theirs.String())
			if err != nil {
				client, err = s.Net.Dial(s.ctx, "tcp", hostOnly(from), theirs.String())
			}
			if err != nil {
				server.(*memnet.Conn).Abort()
				continue
			}
			go s.relay(client, server)
		}
	}()
	mine := netip.AddrPortFrom(own, ln.Addr().(*net.TCPAddr).AddrPort().Port())
	switch strings.ToUpper(verb) {
	case "PORT":
		return verb + " " + ftp.FormatHostPort(mine)
	case "LPRT":
		return verb + " " + ftp.FormatLong(mine)
	}
	return verb + " " + ftp.FormatExtended(mine)
}

// relay moves data between the checker and the server, and spoils it.
func (s *session) relay(client, server net.Conn) {
	context.AfterFunc(s.ctx, func() { client.Close(); server.Close() })
	defer server.Close()
	defer client.Close()
	c, v, err := s.protect(sniff(client), sniff(server))
	if err != nil {
		return
	}
	var both sync.WaitGroup
	of := new(string)
	both.Go(func() { s.move(c, v, of, func(t *trick) func([]byte) []byte { return t.download }) })
	both.Go(func() { s.move(v, c, of, func(t *trick) func([]byte) []byte { return t.upload }) })
	both.Wait()
	if s.keeps(c) {
		<-s.ctx.Done()
	}
}

// move moves one direction. Which command the connection belongs to shows when the first
// octet, or the end, comes in either direction, and is put into of: when the end comes in
// the other, the next command may be under way.
func (s *session) move(to, from end, of *string, spoil func(*trick) func([]byte) []byte) {
	first := make([]byte, 32<<10)
	n, err := from.Read(first)
	s.turn <- struct{}{}
	if *of == "" {
		*of = s.moving
	}
	moving := *of
	<-s.turn
	var spoils []func([]byte) []byte
	for _, t := range s.tricks {
		if f := spoil(t); f != nil && t.match.MatchString(moving) {
			spoils = append(spoils, f)
		}
	}
	switch {
	case len(spoils) == 0:
		to.Write(first[:n])
		if err == nil {
			_, err = io.Copy(to, from)
		} else if err == io.EOF {
			err = nil
		}
	default:
		content := first[:n]
		if err == nil {
			var rest []byte
			rest, err = io.ReadAll(from)
			content = append(content, rest...)
		}
		for _, f := range spoils {
			content = f(content)
		}
		to.Write(content)
	}
	if s.keeps(to) {
		return
	}
	s.linger(moving)
	switch err {
	case nil, io.EOF:
		to.CloseWrite()
	case errCut:
		to.Cut()
	default:
		to.Abort()
	}
}
