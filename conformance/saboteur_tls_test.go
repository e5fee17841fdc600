package conformance_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/memnet"
)

// tlsTrick is what is wrong with TLS, for the whole of a session.
type tlsTrick struct {
	// config changes the configuration of a connection on which the saboteur is the server
	// of TLS. moving is the command that a data connection is for, "" on the control
	// connection.
	config func(c *tls.Config, moving string)

	// shake is what happens on a control connection in place of TLS, as long as it does not
	// return; then the connection is closed.
	shake func(conn net.Conn)

	carries bool // commands in the clear behind AUTH are carried out under TLS
	stays   bool // CCC and REIN do not end TLS
	abrupt  bool // they end it without close_notify
	clear   bool // the implicit port is in the clear
	talks   bool // on the implicit port a command in the clear is answered
	bare    bool // downloads end without close_notify
	shares  bool // the sessions of all control connections are good for data connections
	holds   bool // a data connection that is not TLS is not closed
}

// in returns a trick for each session.
func (t tlsTrick) in() *trick { return &trick{match: lines("$^x"), tls: &t} }

// wrong reports whether something is wrong with TLS.
func (s *saboteur) wrong(how func(*tlsTrick) bool) bool {
	return slices.ContainsFunc(s.tricks, func(t *trick) bool { return t.tls != nil && how(t.tls) })
}

// sealing is what a session has of TLS.
type sealing struct {
	id    uint64                 // in the tickets that the checker gets
	cache tls.ClientSessionCache // of the server's tickets
	name  string                 // of the server (SNI)
}

// changesTLS reports whether TLS may begin or end behind the reply to a command.
func changesTLS(line string) bool {
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	return verb == "AUTH" || verb == "CCC" || verb == "REIN"
}

// changeTLS begins or ends TLS on both sides, behind a reply of the server.
func (s *session) changeTLS(line string, code int) {
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	_, secure := s.server.(*tls.Conn)
	switch {
	case verb == "AUTH" && code == 234:
		if s.shakeHands() != nil {
			s.hangUp()
		}
	case (verb == "CCC" && code == 200 || verb == "REIN" && code == 220) && secure:
		s.endTLS()
	}
}

// shakeHands begins TLS on both sides of the control connection.
func (s *session) shakeHands() error {
	for _, t := range s.tricks {
		if t.tls != nil && t.tls.shake != nil {
			t.tls.shake(s.rawClient)
			return io.EOF
		}
	}
	ahead, _ := s.fromClient.Peek(s.fromClient.Buffered())
	ahead = bytes.Clone(ahead)
	s.sealing = &sealing{id: s.sessions.Add(1), cache: tls.NewLRUClientSessionCache(8), name: "127.0.0.1"}
	if !s.wrong(func(t *tlsTrick) bool { return t.clear }) {
		client := tls.Server(s.rawClient, s.serverTLS(""))
		if err := client.HandshakeContext(s.ctx); err != nil {
			return err
		}
		if name := client.ConnectionState().ServerName; name != "" {
			s.sealing.name = name
		}
		s.client = client
	}
	server := tls.Client(s.rawServer, s.clientTLS(true))
	if err := server.HandshakeContext(s.ctx); err != nil {
		return err
	}
	s.server = server
	from := io.Reader(s.client)
	if s.wrong(func(t *tlsTrick) bool { return t.carries }) {
		from = io.MultiReader(bytes.NewReader(ahead), s.client)
	}
	s.fromClient, s.fromServer = bufio.NewReaderSize(from, 128<<10), bufio.NewReader(server)
	return nil
}

// implicitTLS is shakeHands on a port where TLS comes first.
func (s *session) implicitTLS() error {
	if s.wrong(func(t *tlsTrick) bool { return t.talks }) {
		if first, err := s.fromClient.Peek(1); err == nil && first[0] != 22 {
			io.WriteString(s.client, "530 Begin TLS first.\r\n")
			io.Copy(io.Discard, s.fromClient)
			return io.EOF
		}
	}
	return s.shakeHands()
}

// endTLS has both sides go on in the clear.
func (s *session) endTLS() {
	if s.wrong(func(t *tlsTrick) bool { return t.stays }) {
		return
	}
	server := s.server.(*tls.Conn)
	server.CloseWrite()
	io.Copy(io.Discard, server)
	s.rawServer.SetDeadline(time.Time{}) // crypto/tls has set one
	s.server, s.fromServer = s.rawServer, bufio.NewReader(s.rawServer)
	client, secure := s.client.(*tls.Conn)
	if !secure {
		return
	}
	client.SetReadDeadline(time.Now().Add(time.Minute))
	io.Copy(io.Discard, client)
	if !s.wrong(func(t *tlsTrick) bool { return t.abrupt }) {
		client.CloseWrite()
	}
	s.rawClient.SetDeadline(time.Time{})
	s.client, s.fromClient = s.rawClient, bufio.NewReaderSize(s.rawClient, 128<<10)
}

var ticketMark = []byte("saboteur ")

// serverTLS is the configuration of a connection on which the saboteur is the server.
func (s *session) serverTLS(moving string) *tls.Config {
	c := &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"ftp", "ftp-data"}}
	own := s.sealing.id
	c.WrapSession = func(cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		id := own
		if moving != "" && !cs.DidResume {
			id = 0 // nobody's
		}
		ss.Extra = append(ss.Extra, binary.BigEndian.AppendUint64(bytes.Clone(ticketMark), id))
		return s.tickets.EncryptTicket(cs, ss)
	}
	c.UnwrapSession = func(ticket []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		ss, err := s.tickets.DecryptTicket(ticket, cs)
		if ss == nil || err != nil || moving == "" {
			return nil, err
		}
		id := uint64(0)
		for _, extra := range ss.Extra {
			if b, ok := bytes.CutPrefix(extra, ticketMark); ok {
				id = binary.BigEndian.Uint64(b)
			}
		}
		if id == own || s.wrong(func(t *tlsTrick) bool { return t.shares }) {
			return ss, nil
		}
		return nil, nil
	}
	for _, t := range s.tricks {
		if t.tls != nil && t.tls.config != nil {
			t.tls.config(c, moving)
		}
	}
	return c
}

// clientTLS is the configuration of a connection on which the saboteur is the client.
func (s *session) clientTLS(resumes bool) *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true, ServerName: s.sealing.name}
	if resumes {
		c.ClientSessionCache = s.sealing.cache
	}
	return c
}

// end is one side of a data connection.
type end interface {
	net.Conn
	CloseWrite() error // in order
	Cut()              // by a FIN alone
	Abort()
}

// errCut is the end of a connection under TLS without close_notify.
var errCut = errors.New("cut")

// sniffed is a connection whose first octets were looked at, which Read returns
// nevertheless.
type sniffed struct {
	*memnet.Conn
	came  chan struct{} // is closed when they, or the end, have come
	first []byte
	err   error
}

func sniff(conn net.Conn) *sniffed {
	s := &sniffed{Conn: conn.(*memnet.Conn), came: make(chan struct{}), first: make([]byte, 32<<10)}
	go func() {
		var n int
		n, s.err = s.Conn.Read(s.first)
		s.first = s.first[:n]
		close(s.came)
	}()
	return s
}

func (s *sniffed) Read(b []byte) (int, error) {
	<-s.came
	if n := copy(b, s.first); n > 0 {
		s.first = s.first[n:]
		return n, nil
	}
	if s.err != nil {
		return 0, s.err
	}
	return s.Conn.Read(b)
}

func (s *sniffed) Cut() { s.Conn.CloseWrite() }

// isHello reports whether what came first is a ClientHello. It is called once something
// has.
func (s *sniffed) isHello() bool { return len(s.first) > 1 && s.first[0] == 22 && s.first[1] == 3 }

// sealed is one side of a data connection under TLS.
type sealed struct {
	*tls.Conn
	below *below
	bare  bool // no close_notify is sent
}

// below knows whether the end of a connection was seen, beneath TLS.
type below struct {
	*sniffed
	over bool
}

func (b *below) Read(p []byte) (int, error) {
	n, err := b.sniffed.Read(p)
	b.over = b.over || err != nil
	return n, err
}

func (s *sealed) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if err == io.EOF && s.below.over {
		err = errCut
	}
	return n, err
}

func (s *sealed) CloseWrite() error {
	if !s.bare {
		s.Conn.CloseWrite()
	}
	return s.below.CloseWrite()
}

func (s *sealed) Close() error { return s.below.Close() }
func (s *sealed) Cut()         { s.below.CloseWrite() }
func (s *sealed) Abort()       { s.below.Abort() }

// protect begins TLS on both sides of a data connection, if either begins with a
// ClientHello.
func (s *session) protect(client, server *sniffed) (end, end, error) {
	select {
	case <-client.came:
		if !client.isHello() || s.sealing == nil {
			return client, server, nil
		}
	case <-server.came:
		if !server.isHello() || s.sealing == nil {
			return client, server, nil
		}
		// The server is the client of TLS, and so the saboteur before the checker.
		s.turn <- struct{}{}
		config := s.serverTLS(s.moving)
		<-s.turn
		v := &sealed{below: &below{sniffed: server}}
		v.Conn = tls.Server(v.below, config)
		c := &sealed{below: &below{sniffed: client}}
		c.Conn = tls.Client(c.below, s.clientTLS(false))
		return c, v, errors.Join(v.HandshakeContext(s.ctx), c.HandshakeContext(s.ctx))
	}
	s.turn <- struct{}{}
	config := s.serverTLS(s.moving)
	<-s.turn
	c := &sealed{below: &below{sniffed: client}, bare: s.wrong(func(t *tlsTrick) bool { return t.bare })}
	c.Conn = tls.Server(c.below, config)
	if err := c.HandshakeContext(s.ctx); err != nil {
		return nil, nil, err
	}
	v := &sealed{below: &below{sniffed: server}}
	v.Conn = tls.Client(v.below, s.clientTLS(c.ConnectionState().DidResume))
	return c, v, v.HandshakeContext(s.ctx)
}

// keeps reports whether a data connection is to be left open because it is not TLS.
func (s *session) keeps(e end) bool {
	_, clear := e.(*sniffed)
	return clear && s.wrong(func(t *tlsTrick) bool { return t.holds })
}
