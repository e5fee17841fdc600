package conformance_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// saboteur is a man in the middle between the checker and servers that do everything
// right, who spoils what they do. It is the checker's network: connections that an
// item makes to a server go to the saboteur; those of the survey and of the cleaning
// do not.
//
// Commands by which an item makes itself at home (its folder, the first TYPE I) are
// let through.
type saboteur struct {
	*memnet.Net
	tricks []*trick
	all    bool              // spoil the survey, the cleaning and the making at home, too
	before map[string]string // the address of the saboteur's listener, by that of the server's

	implicit string        // the address of the server where TLS comes first
	sessions atomic.Uint64 // so many have had TLS
	tickets  tls.Config    // seals those that the checker gets

	lock    sync.Mutex        // guards what follows, and is never held for long
	passive map[string]uint16 // the server's data port, by the address of the saboteur's listener for it
	seen    map[*trick]int    // so many commands have matched
}

// guard has the saboteur stand before the servers of a target.
func (s *saboteur) guard(ctx context.Context, target *conformance.Target) error {
	s.before, s.passive, s.seen = make(map[string]string), make(map[string]uint16), make(map[*trick]int)
	s.tricks = slices.Clone(s.tricks)
	for i, t := range s.tricks {
		if t.anew != nil {
			s.tricks[i] = t.anew()
		}
	}
	before := func(e conformance.Endpoint) error {
		if s.before[e.Addr] != "" {
			return nil
		}
		host, _, err := net.SplitHostPort(e.Addr)
		if err != nil {
			return err
		}
		ln, err := s.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { ln.Close() })
		s.before[e.Addr] = ln.Addr().String()
		go func() {
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				go s.serve(ctx, conn, e.Addr)
			}
		}()
		return nil
	}
	if err := before(target.Endpoint); err != nil {
		return err
	}
	for _, e := range target.At {
		if err := before(e); err != nil {
			return err
		}
	}
	s.implicit = target.At[conformance.ImplicitTLS].Addr
	target.Net = s
	return nil
}

// Dial implements conformance.Network: it is called by the checker.
func (s *saboteur) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if spoiled := s.before[address]; spoiled != "" && (s.all || conformance.ItemOf(ctx) != "") {
		address = spoiled
	}
	s.lock.Lock()
	port, passive := s.passive[address]
	s.lock.Unlock()
	if passive && !s.listens(port) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return s.Net.Dial(ctx, network, local, address)
}

// session is a control connection that goes through the saboteur.
type session struct {
	*saboteur
	ctx    context.Context
	client net.Conn // of the checker
	server net.Conn
	toward string // the server's address

	rawClient, rawServer net.Conn      // beneath TLS
	sealing              *sealing      // nil: there was no TLS yet
	over                 chan struct{} // is closed when nothing more comes from the server

	fromClient, fromServer *bufio.Reader

	turn    chan struct{} // held by who uses what follows, or writes to the checker
	queue   []*asked
	greeted bool
	typed   bool   // TYPE was said once
	moving  string // the last command that moves data
}

// asked is a command that awaits its final reply.
type asked struct {
	line    string
	tricks  []*trick // played on its replies
	canned  string   // what is answered instead, if the server is not asked
	own     bool     // it is
	started bool     // a preliminary reply has come

	turned chan struct{} // is closed when TLS has begun or ended behind the reply; nil: it does not
}

func (s *saboteur) serve(ctx context.Context, client net.Conn, addr string) {
	server, err := s.Net.Dial(ctx, "tcp", hostOnly(client.RemoteAddr()), addr)
	if err != nil {
		client.Close()
		return
	}
	ss := &session{
		saboteur: s, ctx: ctx, client: client, server: server, toward: addr,
		rawClient: client, rawServer: server, over: make(chan struct{}),
		fromClient: bufio.NewReaderSize(client, 128<<10), fromServer: bufio.NewReader(server),
		turn: make(chan struct{}, 1), queue: []*asked{{tricks: s.played("")}},
	}
	stop := context.AfterFunc(ctx, ss.hangUp)
	defer stop()
	if addr == s.implicit && ss.implicitTLS() != nil {
		ss.hangUp()
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		ss.commands()
		server.(interface{ CloseWrite() error }).CloseWrite()
	})
	both.Go(func() {
		defer close(ss.over)
		ss.replies()
		ss.client.Close()
	})
	both.Wait()
	ss.hangUp()
}

// hostOnly is an address to dial from.
func hostOnly(a net.Addr) net.Addr { return &net.TCPAddr{IP: a.(*net.TCPAddr).IP} }

func (s *session) hangUp() {
	s.rawClient.Close()
	s.rawServer.Close()
}

// played are the tricks for a command.
func (s *saboteur) played(line string) (list []*trick) {
	for _, t := range s.tricks {
		if s.applies(t, line) {
			list = append(list, t)
		}
	}
	return list
}

// commands forwards what the checker sends, line by line; Telnet sequences at once.
func (s *session) commands() {
	for {
		first, err := s.fromClient.Peek(1)
		if err != nil {
			return
		}
		if first[0] == 0xff {
			b, _ := s.fromClient.Peek(s.fromClient.Buffered())
			if !strings.Contains(string(b), "\n") {
				s.fromClient.Discard(len(b))
				s.server.Write(b)
				continue
			}
		}
		s.segment()
		raw, err := s.fromClient.ReadString('\n')
		if err != nil {
			io.WriteString(s.server, raw)
			return
		}
		if !s.command(raw) {
			return
		}
	}
}

// telnetBefore is Telnet's IP and Synch, as they stand before ABOR.
func telnetBefore(line string) string {
	n := 0
	for len(line) >= n+2 && line[n] == 0xff && line[n+1] < 0xfb {
		n += 2
	}
	return line[:n]
}

// command spoils and forwards one line. It reports false if the connection is over.
func (s *session) command(raw string) bool {
	line, end, _ := strings.Cut(raw, "\n")
	if bare, ok := strings.CutSuffix(line, "\r"); ok {
		line, end = bare, "\r"+end
	}
	end += "\n"
	// Telnet sequences before the command are none of the saboteur's business.
	telnet := telnetBefore(line)
	line = line[len(telnet):]
	var tricks []*trick
	if !s.settling(line) {
		tricks = s.played(line)
	}
	a := &asked{line: line, tricks: tricks}
	for _, t := range tricks {
		if t.command == nil {
			continue
		}
		forward, ok := t.command(s, line)
		if !ok {
			return true
		}
		line = forward
	}
	line = s.active(line)
	if changesTLS(a.line) {
		a.turned = make(chan struct{})
	}
	s.turn <- struct{}{}
	s.queue = append(s.queue, a)
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	if known := ftp.Lookup(verb); known != nil && known.Traits.Has(ftp.Transfers) {
		s.moving = a.line
	}
	<-s.turn
	if _, err := io.WriteString(s.server, telnet+line+end); err != nil {
		return false
	}
	if a.turned != nil { // what follows is under TLS, or no longer
		select {
		case <-a.turned:
		case <-s.over:
		}
	}
	return true
}

// settling reports whether a command is one by which an item makes itself at home.
func (s *session) settling(line string) bool {
	first := strings.HasPrefix(line, "TYPE ") && !s.typed
	s.typed = s.typed || first
	if s.all {
		return false
	}
	return first && line == "TYPE I" || strings.Contains(line, "/ferry-check-") && (strings.HasPrefix(line, "MKD /") || strings.HasPrefix(line, "CWD /"))
}

// answer answers a command in the server's place, when its turn comes. Without a text it
// gets no answer.
func (s *session) answer(line, text string) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.queue = append(s.queue, &asked{line: line, canned: crlf(text), own: true})
	s.flush()
}

// flush gives the answers that are the saboteur's own, up to the next that is the
// server's to give.
func (s *session) flush() {
	for len(s.queue) > 0 && s.queue[0].own {
		io.WriteString(s.client, s.queue[0].canned)
		s.queue = s.queue[1:]
	}
}

// replies forwards what the server says.
func (s *session) replies() {
	for {
		raw, code, err := readRaw(s.fromServer)
		if err != nil {
			s.turn <- struct{}{}
			io.WriteString(s.client, raw)
			<-s.turn
			return
		}
		s.reply(raw, code)
	}
}

// reply spoils and forwards one reply.
func (s *session) reply(raw string, code int) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	i := s.whose(code)
	if i < 0 { // nobody asked: 421 to who is idle
		for _, t := range s.played(unasked) {
			if t.reply != nil {
				raw = t.reply(s, raw)
			}
		}
		io.WriteString(s.client, raw)
		return
	}
	a := s.queue[i]
	raw = s.listening(raw, code)
	for _, t := range a.tricks {
		if t.reply != nil {
			raw = t.reply(s, raw)
		}
	}
	s.greeted = true
	io.WriteString(s.client, raw)
	if code < 200 {
		a.started = true
		return
	}
	s.queue = append(s.queue[:i], s.queue[i+1:]...)
	if a.turned != nil {
		s.changeTLS(a.line, code)
		close(a.turned)
	}
	s.flush()
}

// whose is which of the commands a reply is to: the first, unless that one transfers and
// the reply is to one that came meanwhile.
func (s *session) whose(code int) int {
	if len(s.queue) == 0 {
		return -1
	}
	if s.queue[0].started && len(s.queue) > 1 && !s.queue[1].own {
		switch code {
		case 200, 211, 212, 213, 214, 215, 221, 500, 501, 502, 503:
			return 1
		}
	}
	return 0
}

// readRaw reads a reply with its line ends, and octets of Telnet before it.
func readRaw(r *bufio.Reader) (raw string, code int, err error) {
	for {
		line, err := r.ReadString('\n')
		raw += line
		if err != nil {
			return raw, 0, err
		}
		text := line
		for strings.HasPrefix(text, "\xff") && len(text) > 3 {
			text = text[3:]
		}
		n, err := strconv.Atoi(text[:min(3, len(text))])
		switch {
		case code == 0 && err == nil:
			code = n
			if text[3] != '-' {
				return raw, code, nil
			}
		case err == nil && n == code && text[3] != '-':
			return raw, code, nil
		}
	}
}
