package conformance_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	before map[string]string // the address of the saboteur's listener, by that of the server's

	lock    sync.Mutex        // guards what follows, and is never held for long
	passive map[string]uint16 // the server's data port, by the address of the saboteur's listener for it
}

// trick is one way of spoiling. Of its functions, those that are not nil are called for
// commands that match.
type trick struct {
	match *regexp.Regexp // the command line; nil matches all, and the greeting, whose line is ""
	nth   int            // of the commands that match, this one alone; 0: all
	seen  int
	lock  sync.Mutex // guards seen, and is never held for long

	// command is given the line before it is forwarded, and returns what to forward
	// instead. If it returns false, nothing is: then the saboteur has answered, or never
	// will.
	command func(s *session, line string) (string, bool)

	// reply is given a reply, preliminary or final, with its line ends, and returns what
	// the checker gets.
	reply func(s *session, raw string) string

	// download and upload are given what goes over the data connection of the command,
	// all of it, and return what arrives.
	download, upload func(content []byte) []byte
}

// on returns t for the nth of the commands that match alone.
func (t *trick) on(nth int) *trick {
	t.nth = nth
	return t
}

// applies reports whether the trick is to be played on a command, which counts as one.
func (t *trick) applies(line string) bool {
	if t.match != nil && !t.match.MatchString(line) || t.match == nil && t.nth == 0 && line == "" && t.reply == nil {
		return false
	}
	t.lock.Lock()
	defer t.lock.Unlock()
	t.seen++
	return t.nth == 0 || t.nth == t.seen
}

// lines compiles what commands match: a regular expression for the beginning of the
// line, in which case does not count.
func lines(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?is)^(?:` + pattern + `)`) }

// answers has commands answered so, and not carried out. The text may have several
// lines; an empty one is no answer at all.
func answers(pattern, text string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, line string) (string, bool) {
		s.answer(line, text)
		return "", false
	}}
}

// ignores has commands never answered.
func ignores(pattern string) *trick { return answers(pattern, "") }

// instead has another command carried out in place of one.
func instead(pattern, other string) *trick {
	return &trick{match: lines(pattern), command: func(*session, string) (string, bool) { return other, true }}
}

// rewrites has commands carried out as f says.
func rewrites(pattern string, f func(line string) string) *trick {
	return &trick{match: lines(pattern), command: func(_ *session, line string) (string, bool) { return f(line), true }}
}

// says has every reply to commands changed by f, which gets it with its line ends.
func says(pattern string, f func(raw string) string) *trick {
	return &trick{match: lines(pattern), reply: func(_ *session, raw string) string { return f(raw) }}
}

// codes has the replies to commands that have one code have another.
func codes(pattern string, from, to int) *trick {
	return says(pattern, func(raw string) string {
		var b strings.Builder
		for line := range strings.Lines(raw) {
			if rest, ok := strings.CutPrefix(line, strconv.Itoa(from)); ok {
				line = strconv.Itoa(to) + rest
			}
			b.WriteString(line)
		}
		return b.String()
	})
}

// greets has the server greet so. The text may have several lines; if it is empty, there
// is no greeting.
func greets(text string) *trick {
	return &trick{reply: func(s *session, raw string) string {
		if s.greeted {
			return raw
		}
		return crlf(text)
	}}
}

// twice has the final replies to commands come twice.
func twice(pattern string) *trick {
	return says(pattern, func(raw string) string {
		if raw[0] == '1' {
			return raw
		}
		return raw + raw
	})
}

// hangsUp has the server close the connection instead of carrying out a command.
func hangsUp(pattern string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, _ string) (string, bool) {
		s.hangUp()
		return "", false
	}}
}

// downloads has what the server sends changed by f.
func downloads(pattern string, f func([]byte) []byte) *trick {
	return &trick{match: lines(pattern), download: f}
}

// uploads has what the server gets changed by f.
func uploads(pattern string, f func([]byte) []byte) *trick {
	return &trick{match: lines(pattern), upload: f}
}

func crlf(text string) string {
	if text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}

// guard has the saboteur stand before the servers of a target.
func (s *saboteur) guard(ctx context.Context, target *conformance.Target) error {
	s.before, s.passive = make(map[string]string), make(map[string]uint16)
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
	target.Net = s
	return nil
}

// Dial implements conformance.Network: it is called by the checker.
func (s *saboteur) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if spoiled := s.before[address]; spoiled != "" && conformance.ItemOf(ctx) != "" {
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
}

func (s *saboteur) serve(ctx context.Context, client net.Conn, addr string) {
	server, err := s.Net.Dial(ctx, "tcp", hostOnly(client.RemoteAddr()), addr)
	if err != nil {
		client.Close()
		return
	}
	ss := &session{
		saboteur: s, ctx: ctx, client: client, server: server, toward: addr,
		fromClient: bufio.NewReaderSize(client, 128<<10), fromServer: bufio.NewReader(server),
		turn: make(chan struct{}, 1), queue: []*asked{{tricks: s.played("")}},
	}
	stop := context.AfterFunc(ctx, ss.hangUp)
	defer stop()
	var both sync.WaitGroup
	both.Go(func() {
		ss.commands()
		server.(interface{ CloseWrite() error }).CloseWrite()
	})
	both.Go(func() {
		ss.replies()
		client.Close()
	})
	both.Wait()
	ss.hangUp()
}

// hostOnly is an address to dial from.
func hostOnly(a net.Addr) net.Addr { return &net.TCPAddr{IP: a.(*net.TCPAddr).IP} }

func (s *session) hangUp() {
	s.client.Close()
	s.server.Close()
}

// played are the tricks for a command.
func (s *saboteur) played(line string) (list []*trick) {
	for _, t := range s.tricks {
		if t.applies(line) {
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

// command spoils and forwards one line. It reports false if the connection is over.
func (s *session) command(raw string) bool {
	line, end, _ := strings.Cut(raw, "\n")
	if bare, ok := strings.CutSuffix(line, "\r"); ok {
		line, end = bare, "\r"+end
	}
	end += "\n"
	// Telnet sequences before the command are none of the saboteur's business.
	at := strings.LastIndexAny(line, "\xff\xf2\xf4") + 1
	if !strings.HasPrefix(line, "\xff") {
		at = 0
	}
	telnet, line := line[:at], line[at:]
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
	s.turn <- struct{}{}
	s.queue = append(s.queue, a)
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	if known := ftp.Lookup(verb); known != nil && known.Traits.Has(ftp.Transfers) {
		s.moving = a.line
	}
	<-s.turn
	_, err := io.WriteString(s.server, telnet+line+end)
	return err == nil
}

// settling reports whether a command is one by which an item makes itself at home.
func (s *session) settling(line string) bool {
	first := strings.HasPrefix(line, "TYPE ") && !s.typed
	s.typed = s.typed || first
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
	if err != nil || theirs.Addr() != own || theirs.Port() < 1024 {
		return line // it is for the server to refuse that
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
			from := server.RemoteAddr()
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
	var both sync.WaitGroup
	both.Go(func() { s.move(client, server, func(t *trick) func([]byte) []byte { return t.download }) })
	both.Go(func() { s.move(server, client, func(t *trick) func([]byte) []byte { return t.upload }) })
	both.Wait()
	client.Close()
	server.Close()
}

// move moves one direction. Which command it belongs to shows when the first octet, or
// the end, comes.
func (s *session) move(to, from net.Conn, spoil func(*trick) func([]byte) []byte) {
	first := make([]byte, 32<<10)
	n, err := from.Read(first)
	s.turn <- struct{}{}
	moving := s.moving
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
	if err != nil && err != io.EOF {
		to.(*memnet.Conn).Abort()
		return
	}
	to.(*memnet.Conn).CloseWrite()
}
